from accounts.audit.models.entry import Entry, Erasure, Payload
from accounts.audit.models.seal import Anchor, Seal, Waiting

__all__ = ["Anchor", "Entry", "Erasure", "Payload", "Seal", "Waiting"]
