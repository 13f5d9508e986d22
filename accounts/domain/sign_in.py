"""Signing in to the API. Pages sign in by allauth's stages; both ask the same questions here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from struct import error as StructError  # noqa: N812 - it is a class
from typing import Any
from uuid import UUID

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.auth import authenticate
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import UserVerificationRequirement

from accounts.domain.guessing import count_guess, forget_guesses, password_of
from accounts.domain.refresh_tokens import TokenPair, start_family
from accounts.domain.sign_up import send_verification
from accounts.models import SpentToken, User
from accounts.queries import has_second_factor, is_verified
from ticketing.core.errors import NotAllowed, NotSignedIn

SECONDS_FOR_SECOND_FACTOR = 300
SECONDS_A_CODE_COUNTS = 120
MFA_PURPOSE = "accounts.mfa"
PASSKEY_PURPOSE = "accounts.passkey"
# How a credential that is none fails to be read: its parsers are many, and each has its own way.
MALFORMED = (AttributeError, LookupError, RecursionError, TypeError, ValueError, StructError)
CODES = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]


class InvalidCredentials(NotSignedIn):
    code = "invalid_credentials"
    message = _("The e-mail address and the password do not belong together.")


class EmailUnverified(NotAllowed):
    code = "email_unverified"
    message = _("Please open the link in the mail we sent you first. We have sent it once more.")


class SecondFactorNeeded(NotSignedIn):
    code = "mfa_required"
    message = _("One more step: the code from your authenticator app, or your passkey.")


class WrongCode(NotSignedIn):
    code = "code_invalid"
    message = _("This code is not right, or was used already. Please wait for the next one.")


class WrongPasskey(NotSignedIn):
    code = "passkey_invalid"
    message = _("This passkey did not open the door. Please try again, or use your password.")


@dataclass(frozen=True)
class SignedIn:
    user: User
    tokens: TokenPair


def check_password(*, email: str, password: str) -> User:
    """Who has this address and password. Costs the same whether the address is known or not."""
    about = password_of(email)
    count_guess(about)
    user = authenticate(None, email=email, password=password)
    if not isinstance(user, User):
        raise InvalidCredentials
    forget_guesses(about)
    return user


def sign_in(*, email: str, password: str, device: str, address: str, now: datetime) -> SignedIn:
    """Tokens for a person with address and password, unless a second factor is needed."""
    user = check_password(email=email, password=password)
    return let_in(user, device=device, address=address, now=now)


def let_in(user: User, *, device: str, address: str, now: datetime) -> SignedIn:
    """Tokens for somebody whose first factor was right, however they showed it.

    Raises EmailUnverified, having sent the link once more, and SecondFactorNeeded.
    """
    if not is_verified(user):
        send_verification(user, now=now)
        raise EmailUnverified
    if has_second_factor(user):
        raise SecondFactorNeeded(mfa_token=make_mfa_token(user))
    return signed_in(user, device=device, address=address, now=now)


def signed_in(user: User, *, device: str, address: str, now: datetime) -> SignedIn:
    User.objects.filter(pk=user.pk).update(last_login=now)
    _family, tokens = start_family(user, device=device, address=address, now=now)
    return SignedIn(user, tokens)


def make_mfa_token(user: User) -> str:
    content = {"user": str(user.pk), "hash": user.get_session_auth_hash()[:16]}
    return signing.dumps(content, salt=MFA_PURPOSE)


def person_of_mfa_token(token: str) -> User:
    try:
        content = signing.loads(token, salt=MFA_PURPOSE, max_age=SECONDS_FOR_SECOND_FACTOR)
    except signing.BadSignature:
        raise WrongCode from None
    user = User.objects.filter(pk=content["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash()[:16] != content["hash"]:
        raise WrongCode
    return user


def sign_in_with_code(
    *, mfa_token: str, code: str, device: str, address: str, now: datetime
) -> SignedIn:
    """The second step: a code from an authenticator app or a recovery code, each good once."""
    user = person_of_mfa_token(mfa_token)
    check_code(user, code=code, now=now)
    if not is_spent_first(mfa_token, keep_for=SECONDS_FOR_SECOND_FACTOR, now=now):
        raise WrongCode
    return signed_in(user, device=device, address=address, now=now)


def check_code(user: User, *, code: str, now: datetime) -> Authenticator:
    """Which of a person's authenticators gave the code. The code is used up by that."""
    about = f"code {user.pk}"
    count_guess(about)
    # As allauth compares it: else a used code would be another one with a dash in it.
    code = normalize_user_code(code)
    with transaction.atomic():
        for one in Authenticator.objects.select_for_update().filter(user=user, type__in=CODES):
            if is_code_of(one, code=code, now=now):
                one.user = user
                one.record_usage()
                forget_guesses(about)
                return one
    raise WrongCode


def is_code_of(authenticator: Authenticator, *, code: str, now: datetime) -> bool:
    if authenticator.type != Authenticator.Type.TOTP:
        return bool(authenticator.wrap().validate_code(code))
    # allauth remembers used codes in the cache, which may be away: here the database does.
    is_right = validate_totp_code(decrypt(authenticator.data["secret"]), code)
    return is_right and is_first_use(authenticator.user_id, code=code, now=now)


def is_first_use(person_id: UUID, *, code: str, now: datetime) -> bool:
    """Use up a code of an authenticator app, also the one that the app was set up with."""
    used = f"totp {person_id} {normalize_user_code(code)}"
    return is_spent_first(used, keep_for=SECONDS_A_CODE_COUNTS, now=now)


def passkey_options() -> dict[str, Any]:
    """What a device is asked to sign, and the state that belongs to it."""
    options, state = webauthn.get_server().authenticate_begin(
        credentials=[], user_verification=UserVerificationRequirement.REQUIRED
    )
    return {"options": dict(options), "state": signing.dumps(state, salt=PASSKEY_PURPOSE)}


def sign_in_with_passkey(
    *, state: str, credential: dict[str, Any], device: str, address: str, now: datetime
) -> SignedIn:
    """A passkey is both factors: something one has, unlocked by what one is or knows."""
    try:
        challenge = signing.loads(state, salt=PASSKEY_PURPOSE, max_age=SECONDS_FOR_SECOND_FACTOR)
        webauthn.parse_authentication_response(credential)
        user = webauthn.extract_user_from_response(credential)
        binding = webauthn.get_server().authenticate_complete(
            challenge, webauthn.get_credentials(user), credential
        )
    except (signing.BadSignature, ValidationError, *MALFORMED) as error:
        raise WrongPasskey from error
    if not isinstance(user, User) or not user.is_active or not is_verified(user):
        raise WrongPasskey
    if not is_spent_first(state, keep_for=SECONDS_FOR_SECOND_FACTOR, now=now):
        raise WrongPasskey
    authenticator = webauthn.get_authenticator_by_credential_id(user, binding.credential_id)
    if authenticator is not None:
        authenticator.record_usage()
    return signed_in(user, device=device, address=address, now=now)


def is_spent_first(token: str, *, keep_for: int, now: datetime) -> bool:
    """Use up what is good for one time; False for the second who comes."""
    _spent, is_first = SpentToken.objects.get_or_create(
        digest=sha256(token.encode()).hexdigest(),
        defaults={"kept_until": now + timedelta(seconds=keep_for)},
    )
    return is_first


def sweep_spent_tokens(*, now: datetime) -> int:
    deleted, _by_model = SpentToken.objects.filter(kept_until__lt=now).delete()
    return deleted
