from ticketing.core.models.idempotency import IdempotencyKey
from ticketing.core.models.outbox import AnnouncedEvent, Delivery

__all__ = ["AnnouncedEvent", "Delivery", "IdempotencyKey"]
