from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from accounts.enums import LegalKind
from accounts.models import LegalText, User


def legal_text(kind: LegalKind, *, language: str, otherwise: str) -> LegalText | None:
    """The text in the reader's language, else in the other one, else nothing yet."""
    texts = {
        text.language: text
        for text in LegalText.objects.filter(kind=kind, language__in={language, otherwise})
    }
    return texts.get(language) or texts.get(otherwise)


def is_verified(user: User) -> bool:
    addresses = EmailAddress.objects.filter(user=user, email=user.email, verified=True)
    return bool(addresses.exists())


def has_second_factor(user: User) -> bool:
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user=user, type__in=kinds).exists())


def is_owner_somewhere(user: User) -> bool:
    return False
