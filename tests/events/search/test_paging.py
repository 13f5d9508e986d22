"""Pages of what was found: whole, in order, and none dearer than the first."""

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta

import pytest

from events.enums import EventStatus
from events.models import Listing
from events.search.finding import ORDERS, Ordering, Wanted, find_events
from events.search.paging import cursor_of, page_of
from tests.events.factories import NOW, EventFactory
from tests.kit.queries import queries_of
from ticketing.core.paging import CursorUnclear

pytestmark = pytest.mark.django_db
EVERYTHING = Wanted(q="songs")


@pytest.fixture
def many(choir):
    """Many that begin, cost and are liked alike."""
    for number in range(11):
        event = EventFactory(
            organizer=choir,
            title="Quiet songs",
            starts_at=NOW + timedelta(days=number // 4),
            ends_at=NOW + timedelta(days=9),
            status=EventStatus.PUBLISHED,
        )
        price = None if number % 3 == 0 else number // 4
        Listing.objects.filter(event=event).update(
            price_from=price, price_to=price, popularity=number % 2
        )


def page(order, cursor=None, size=4):
    found = find_events(replace(EVERYTHING, ordering=order), now=NOW, language="en")
    again = cursor and cursor_of(str(cursor), order)
    return page_of(found, order, size=size, cursor=again, language="en")


def ids(page):
    return [card.event.pk for card in page.cards]


@pytest.mark.parametrize("order", Ordering)
def test_pages_forth_and_back_show_everything_once_in_order(many, order):
    found = find_events(replace(EVERYTHING, ordering=order), now=NOW, language="en")
    whole = list(found.values_list("pk", flat=True))

    first = page(order)
    second = page(order, first.next)
    third = page(order, second.next)

    assert ids(first) + ids(second) + ids(third) == whole
    assert (first.previous, third.next) == (None, None)
    assert ids(page(order, third.previous)) == ids(second)
    back = page(order, second.previous)
    assert (ids(back), back.previous) == (ids(first), None)
    assert ids(page(order, back.next)) == ids(second)


def test_an_event_that_comes_meanwhile_moves_no_other(many, choir):
    first = page(Ordering.STARTS_AT)
    expected = ids(page(Ordering.STARTS_AT, first.next))
    EventFactory(
        organizer=choir, title="Songs", starts_at=NOW - timedelta(hours=1),
        ends_at=NOW + timedelta(days=9), status=EventStatus.PUBLISHED,
    )  # fmt: skip

    assert ids(page(Ordering.STARTS_AT, first.next)) == expected


def test_a_deep_page_costs_as_many_statements_as_the_first(many):
    first = page(Ordering.RELEVANCE)

    assert len(queries_of(lambda: page(Ordering.RELEVANCE, first.next))) == len(
        queries_of(lambda: page(Ordering.RELEVANCE))
    )


@pytest.mark.parametrize("order", Ordering)
@pytest.mark.parametrize(
    "text",
    ["", "x", "????", "é", "bnVsbA", "W10", "WzFd", "e30", "WyI+c3RhcnRzX2F0IiwgMSwgMl0", "W1tbW1tb" * 50],
)  # fmt: skip
def test_a_cursor_that_somebody_wrote_is_refused(order, text):
    with pytest.raises(CursorUnclear):
        cursor_of(text, order)


@pytest.mark.parametrize("order", Ordering)
@pytest.mark.parametrize("value", ["x", -(2**63), {"at": "9999-12-31T23:59:59+00:00"}])
def test_a_cursor_with_values_that_no_event_has_is_refused(many, order, value):
    names = ORDERS[order]
    said = json.dumps([f">{','.join(names)}", *[value for _name in names]])
    text = urlsafe_b64encode(said.encode()).decode()
    found = find_events(replace(EVERYTHING, ordering=order), now=NOW, language="en")

    with pytest.raises(CursorUnclear):
        page_of(found, order, size=4, cursor=cursor_of(text, order), language="en")


@pytest.mark.parametrize("order", Ordering)
def test_a_cursor_of_another_order_is_refused(many, order):
    for other in set(Ordering) - {order}:
        with pytest.raises(CursorUnclear):
            cursor_of(str(page(other).next), order)


def test_every_order_ends_with_what_tells_events_apart():
    assert {order for order in Ordering if ORDERS[order][-1].removeprefix("-") != "id"} == set()
