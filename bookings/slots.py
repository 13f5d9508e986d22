"""Where payments puts how a booking is paid."""

from collections.abc import Callable
from dataclasses import dataclass

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
