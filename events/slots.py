"""Where apps to the right put what they know of an event."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from events.models import Event
from ticketing.core.slots import Slot


@dataclass(frozen=True)
class Panel:
    """A template that is shown below the list of tickets, with `shown` (an event as its page
    shows it) in its context. It is the same for everybody: it may not ask who looks."""

    template: str


@dataclass(frozen=True)
class Counter:
    """Where people choose how many: the list of tickets becomes a form that is sent to the page
    of this name, with the event's slug. `row` is shown with each `ticket` that can be had, `foot`
    below all of them; both are the same for everybody."""

    page: str
    row: str
    foot: str


@dataclass(frozen=True)
class OfficeLink:
    """A page of the back office about an event, for who may open it: `address` says where it is,
    or nothing for who may not."""

    title: Any
    icon: str
    address: Callable[[HttpRequest, Event], str | None]


ticket_panels: Slot[Panel] = Slot()
office_links: Slot[OfficeLink] = Slot()
ticket_counters: Slot[Counter] = Slot()


def ticket_counter() -> Counter | None:
    """The one there is, where an app sells."""
    return next(iter(ticket_counters), None)
