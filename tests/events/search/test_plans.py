"""Each way to find events has an index that leads there; how long it takes, the bench measures."""

import pytest
from django.db import connection

from events.search.finding import ORDERS, Ordering, Wanted, find_events
from tests.events.factories import NOW, EventFactory
from ticketing.core.paging import Cursor

pytestmark = pytest.mark.django_db


WAYS = ["seqscan", "sort", "incremental_sort", "bitmapscan", "hashjoin", "mergejoin"]


def plan_of(found):
    """With so few rows nothing is quicker than reading all of them, unless that is forbidden."""
    with connection.cursor() as cursor:
        for way in WAYS:
            cursor.execute(f"SET LOCAL enable_{way} = off")
        sql, params = found[:20].query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "events_event_listed"),
        ({"ordering": Ordering.LATEST}, "events_event_listed"),
        ({"ordering": Ordering.PRICE}, "events_listing_cheapest"),
        ({"ordering": Ordering.POPULAR}, "events_listing_most_popular"),
    ],
)
def test_each_order_is_read_from_an_index_and_sorts_nothing_more_than_it_must(choir, wanted, index):
    EventFactory(organizer=choir, title="Songs", status="published")

    assert index in plan_of(find_events(Wanted(**wanted), now=NOW, language="en"))


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        ("SELECT FROM events_searchtext WHERE vector @@ '''songs'''::tsquery", "events_searchtext_words"),
        ("SELECT FROM events_searchtext WHERE vector @@ '''songs'''::tsquery ORDER BY starts_at, event_id LIMIT 1", "events_searchtext_soonest"),
        ("SELECT FROM events_searchtext WHERE venue_id = gen_random_uuid()", "events_searchtext_nearby"),
        ("SELECT FROM events_venue WHERE events_plain(city) = events_plain('Nîmes')", "events_venue_city_plain"),
        ("SELECT FROM events_venue WHERE latitude BETWEEN 45 AND 46 AND longitude BETWEEN 5 AND 6", "events_venue_point"),
        ("SELECT FROM events_searchword WHERE word >= 'f' AND word < 'g'", "events_searchword_word"),
    ],
)  # fmt: skip
def test_each_filter_has_its_index(sql, index):
    with connection.cursor() as cursor:
        for way in ("seqscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert index in plan


@pytest.mark.parametrize(
    ("ordering", "condition"),
    [
        (Ordering.STARTS_AT, "starts_at >= "),
        (Ordering.LATEST, "starts_at <= "),
        (Ordering.PRICE, "COALESCE(price_from, '1000000000000000'::bigint) >= "),
        (Ordering.POPULAR, "popularity <= "),
    ],
)
def test_a_deep_page_begins_in_the_index_where_the_one_before_ended(choir, ordering, condition):
    event = EventFactory(organizer=choir, title="Songs", status="published")
    found = find_events(Wanted(ordering=ordering), now=NOW, language="en")
    last = found.select_related("listing").get(pk=event.pk)

    plan = plan_of(found.filter(Cursor.at(last, ORDERS[ordering]).beyond))

    assert [line for line in plan.splitlines() if "Index Cond" in line and condition in line] != []
