from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import transaction

from accounts.notifications import kinds as kinds_module
from accounts.notifications.domain.messages import notify
from accounts.notifications.enums import Channel, Topic
from accounts.notifications.kinds import MessageKind, register
from ticketing.core.outbox import deliver_all

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TEMPLATES = Path(__file__).parent / "templates"
LINK = "http://testserver/tickets/"

EVENING_SOON = MessageKind(
    name="evening_soon",
    title="An evening is near",
    topic=Topic.REMINDERS,
    placeholders={"name": "Ada", "event": "Quiet songs", "places": 2, "link": "/tickets/"},
    channels=(Channel.EMAIL, Channel.SMS, Channel.PUSH),
    optional=frozenset({"name"}),
)
OFFER = MessageKind(
    name="offer", title="Ideas", topic=Topic.MARKETING, placeholders={"name": "Ada"}
)
POISON = MessageKind(
    name="poison", title="No template", topic=Topic.BOOKINGS, placeholders={"name": "Ada"}
)
PLACES = {"name": "Ada", "event": "Quiet songs", "places": 2, "link": LINK}


@pytest.fixture(autouse=True)
def _kinds(monkeypatch, settings):
    """Kinds of message that only these tests know, with words of their own."""
    monkeypatch.setattr(kinds_module, "_kinds", dict(kinds_module._kinds))
    register(EVENING_SOON, OFFER, POISON)
    (engine,) = django_settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], TEMPLATES]}]


@pytest.fixture
def tell(db):
    """Write a message down as a use case would, in a transaction of its own."""

    def write(kind="evening_soon", *, to, key="a-key", context=None, now=NOW, **more):
        with transaction.atomic():
            values = PLACES if context is None else context
            return notify(kind, to=to, key=key, context=values, now=now, **more)

    return write


@pytest.fixture
def send():
    """Let the worker do what waits."""

    def work(now=NOW + timedelta(seconds=1), **more):
        return deliver_all(now=now, **more)

    return work


@pytest.fixture
def fresh():
    def read(row):
        return type(row).objects.get(pk=row.pk)

    return read
