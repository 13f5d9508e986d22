"""Who may open a booking: who made it signed in, and who has its token. A ticket opens for the
same, and for who has the token of that ticket alone."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from bookings.domain.references import is_ticket_token_of, is_token_of
from bookings.models import Booking, Ticket
from bookings.queries.bookings import fetch_rest
from bookings.rules import spelled_reference
from ticketing.core.errors import NotThere


class NoSuchBooking(NotThere):
    code = "not_found"
    message = _("There is no such booking, or it is not yours. The link in your mail leads to it.")


class NoSuchTicket(NotThere):
    code = "not_found"
    message = _("There is no such ticket, or it is not yours. The link in your mail leads to it.")


def booking_for(reference: str, *, by: User | None, token: str = "") -> Booking:
    """In full. Raises NoSuchBooking, the same whether it is not there or somebody else's."""
    try:
        found = Booking.objects.select_related("event").get(reference=spelled_reference(reference))
    except Booking.DoesNotExist:
        raise NoSuchBooking from None
    if not opens(found, by=by, token=token):
        raise NoSuchBooking
    fetch_rest(found)
    return found


def ticket_for(ticket: UUID, *, by: User | None, token: str = "") -> Ticket:
    """Raises NoSuchTicket, the same whether it is not there or somebody else's."""
    shown = Ticket.objects.select_related("booking", "event", "line")
    found = shown.filter(pk=ticket).first()
    if found is None:
        raise NoSuchTicket
    is_holder = bool(token) and is_ticket_token_of(found, token)
    if not (is_holder or opens(found.booking, by=by, token=token)):
        raise NoSuchTicket
    return found


def opens(booking: Booking, *, by: User | None, token: str) -> bool:
    is_theirs = by is not None and booking.user_id == by.pk
    return is_theirs or (bool(token) and is_token_of(booking, token))
