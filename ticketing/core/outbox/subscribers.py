"""Who is told of what. Subscribers stand in `<app>/subscribers.py` and are found at the start."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ticketing.core.outbox.events import Event, event_types

LEASE = timedelta(seconds=45)
MOST_FAILURES = 5
MOST_RETRIES = 25

Handler = Callable[..., None]
Concerns = Callable[[Any], bool]


class Retry(Exception):
    """Raised by a handler: not now, for a reason that will pass."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason, self.after = reason, after


@dataclass(frozen=True)
class Subscriber:
    name: str
    handler: Handler
    events: tuple[type[Event], ...]
    queue: str | None
    """None: the relay runs it itself."""
    lease: timedelta
    """After this time without an end, somebody else may try."""
    most_failures: int
    """Unforeseen errors and deaths of the process, after which it is given up."""
    most_retries: int
    """How often the handler may ask for another time."""
    is_atomic: bool
    """Run the handler and mark it done in one transaction."""
    wants_key: bool
    """Whether the handler takes the `delivery_key`."""
    concerns: Concerns | None = None
    """None: every such event."""


subscribers: dict[str, Subscriber] = {}


def subscribe(
    *events: type[Event],
    queue: str | None = None,
    name: str | None = None,
    lease: timedelta = LEASE,
    most_failures: int = MOST_FAILURES,
    most_retries: int = MOST_RETRIES,
    is_atomic: bool = False,
    concerns: Concerns | None = None,
) -> Callable[[Handler], Handler]:
    """Call the function with each such event, `now`, and `delivery_key` if it takes one.

    It may be called more than once for one event, at worst twice at a time; outside effects
    carry the key. `is_atomic` is for handlers that work in our database alone: then what they
    wrote and the mark "done" are one, and a repeat changes nothing. The name is kept in rows,
    so a function that is renamed keeps its former name here. `concerns` spares a delivery of what
    the event itself shows to be of no concern: it reads nothing else.
    """
    if queue is not None and queue not in settings.QUEUES:
        raise ImproperlyConfigured(f"No worker serves a queue {queue!r}; see settings.QUEUES.")
    for event in events:
        if event_types.get((event.event_name, event.event_version)) is not event:
            raise ImproperlyConfigured(f"{event.__name__} is no event of its own.")

    def register(handler: Handler) -> Handler:
        own_name = name or name_of(handler)
        if own_name in subscribers:
            raise ImproperlyConfigured(f"There are two subscribers {own_name}.")
        subscribers[own_name] = Subscriber(
            name=own_name,
            handler=handler,
            events=events,
            queue=queue,
            lease=lease,
            most_failures=most_failures,
            most_retries=most_retries,
            is_atomic=is_atomic,
            wants_key="delivery_key" in inspect.signature(handler).parameters,
            concerns=concerns,
        )
        return handler

    return register


def name_of(handler: Handler) -> str:
    return f"{handler.__module__.removesuffix('.subscribers')}.{handler.__name__}"


def subscribers_to(event: type[Event]) -> list[Subscriber]:
    return [one for one in subscribers.values() if event in one.events]


def listeners_to(event: Event) -> list[Subscriber]:
    found = subscribers_to(type(event))
    return [one for one in found if one.concerns is None or one.concerns(event)]


def known_leases() -> dict[str, Any]:
    """Seconds of each subscriber that this code knows."""
    return {one.name: one.lease.total_seconds() for one in subscribers.values()}
