"""Where apps to the right put what they know of an event."""

from dataclasses import dataclass

from ticketing.core.slots import Slot


@dataclass(frozen=True)
class Panel:
    """A template that is shown below the list of tickets, with `shown` (an event as its page
    shows it) in its context. It is the same for everybody: it may not ask who looks."""

    template: str


ticket_panels: Slot[Panel] = Slot()
