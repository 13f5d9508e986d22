from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUIDv7: unguessable enough to name a row, ordered by time so that indexes stay small."""
    return uuid7()


def first_id_of(moment: datetime) -> UUID:
    """No row named since then has a smaller id: so an index of ids finds what is recent."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
