import pytest
from django.utils import timezone

from events.enums import Visibility
from events.models import Category, CategoryName, Event
from tests.events.factories import NOW, EventFactory, TicketTypeFactory


@pytest.fixture(autouse=True)
def _in_june(monkeypatch):
    """Pages are looked at on the day for which the factories make rows."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def music(db) -> Category:
    """As the migration makes it; after a test that truly commits it is gone."""
    music, _is_new = Category.objects.get_or_create(slug="music")
    for language, name in {"en": "Music", "fr": "Musique"}.items():
        CategoryName.objects.get_or_create(
            category=music, language=language, defaults={"name": name}
        )
    return music


@pytest.fixture
def shown(choir, music) -> Event:
    """What everybody may look at."""
    event = EventFactory(
        organizer=choir,
        title="Quiet songs",
        slug="quiet-songs",
        category=music,
        status="published",
    )
    TicketTypeFactory(event=event, name="Standing", pool__capacity=100)
    return event


@pytest.fixture
def private(choir) -> Event:
    """What nobody may look at who does not know `roses-2026`."""
    event = EventFactory(
        organizer=choir,
        title="A wedding",
        slug="a-wedding",
        visibility=Visibility.PRIVATE,
        access_digest="0" * 64,
        status="published",
    )
    Event.objects.filter(pk=event.pk).update(access_digest=event.digest_of("roses-2026"))
    event.refresh_from_db()
    return event
