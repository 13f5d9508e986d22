"""Who may open a booking: who made it signed in, and who has its token."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from bookings.domain.references import is_token_of
from bookings.models import Booking
from bookings.queries.bookings import in_full
from bookings.rules import spelled_reference
from ticketing.core.errors import NotThere


class NoSuchBooking(NotThere):
    code = "not_found"
    message = _("There is no such booking, or it is not yours. The link in your mail leads to it.")


def booking_for(reference: str, *, by: User | None, token: str = "") -> Booking:
    """Raises NoSuchBooking, the same whether it is not there or somebody else's."""
    found = in_full(Booking.objects.all()).filter(reference=spelled_reference(reference)).first()
    if found is None:
        raise NoSuchBooking
    is_theirs = by is not None and found.user_id == by.pk
    if not (is_theirs or (token and is_token_of(found, token))):
        raise NoSuchBooking
    return found
