"""Rows of messages to people."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.notifications.domain.messages import notify
from accounts.notifications.models import Message, Suppression, TemplateOverride
from tests.factories import UserFactory

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class MessageFactory(DjangoModelFactory[Message]):
    """Written down as the product does it."""

    class Meta:
        model = Message

    kind = "account_exists"
    to = Sequence(lambda number: f"reader{number}@example.org")
    key = Sequence(lambda number: f"key:{number}")
    context = {
        "link_login": "http://testserver/account/login/",
        "link_reset": "http://testserver/account/reset/",
    }
    now = NOW

    @classmethod
    def _create(cls, model_class: type[Message], *args: Any, **kwargs: Any) -> Message:
        with transaction.atomic():
            return notify(kwargs.pop("kind"), **kwargs)


class SuppressionFactory(DjangoModelFactory[Suppression]):
    class Meta:
        model = Suppression

    address = Sequence(lambda number: f"bounced{number}@example.org")
    reason = "hard_bounce"


class TemplateOverrideFactory(DjangoModelFactory[TemplateOverride]):
    class Meta:
        model = TemplateOverride

    kind = "verify_email"
    locale = "en"
    subject = "Is this you?"
    body = "Hello {name}, [yes]({link})."
    changed_at = NOW
    changed_by = SubFactory(UserFactory)
