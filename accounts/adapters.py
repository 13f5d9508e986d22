"""Where allauth asks us: its log-in, second factor and passkeys follow our rules by these hooks."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.domain.devices import device_name
from accounts.domain.guessing import TooManyGuesses, count_guess, forget_guesses, password_of
from accounts.domain.passwords import WrongPassword
from accounts.domain.sign_in import InvalidCredentials
from accounts.domain.sign_up import send_verification
from accounts.models import User
from ticketing.core.encryption import decrypt, encrypt
from ticketing.core.limits import client_address

TOTP_PURPOSE = "accounts.totp"
NOWHERE = "0.0.0.0"  # noqa: S104 - an address that says "not known", nothing listens there


class AccountAdapter(DefaultAccountAdapter):
    # Page and API say the same when an address and a password do not belong together.
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": InvalidCredentials.message,
        "incorrect_password": WrongPassword.message,
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            count_guess(about(credentials))
        except TooManyGuesses as error:
            raise ValidationError(str(error)) from error

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None:
            forget_guesses(about(credentials))
        return user

    def should_send_confirmation_mail(self, request: HttpRequest, address: Any, *_a: Any) -> bool:
        """Our own mail instead of allauth's, for who signs in before opening the account."""
        if isinstance(address.user, User):
            send_verification(address.user, now=timezone.now())
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """allauth's notices are not used: the acts behind them write their own (receivers.py)."""

    def get_client_ip(self, request: HttpRequest) -> str:
        address = client_address(request).partition("/")[0]
        return NOWHERE if address == "unknown" else address


def about(credentials: dict[str, Any]) -> str:
    return password_of(str(credentials.get("email", "")))


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        # Codes have words of their own (forms.py); these are for passkeys.
        "incorrect_code": _(
            "We do not know this passkey, or the page was open for too long. Please try again, or "
            "take another way."
        ),
        "unverified_email": _("Please confirm your e-mail address first."),
        "cannot_generate_recovery_codes": _(
            "Recovery codes stand in for an authenticator app or a passkey. Please set up one first."
        ),
    }

    def generate_authenticator_name(
        self,
        user: AbstractBaseUser,
        type: Authenticator.Type,  # noqa: A002 - allauth's own name
    ) -> str:
        """What a new passkey is called unless its owner says otherwise."""
        return device_name(context.request.headers.get("User-Agent", ""))

    def encrypt(self, text: str) -> str:
        return encrypt(text, purpose=TOTP_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, purpose=TOTP_PURPOSE)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        host = context.request.get_host().partition(":")[0]
        return {"id": host, "name": settings.SITE_NAME}
