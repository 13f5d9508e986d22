"""Addresses that mails and tickets lead to: of this site, in the reader's language, and with the
token that opens them. What names a page or a file of a booking is written here alone."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from accounts.notifications.domain.messages import supported_language
from bookings.domain.references import ticket_token_of, token_of
from bookings.models import Booking, Ticket
from ticketing.core.site import site_address


def booking_link(booking: Booking, *, language: str = "") -> str:
    """The booking's own page, where its codes are shown, for whoever has the mail; in the language
    it was booked in, unless another is read."""
    language = language or supported_language(booking.language)
    address = site_address("booking", booking.reference, language=language)
    return f"{address}?{token(token_of(booking))}"


def tickets_link(booking: Booking) -> str:
    """All its tickets in one file."""
    return file_link("booking-tickets", booking.reference, token_of(booking))


def calendar_link(booking: Booking) -> str:
    return file_link("booking-calendar", booking.reference, token_of(booking))


def ticket_link(ticket: Ticket) -> str:
    """One ticket as a file, for who comes with it: opens nothing else, and dies with its code."""
    return file_link("ticket-file", str(ticket.pk), ticket_token_of(ticket))


def file_link(name: str, key: str, secret: str) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=[key])}?{token(secret)}"


def token(secret: str) -> str:
    return urlencode({"token": secret})
