"""What names a booking: a reference that people can read out, and a token that opens it."""

import hmac
import secrets
from base64 import urlsafe_b64encode

from django.conf import settings
from django.utils.crypto import salted_hmac

from bookings.models import Booking, Ticket
from bookings.rules import ALPHABET, REFERENCE_LENGTH

SALT = "bookings.token"
TICKET_SALT = "bookings.ticket-token"


def new_reference() -> str:
    """Forty random bits: enough for no two to be the same for long, too few to be a secret."""
    return "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))


def token_of(booking: Booking) -> str:
    """What lets a guest see and change the booking: derived, so that nothing of it is stored and
    it can be sent again."""
    return derived(SALT, opened_by(booking), settings.SECRET_KEY)


def is_token_of(booking: Booking, token: str) -> bool:
    return is_derived(SALT, opened_by(booking), token)


def opened_by(booking: Booking) -> str:
    """Links that went to an address that was corrected since open nothing."""
    if booking.token_generation == 1:
        return booking.pk.hex
    return f"{booking.pk.hex}.{booking.token_generation}"


def ticket_token_of(ticket: Ticket) -> str:
    """What lets the one who comes with it see this ticket and no other. Like its code it is dead
    once the ticket is issued anew: whoever had it before has it no more."""
    return derived(TICKET_SALT, named(ticket), settings.SECRET_KEY)


def is_ticket_token_of(ticket: Ticket, token: str) -> bool:
    return is_derived(TICKET_SALT, named(ticket), token)


def named(ticket: Ticket) -> str:
    return f"{ticket.pk.hex}.{ticket.generation}"


def is_derived(salt: str, value: str, token: str) -> bool:
    """Bytes are compared, for a token that somebody types may hold any letter."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    given = token.encode()
    return any(hmac.compare_digest(derived(salt, value, key).encode(), given) for key in keys)


def derived(salt: str, value: str, key: str) -> str:
    digest = salted_hmac(salt, value, secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
