"""Refresh tokens: each is good for one successor, and a used one betrays a theft.

A token names its family and generation and carries a secret derived from both; nothing of it is
stored. Rotation is one UPDATE that only one caller can win (ARCHITECTURE.md and STACK.md say
why it must not join another table).
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.access_tokens import issue_access_token
from accounts.enums import EndReason
from accounts.models import RefreshFamily, User
from accounts.notifications.domain.messages import notify
from ticketing.core.errors import NotSignedIn
from ticketing.core.site import site_address

HIGHEST_GENERATION = 2**31 - 1
KEPT_AFTER_END = timedelta(days=90)


class TokenInvalid(NotSignedIn):
    code = "token_invalid"
    message = _("You are signed out on this device. Please sign in again.")


class TokenReused(NotSignedIn):
    code = "token_reused"
    message = _(
        "This sign-in was used from two places at once. To be safe we have ended it; "
        "please sign in again."
    )


@dataclass(frozen=True)
class TokenPair:
    access: str
    refresh: str


@dataclass(frozen=True)
class ReadToken:
    family: UUID
    generation: int
    secret: bytes


@transaction.atomic
def start_family(
    user: User, *, device: str, address: str, now: datetime
) -> tuple[RefreshFamily, TokenPair]:
    """A device signs in to the API."""
    family = RefreshFamily.objects.create(
        user=user,
        device=device[:200],
        address=address,
        started_at=now,
        rotated_at=now,
        expires_at=now + timedelta(seconds=settings.REFRESH_TOKEN_LIFETIME),
    )
    return family, pair_of(family, now=now)


def refresh(token: str, *, address: str, now: datetime) -> TokenPair:
    """The successor of a refresh token, with a new access token.

    Within the grace time after a rotation the old token gets the same successor again: calls
    go out twice and answers get lost. Later use of it ends the whole family (`TokenReused`).
    """
    read = read_token(token)
    with transaction.atomic():
        family, is_reused = rotate(read, address=address, now=now)
    if is_reused:
        raise TokenReused
    if family is None:
        raise TokenInvalid
    return pair_of(family, now=now)


def rotate(read: ReadToken, *, address: str, now: datetime) -> tuple[RefreshFamily | None, bool]:
    """The family after the call, or None if there is none for it; and whether it was theft."""
    families = RefreshFamily.objects.filter(pk=read.family)
    family = families.first()
    if family is None or not is_genuine(read, family):
        return None, False
    has_rotated = families.filter(
        generation=read.generation, ended_at=None, expires_at__gt=now
    ).update(generation=F("generation") + 1, rotated_at=now, address=address)
    family.refresh_from_db()
    # Apart from the UPDATE, which must not join; in the same transaction all the same.
    if not User.objects.filter(pk=family.user_id, is_active=True).exists():
        transaction.set_rollback(True)
        return None, False
    if has_rotated:
        return family, False
    if family.ended_at is not None or family.expires_at <= now:
        return None, False
    if is_in_grace(read, family, now=now):
        return family, False
    end_family(family, because=EndReason.REUSED, now=now)
    tell_of_reuse(family, now=now)
    return None, True


def tell_of_reuse(family: RefreshFamily, *, now: datetime) -> None:
    person = family.user
    record(action="people.token_reused", by=None, on=person, now=now)
    link = site_address("places", language=person.locale)
    notify(
        "token_reused",
        to=person,
        key=f"token-reused:{family.pk}",
        context={"name": str(person), "link_sessions": link},
        now=now,
    )


def is_in_grace(read: ReadToken, family: RefreshFamily, *, now: datetime) -> bool:
    grace = timedelta(seconds=settings.REFRESH_TOKEN_GRACE)
    return read.generation == family.generation - 1 and now - family.rotated_at <= grace


def end_family(family: RefreshFamily, *, because: EndReason, now: datetime) -> None:
    end_families(User(pk=family.user_id), because=because, now=now, only=family.pk)


def end_families(
    user: User,
    *,
    because: EndReason,
    now: datetime,
    only: UUID | None = None,
    keep: UUID | None = None,
) -> int:
    """Sign out devices of one person; their access tokens die with them."""
    families = RefreshFamily.objects.filter(user_id=user.pk, ended_at=None)
    if only:
        families = families.filter(pk=only)
    if keep:
        families = families.exclude(pk=keep)
    return families.update(ended_at=now, ended_because=because)


def forget_ended_families(*, now: datetime) -> int:
    """Delete what has run out ninety days ago; nobody asks for it any more."""
    old = RefreshFamily.objects.filter(expires_at__lt=now - KEPT_AFTER_END)
    deleted, _by_model = old.delete()
    return deleted


def sign_out(token: str, *, now: datetime) -> None:
    """End the family of a refresh token. Of an unknown one nothing is said."""
    try:
        read = read_token(token)
    except TokenInvalid:
        return
    family = RefreshFamily.objects.filter(pk=read.family).first()
    if family and is_genuine(read, family):
        end_family(family, because=EndReason.LOGGED_OUT, now=now)


def pair_of(family: RefreshFamily, *, now: datetime) -> TokenPair:
    return TokenPair(access=issue_access_token(family, now=now), refresh=token_of(family))


def token_of(family: RefreshFamily) -> str:
    secret = secret_of(family, family.generation, settings.SECRET_KEY)
    return f"{encode(family.pk.bytes)}.{family.generation}.{encode(secret)}"


def secret_of(family: RefreshFamily, generation: int, key: str) -> bytes:
    value = f"{family.pk} {generation} {bytes(family.salt).hex()}"
    return salted_hmac("accounts.refresh", value, secret=key, algorithm="sha256").digest()


def is_genuine(read: ReadToken, family: RefreshFamily) -> bool:
    """Whether we have given this very token, under this or an earlier key."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if read.generation > family.generation:
        return False
    return any(
        hmac.compare_digest(read.secret, secret_of(family, read.generation, key)) for key in keys
    )


def read_token(token: str) -> ReadToken:
    parts = token.split(".")
    try:
        family, number, secret = parts
        generation = int(number) if number.isascii() and number.isdigit() else 0
        if not 0 < generation <= HIGHEST_GENERATION:
            raise TokenInvalid
        return ReadToken(UUID(bytes=decode(family)), generation, decode(secret))
    except ValueError:  # binascii.Error is one
        raise TokenInvalid from None


def encode(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
