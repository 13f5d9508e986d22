"""Rows for tests: valid, unremarkable, and only what was asked for."""

from datetime import timedelta
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from factory.declarations import LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.audit.domain.records import record
from accounts.audit.models import Entry
from accounts.enums import LegalKind, Role
from accounts.models import Invitation, LegalText, Membership, Organizer, User
from ticketing.core.models import AnnouncedEvent, Delivery

PASSWORD = "a-quiet-village-evening"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = Sequence(lambda number: f"person{number}@example.org")
    name = Sequence(lambda number: f"Person {number}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        is_verified = kwargs.pop("is_verified", True)
        password = kwargs.pop("password", PASSWORD)
        user = model_class(**kwargs, password=hashed(password))
        user.save(force_insert=True)
        EmailAddress.objects.create(user=user, email=user.email, verified=is_verified, primary=True)
        return user


@cache
def hashed(password: str) -> str:
    """Hashing is slow on purpose: once for each password and process is enough."""
    return make_password(password)


class LegalTextFactory(DjangoModelFactory[LegalText]):
    class Meta:
        model = LegalText

    kind = LegalKind.IMPRINT
    language = "en"
    body = "## Who runs this site\n\nThe village hall."
    changed_by = SubFactory(UserFactory)


class OrganizerFactory(DjangoModelFactory[Organizer]):
    class Meta:
        model = Organizer

    name = Sequence(lambda number: f"Choir {number}")
    slug = Sequence(lambda number: f"choir-{number}")
    started_by = SubFactory(UserFactory)


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    organizer = SubFactory(OrganizerFactory)
    user = SubFactory(UserFactory)
    role = Role.OWNER


class AnnouncedEventFactory(DjangoModelFactory[AnnouncedEvent]):
    class Meta:
        model = AnnouncedEvent

    name = "house.door_opened"
    version = 1
    body = {"door": "01a1fdce-e6ec-7024-b4c2-9799f10ea462"}
    about = Sequence(lambda number: f"house.door:{number}")


class DeliveryFactory(DjangoModelFactory[Delivery]):
    class Meta:
        model = Delivery

    event = SubFactory(AnnouncedEventFactory)
    subscriber = "house.greet"


class EntryFactory(DjangoModelFactory[Entry]):
    """An act, written down as the product does it."""

    class Meta:
        model = Entry

    action = "tests.acted"
    by = SubFactory(UserFactory)
    now = LazyFunction(timezone.now)

    @classmethod
    def _create(cls, model_class: type[Entry], *args: Any, **kwargs: Any) -> Entry:
        with transaction.atomic():
            return record(**kwargs)


class InvitationFactory(DjangoModelFactory[Invitation]):
    class Meta:
        model = Invitation

    organizer = SubFactory(OrganizerFactory)
    email = Sequence(lambda number: f"invited{number}@example.org")
    role = Role.DOOR
    digest = Sequence(lambda number: f"{number:064}")
    invited_by = SubFactory(UserFactory)
    expires_at = LazyFunction(lambda: timezone.now() + timedelta(days=7))
