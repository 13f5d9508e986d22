"""A page that shows an event is made anew when the event changes, also if who changed it died."""

import pytest
from django.db import connection

from accounts.domain.organizers import rename_organizer
from events.domain import asking
from events.domain.events import change_event
from events.domain.lifecycle import pause_sales, publish_event
from events.domain.venues import change_venue
from tests.events.factories import NOW
from ticketing.core.outbox import deliver_all
from ticketing.core.redis import redis_client

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept(event):
    """Pages as the cache keeps them, by the tag they were made from."""

    def keep():
        tags = {
            "event": f"event:{event.pk}",
            "organizer": f"organizer:{event.organizer_id}",
            "venue": f"venue:{event.venue_id}",
            "list": "events",
        }
        for name, tag in tags.items():
            redis_client().set(f"{{pages}}:{name}", b"page")
            redis_client().sadd(f"{{pages}}:tag:{tag}", f"{{pages}}:{name}")
        return lambda: {name for name in tags if redis_client().exists(f"{{pages}}:{name}")}

    return keep


def test_a_changed_event_is_forgotten_at_commit(event, organizer, kept):
    left = kept()

    change_event(event, {"title": "Loud songs"}, by=organizer, now=NOW)

    assert left() == {"venue"}


def test_each_step_of_an_event_s_life_is_forgotten_at_commit(event, organizer, kept):
    left = kept()
    publish_event(event, by=organizer, now=NOW)
    assert left() == {"venue"}

    left = kept()
    pause_sales(event, by=organizer, now=NOW)
    assert left() == {"venue"}


def test_a_changed_venue_is_forgotten_where_it_is_shown(event, organizer, kept):
    left = kept()

    change_venue(event.venue, {"name": "New hall"}, by=organizer, now=NOW)

    assert left() == {"event"}


def test_who_dies_after_the_commit_leaves_nothing_stale(event, organizer, kept, monkeypatch):
    left = kept()
    with monkeypatch.context() as dying:
        dying.setattr(asking, "forget_event", lambda event: None)
        change_event(event, {"title": "Loud songs"}, by=organizer, now=NOW)
    assert left() == {"event", "organizer", "venue", "list"}

    deliver_all(now=NOW)

    assert left() == {"venue"}
    assert connection.in_atomic_block is False


def test_a_renamed_organizer_is_forgotten_in_lists_too(event, organizer, kept):
    left = kept()

    rename_organizer(event.organizer, name="Town choir", by=organizer, now=NOW)
    assert left() == {"event", "venue", "list"}

    deliver_all(now=NOW)
    assert left() == {"event", "venue"}
