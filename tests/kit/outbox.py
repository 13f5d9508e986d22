"""Events and subscribers that a test declares for itself and nobody else sees."""

from collections.abc import Iterator
from contextlib import contextmanager

from ticketing.core.outbox.events import event_types
from ticketing.core.outbox.subscribers import subscribers


@contextmanager
def own_registry() -> Iterator[None]:
    """What is declared within the block is forgotten after it."""
    kept_events, kept_subscribers = dict(event_types), dict(subscribers)
    try:
        yield
    finally:
        event_types.clear()
        event_types.update(kept_events)
        subscribers.clear()
        subscribers.update(kept_subscribers)
