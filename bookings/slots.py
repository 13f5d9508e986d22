"""Where payments puts how a booking is paid, and what comes back of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from bookings.models import Booking
from ticketing.core.slots import Slot


@dataclass(frozen=True)
class Panel:
    """A template in the form of the second screen, in place of its button, for a booking that
    costs something; `booking` and `form` are in its context. Once the details are kept, `begin`
    answers: with the way to where it is paid."""

    template: str
    begin: Callable[[HttpRequest, Booking], HttpResponse]


payment_panels: Slot[Panel] = Slot()


@dataclass(frozen=True)
class Part:
    """A template on a page of a booking, with what it shows; nothing of it where that is None."""

    template: str
    facts: Callable[[Booking, datetime], dict[str, Any] | None]


# On the page of a booking that was confirmed, below what it cost.
booking_parts: Slot[Part] = Slot()
# On the page that asks which tickets to give up, before anything is given up.
giving_up_parts: Slot[Part] = Slot()
