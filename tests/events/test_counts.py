"""What is looked at is counted without knowing who looks, and written down once."""

from datetime import date, timedelta

import pytest
from django.test import Client

from events.domain import counts
from events.domain.counts import count_event, count_search, refresh_popularity, write_counts
from events.enums import Counted, Source
from events.models import EventCount, Listing, SearchCount
from events.views.beacon import source_of
from tests.events.factories import NOW, EventFactory
from ticketing.core import redis
from ticketing.core.ids import new_id
from ticketing.core.redis import redis_client

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


def looked(event, kind=Counted.VIEW, source=Source.DIRECT, *, times=1, now=NOW):
    for _ in range(times):
        count_event(event.pk, kind, source, now=now)


def test_what_was_looked_at_is_added_up_by_day_kind_and_source(event):
    looked(event, times=3)
    looked(event, Counted.TICKETS)
    write_counts(now=NOW)
    looked(event, times=2)
    looked(event, source=Source.SEARCH)

    write_counts(now=NOW)

    rows = EventCount.objects.values_list("organizer", "day", "kind", "source", "count")
    assert set(rows) == {
        (event.organizer_id, TODAY, "view", "direct", 5),
        (event.organizer_id, TODAY, "view", "search", 1),
        (event.organizer_id, TODAY, "tickets", "direct", 1),
    }


def test_what_is_no_event_is_not_counted(event):
    count_event(new_id(), Counted.VIEW, Source.DIRECT, now=NOW)

    write_counts(now=NOW)

    assert EventCount.objects.count() == 0


def test_a_batch_that_was_written_and_not_deleted_is_not_written_twice(event, monkeypatch):
    looked(event)
    counts.close_batch()
    (key,) = counts.closed_batches()
    kept = redis_client().dump(key)
    write_counts(now=NOW)
    redis_client().restore(key, 0, kept)

    write_counts(now=NOW)

    assert EventCount.objects.get().count == 1
    assert counts.closed_batches() == []


def test_a_batch_that_was_taken_and_not_written_is_written_by_the_next(event):
    looked(event)
    counts.close_batch()
    looked(event)

    write_counts(now=NOW)

    assert EventCount.objects.get().count == 2


def test_a_batch_that_cannot_be_read_stays_for_the_next(event, monkeypatch):
    looked(event)
    counts.close_batch()
    (key,) = counts.closed_batches()
    with monkeypatch.context() as away:
        away.setattr(redis, "_away_until", float("inf"))
        counts.write_batch(key)

    write_counts(now=NOW)

    assert EventCount.objects.get().count == 1


def test_while_redis_is_away_nothing_is_counted_and_nobody_waits(event, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(redis, "_away_until", float("inf"))
        looked(event)
        assert write_counts(now=NOW) == 0

    assert write_counts(now=NOW) == 0


def test_more_kinds_of_numbers_than_are_believable_are_dropped(event, monkeypatch):
    monkeypatch.setattr(counts, "MOST_AT_ONCE", 1)
    looked(event)
    looked(EventFactory())
    looked(event)

    write_counts(now=NOW)

    assert EventCount.objects.get().count == 2


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Jazz   Festival ", "jazz festival"),
        ("ada@example.org", ""),
        ("Ada 06 12 34 56 78", ""),
        ("summer 2026", "summer 2026"),
        ("", ""),
        ("x" * 80, "x" * 60),
    ],
)
def test_words_that_may_be_about_a_person_are_not_kept(typed, kept):
    count_search(typed, language="en", is_found=True, now=NOW)

    write_counts(now=NOW)

    assert SearchCount.objects.get().words == kept


def test_what_was_looked_at_lately_is_popular_and_what_nobody_looks_at_no_more(event, choir):
    former = EventFactory(organizer=choir)
    Listing.objects.filter(event=former).update(popularity=9)
    looked(event, times=3)
    looked(event, Counted.TICKETS)
    looked(former, times=5, now=NOW - timedelta(days=15))
    write_counts(now=NOW)

    refresh_popularity(now=NOW)

    assert Listing.objects.get(event=event).popularity == 8
    assert Listing.objects.get(event=former).popularity == 0


def test_the_beacon_counts_and_answers_nothing(client, event):
    answer = client.post("/beacon", {"kind": "view", "event": event.pk, "referrer": ""})
    client.post("/beacon", {"words": "jazz", "language": "en", "is_found": "1"})
    write_counts(now=NOW)

    assert (answer.status_code, answer.content, answer.cookies) == (204, b"", {})
    assert EventCount.objects.get().source == "direct"
    assert SearchCount.objects.get().is_found is True


def test_the_beacon_asks_the_database_nothing(event, django_assert_num_queries):
    with django_assert_num_queries(0):
        Client().post("/beacon", {"kind": "view", "event": event.pk})


@pytest.mark.parametrize(
    "sent", [{}, {"kind": "view"}, {"kind": "sold", "event": str(new_id())}, {"words": "x" * 300}]
)
def test_the_beacon_refuses_what_it_does_not_know(client, sent):
    assert client.post("/beacon", sent).status_code == 400


@pytest.mark.parametrize(
    ("referrer", "source"),
    [
        ("", Source.DIRECT),
        ("https://tickets.example.org/events/", Source.OURS),
        ("https://www.google.com/", Source.SEARCH),
        ("https://duckduckgo.com/", Source.SEARCH),
        ("https://l.facebook.com/x", Source.SOCIAL),
        ("https://t.co/x", Source.SOCIAL),
        ("https://choir.example/", Source.OTHER),
        ("https://[", Source.OTHER),
    ],
)
def test_where_somebody_came_from_is_a_kind_of_place_and_no_address(referrer, source):
    assert source_of(referrer, host="tickets.example.org") == source
