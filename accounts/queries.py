from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.enums import LegalKind, OrganizerStatus, Role
from accounts.models import (
    Invitation,
    LegalText,
    Membership,
    Organizer,
    SocialAccount,
    User,
)
from accounts.permissions import ROLES_OF_THE_BACK_OFFICE
from ticketing.core.text import TextOrder

# Recovery codes only stand in for one of these.
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


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
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists())


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
    return Invitation.objects.waiting().filter(organizer=organizer, expires_at__gt=now)


def works_in_an_office(user: User) -> bool:
    """Whether somebody's role in any team includes the back office."""
    return memberships_of(user).filter(role__in=ROLES_OF_THE_BACK_OFFICE).exists()


def with_second_factor(people: QuerySet[User]) -> QuerySet[User]:
    theirs = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    return people.annotate(second_factor=Exists(theirs))


@dataclass(frozen=True)
class PeopleInNumbers:
    people: int
    new_this_week: int
    verified: int
    with_second_factor: int
    organizers: int
    waiting_organizers: int


def people_in_numbers(*, now: datetime) -> PeopleInNumbers:
    """How many there are, for the back office."""
    week_ago = now - timedelta(days=7)
    people = with_second_factor(User.objects.filter(is_active=True)).aggregate(
        people=Count("pk"),
        new_this_week=Count("pk", filter=Q(joined_at__gte=week_ago)),
        with_second_factor=Count("pk", filter=Q(second_factor=True)),
    )
    organizers = Organizer.objects.aggregate(
        organizers=Count("pk", filter=Q(status=OrganizerStatus.ACTIVE)),
        waiting_organizers=Count("pk", filter=Q(status=OrganizerStatus.PENDING)),
    )
    verified = EmailAddress.objects.filter(verified=True, primary=True, user__is_active=True)
    return PeopleInNumbers(verified=verified.count(), **people, **organizers)


def social_accounts_of(user: User) -> QuerySet[SocialAccount]:
    return SocialAccount.objects.filter(user=user)
