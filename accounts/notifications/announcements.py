from dataclasses import dataclass
from uuid import UUID

from ticketing.core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class MessageQueued(Event, name="notifications.message_queued", version=1):
    """A message to a person was written down and is to be sent."""

    message_id: UUID
