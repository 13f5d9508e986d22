from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from accounts.enums import LegalKind, OrganizerStatus, Role
from accounts.models import Invitation, LegalText, Membership, Organizer, User
from ticketing.core.text import TextOrder


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
    return Membership.objects.filter(user=user, role=Role.OWNER).exists()


def memberships_of(user: User) -> QuerySet[Membership]:
    """The teams that somebody belongs to, with their organizers, by name."""
    return (
        Membership.objects.filter(user=user)
        .exclude(organizer__status=OrganizerStatus.CLOSED)
        .select_related("organizer")
        .order_by(TextOrder("organizer__name"))
    )


def members_of(organizer: Organizer) -> QuerySet[Membership]:
    return Membership.objects.filter(organizer=organizer).select_related("user")


def open_invitations(organizer: Organizer, *, now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        organizer=organizer, accepted_at=None, withdrawn_at=None, expires_at__gt=now
    )
