"""Where apps to the right put what they know of an event."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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


Counting = Callable[[], Any]
"""Makes an expression for a statement over pools: how many places of the pool that is
`OuterRef("pk")`, of the event `OuterRef("event")`, are held and not sold."""

places_on_hold: Slot[Counting] = Slot()
ticket_panels: Slot[Panel] = Slot()
ticket_counters: Slot[Counter] = Slot()


def ticket_counter() -> Counter | None:
    """The one there is, where an app sells."""
    return next(iter(ticket_counters), None)
