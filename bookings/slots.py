"""Where payments puts how a booking is paid, and what comes back of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse

from accounts.models import User
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
class Extra:
    """What the second screen asks for besides, for a booking that costs something: a form of its
    own within the page's (`prefix` keeps its names apart), shown by the template as `extra`. It
    may stay as it is; once all is valid, `keep` keeps it."""

    template: str
    form: Callable[..., Form]
    """Called with what was sent, or with `initial`."""
    known: Callable[[Booking], dict[str, Any]]
    keep: Callable[[Booking, dict[str, Any], User | None, datetime], None]


booking_extras: Slot[Extra] = Slot()


@dataclass(frozen=True)
class Part:
    """A template on a page of a booking, with what it shows; nothing of it where that is None."""

    template: str
    facts: Callable[[Booking, datetime], dict[str, Any] | None]


# On the page of a booking that was confirmed, below what it cost.
booking_parts: Slot[Part] = Slot()
# On its page in the back office, for who may see money.
office_parts: Slot[Part] = Slot()
# On the page that asks which tickets to give up, before anything is given up.
giving_up_parts: Slot[Part] = Slot()
