"""Rows for tests: valid, unremarkable, and only what was asked for."""

from typing import Any

from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory

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
