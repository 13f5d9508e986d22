"""Rows for tests: valid, unremarkable, and only what was asked for."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from factory.declarations import LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.audit.domain.records import record
from accounts.audit.models import Entry
from accounts.enums import LegalKind
from accounts.models import LegalText, User
from ticketing.core.models import AnnouncedEvent, Delivery

PASSWORD = "a-quiet-village-evening"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = Sequence(lambda number: f"person{number}@example.org")
    name = Sequence(lambda number: f"Person {number}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        kwargs.setdefault("password", PASSWORD)
        return model_class.objects.create_user(**kwargs)


class LegalTextFactory(DjangoModelFactory[LegalText]):
    class Meta:
        model = LegalText

    kind = LegalKind.IMPRINT
    language = "en"
    body = "## Who runs this site\n\nThe village hall."
    changed_by = SubFactory(UserFactory)


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
