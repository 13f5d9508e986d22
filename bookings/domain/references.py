"""What names a booking: a reference that people can read out, and a token that opens it."""

import hmac
import secrets
from base64 import urlsafe_b64encode

from django.conf import settings
from django.utils.crypto import salted_hmac

from bookings.models import Booking
from bookings.rules import ALPHABET, REFERENCE_LENGTH

SALT = "bookings.token"


def new_reference() -> str:
    """Forty random bits: enough for no two to be the same for long, too few to be a secret."""
    return "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))


def token_of(booking: Booking) -> str:
    """What lets a guest see and change the booking: derived, so that nothing of it is stored and
    it can be sent again."""
    return derived(booking, settings.SECRET_KEY)


def is_token_of(booking: Booking, token: str) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(derived(booking, key), token) for key in keys)


def derived(booking: Booking, key: str) -> str:
    digest = salted_hmac(SALT, booking.pk.hex, secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
