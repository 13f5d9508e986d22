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
        for registry, kept in ((event_types, kept_events), (subscribers, kept_subscribers)):
            registry.clear()  # type: ignore[attr-defined] # both are dictionaries
            registry.update(kept)  # type: ignore[attr-defined] # both are dictionaries
