"""Where payments puts how a booking is paid."""

from dataclasses import dataclass

from ticketing.core.slots import Slot


@dataclass(frozen=True)
class Panel:
    """A template in the form of the second screen, in place of its button, for a booking that
    costs something; `booking` and `form` are in its context. Once the details are kept, the page
    of this name is asked to go on, with the booking's reference."""

    template: str
    page: str


payment_panels: Slot[Panel] = Slot()
