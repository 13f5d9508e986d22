"""Home, the list, categories and organizers: what is found, in how many statements."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from accounts.enums import OrganizerStatus
from events.models import Event, Listing
from events.search.finding import Ordering, Wanted, find_events
from events.showing.finding import page_asked, weekend_of
from events.views.feeds import EVENTS_IN_A_SITEMAP
from tests.events.factories import (
    NOW,
    CategoryFactory,
    EventFactory,
    TicketTypeFactory,
    VenueFactory,
)
from tests.kit.pages import text_of
from tests.kit.queries import assert_cost_is_constant
from ticketing.core import pages

pytestmark = pytest.mark.django_db


def titles(answer):
    return re.findall(r'class="card-title"[^>]*><a href="[^"]+">([^<]+)<', answer.text)


def publish(**facts):
    return EventFactory(status="published", **facts)


@pytest.mark.parametrize(
    "address",
    ["/", "/events/", "/events/?q=song&city=Lyon&when=week", "/events/category/music/",
     "/organizers/village-choir/", "/events/feed/", "/sitemap.xml", "/sitemap-pages.xml",
     "/sitemap-events-PART.xml"],
)  # fmt: skip
def test_a_list_costs_the_same_however_long(client, shown, choir, address):
    # Numbers of events only rise, also over the tests before.
    address = address.replace("PART", str(shown.number // EVENTS_IN_A_SITEMAP))

    def look():
        pages.forget_everything_in_memory()
        pages.storing.redis_client().flushdb()
        assert client.get(address).status_code == 200

    make = lambda: TicketTypeFactory(  # noqa: E731 - one row of all that a list shows
        event__organizer=choir, event__category=shown.category, event__status="published"
    )
    assert_cost_is_constant(make, look)


@pytest.mark.parametrize(
    "address", ["/", "/events/", "/events/?q=song", "/organizers/village-choir/"]
)
def test_a_list_from_the_cache_asks_no_database(client, shown, address, django_assert_num_queries):
    client.get(address)

    with django_assert_num_queries(0):
        client.get(address)


def test_home_without_events_says_that_there_will_be_some(client):
    assert "Nothing on sale yet" in text_of(client.get("/"))


def test_home_shows_what_comes_and_what_is_much_asked_for(client, shown):
    publish(title="Next year", starts_at=NOW + timedelta(days=300))
    EventFactory(title="A draft")
    Listing.objects.filter(event=shown).update(popularity=3)

    answer = client.get("/")

    assert titles(answer) == ["Quiet songs", "Next year", "Quiet songs"]
    assert "Much asked for" in text_of(answer)


def test_list_is_found_by_words_city_kind_and_price(client, shown):
    TicketTypeFactory(event=publish(title="Soup", venue__city="Gent"), kind="free")
    Listing.objects.filter(event__title="Soup").update(price_from=0, price_to=0)

    found = {
        query: titles(client.get(f"/events/?{query}"))
        for query in ["q=quiet", "city=Gent", "category=music", "free=on"]
    }

    assert found == {
        "q=quiet": ["Quiet songs"],
        "city=Gent": ["Soup"],
        "category=music": ["Quiet songs"],
        "free=on": ["Soup"],
    }


def test_what_was_asked_can_be_taken_back_part_by_part(client, shown):
    answer = client.get("/events/?q=quiet&city=Lyon&when=week&after=x")

    chips = re.findall(r'class="chip" href="([^"]+)"', answer.text)
    assert [QueryDict(chip.partition("?")[2].replace("&amp;", "&")).dict() for chip in chips] == [
        {"city": "Lyon", "when": "week"},
        {"q": "quiet", "city": "Lyon"},
        {"q": "quiet", "when": "week"},
    ]


def test_list_when_nothing_fits_leads_on(client, shown):

    text = text_of(client.get("/events/?q=zzzzqqqq"))

    for words in [
        "No events",
        "Nothing fits all of that",
        "without “zzzzqqqq”",
        "Music",
        "Quiet songs",
    ]:
        assert words in text


@pytest.mark.parametrize(
    "query",
    ["from=2026-13-45", "near=abc", "near=91,200", "when=never", "category=%00", "after=%00",
     "after=W10", "after=eyJhIjoxfQ", "after=WyJ4IiwieSJd", "radius_km=9999", "q=" + "x" * 5000,
     "from=2026-07-02&to=2026-07-01", "ordering=evil", "q=%00", "q=%25_%5C", "organizer=../..",
     "country=FRANCE", "from=0001-01-01", "to=9999-12-31"],
)  # fmt: skip
def test_47_what_nobody_can_mean_is_left_out_and_never_an_error(client, shown, query):
    assert client.get(f"/events/?{query}").status_code == 200


def test_pages_of_a_list_stay_right_while_it_changes(shown):
    for hour in range(6):
        publish(title=f"No. {hour}", starts_at=NOW + timedelta(days=40, hours=hour))
    events = Event.objects.listed().order_by("starts_at", "pk")

    def page(after):
        query = QueryDict(f"after={after}")
        return page_asked(events, Ordering.STARTS_AT, query, size=3, language="en")

    first = page("")
    publish(title="Earlier than all", starts_at=NOW + timedelta(days=1))
    second = page(first.next)
    third = page(second.next)

    assert [card.title for part in (first, second, third) for card in part.cards] == [
        "Quiet songs", "No. 0", "No. 1", "No. 2", "No. 3", "No. 4", "No. 5",
    ]  # fmt: skip
    assert third.next is None


@pytest.mark.parametrize("ordering", ["price", "popular", "starts_at"])
def test_every_order_can_be_gone_through_to_its_end(client, choir, ordering):
    for number in range(30):
        event = publish(organizer=choir, title=f"No. {number}")
        price = None if number % 5 == 0 else number % 3 * 100
        Listing.objects.filter(event=event).update(
            price_from=price, price_to=price, popularity=number % 4
        )

    first = client.get(f"/events/?ordering={ordering}")
    (more,) = re.findall(r'<a class="button button--quiet" href="([^"]+)" rel="next', first.text)
    second = client.get("/events/" + more.replace("&amp;", "&"))

    assert len(titles(first)) == 24
    assert sorted(titles(first) + titles(second)) == sorted(f"No. {n}" for n in range(30))


def test_category_page_has_its_own_name_and_events(client, shown):
    publish(title="Soup", category=CategoryFactory())

    answer, french = client.get("/events/category/music/"), client.get("/fr/events/category/music/")

    assert titles(answer) == ["Quiet songs"]
    assert ["<h1>Music</h1>" in answer.text, "<h1>Musique</h1>" in french.text] == [True, True]
    assert client.get("/events/category/nothing/").status_code == 404


def test_organizer_page_shows_what_comes_and_what_has_been(client, shown, choir):
    EventFactory(organizer=choir, title="Last year", status="finished",
                 starts_at=NOW - timedelta(days=300))  # fmt: skip
    EventFactory(organizer=choir, title="Last secret", status="finished", visibility="unlisted",
                 starts_at=NOW - timedelta(days=200))  # fmt: skip
    publish(title="By others")

    answer = client.get("/organizers/village-choir/")

    assert titles(answer) == ["Quiet songs"]
    text = text_of(answer)
    assert ["Last year" in text, "Last secret" in text, "By others" in text] == [True, False, False]


@pytest.mark.parametrize("status", [OrganizerStatus.PENDING, OrganizerStatus.CLOSED])
def test_organizer_who_may_not_is_not_there(client, choir, status):
    choir.status = status
    choir.save()

    assert client.get("/organizers/village-choir/").status_code == 404
    assert client.get("/organizers/village-choir/feed/").status_code == 404


def test_days_are_those_of_the_place_where_the_event_is(choir):
    late = datetime(2026, 7, 1, 16, tzinfo=UTC)  # the second of July in Tokyo, the first in Paris
    tokyo = VenueFactory(organizer=choir, timezone="Asia/Tokyo")
    publish(organizer=choir, title="Tokyo", venue=tokyo, timezone="Asia/Tokyo", starts_at=late)
    publish(organizer=choir, title="Paris", starts_at=late)
    publish(organizer=choir, title="All week", starts_at=late - timedelta(days=3),
            ends_at=late + timedelta(days=3))  # fmt: skip
    day = late.date()

    wanted = [Wanted(on_from=one, days_to=one) for one in (day, day + timedelta(days=1))]
    on = [find_events(one, now=NOW, language="en").order_by("title") for one in wanted]

    assert [[event.title for event in events] for events in on] == [
        ["All week", "Paris"],
        ["All week", "Tokyo"],
    ]


def test_the_weekend_is_what_is_left_of_it():
    days = [datetime(2026, 6, day, tzinfo=UTC).date() for day in range(1, 8)]

    assert [(first.day, last.day) for first, last in map(weekend_of, days)] == [
        (5, 7), (5, 7), (5, 7), (5, 7), (5, 7), (6, 7), (7, 7),
    ]  # fmt: skip
