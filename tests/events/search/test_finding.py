"""Which events fit what somebody wants, and in which order."""

from datetime import timedelta

import pytest

from events.enums import EventStatus, Visibility
from events.models import Listing, Venue
from events.search import places
from events.search.finding import Ordering, Wanted, find_events
from tests.events.factories import NOW, CategoryFactory, EventFactory, VenueFactory

pytestmark = pytest.mark.django_db


def found(language="en", **wanted):
    return list(find_events(Wanted(**wanted), now=NOW, language=language))


def on(**facts):
    return EventFactory(status=EventStatus.PUBLISHED, **facts)


def test_what_is_not_public_on_and_to_come_is_not_found(choir):
    EventFactory(organizer=choir)
    on(organizer=choir, visibility=Visibility.UNLISTED)
    on(organizer=choir, starts_at=NOW - timedelta(days=1))
    on(organizer__status="closed")
    EventFactory(organizer=choir, status=EventStatus.CANCELLED)
    event = on(organizer=choir)

    assert found() == [event]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ["lyon", "nantes", "online"]),
        ({"category": "songs"}, ["lyon"]),
        ({"category": "nothing"}, []),
        ({"city": "saint etienne"}, []),
        ({"city": "NANTÈS"}, ["nantes"]),
        ({"country": "fr"}, ["lyon", "nantes"]),
        ({"organizer": "village-choir"}, ["lyon"]),
        ({"starts_from": NOW + timedelta(days=2)}, ["nantes", "online"]),
        ({"starts_to": NOW + timedelta(days=2)}, ["lyon"]),
        ({"is_free": True}, ["lyon"]),
        ({"price_max": 0}, ["lyon"]),
        ({"price_max": 1500}, ["lyon", "nantes"]),
        ({"is_online": True}, ["online"]),
        ({"is_online": False}, ["lyon", "nantes"]),
        ({"near": (45.75, 4.85), "radius_km": 30}, ["lyon"]),
        ({"near": (45.75, 4.85), "radius_km": 600}, ["lyon", "nantes"]),
    ],
)
def test_each_filter_keeps_what_fits_it(choir, wanted, names):
    hall = VenueFactory(organizer=choir, latitude="45.76", longitude="4.83")
    lyon = on(
        title="lyon", organizer=choir, venue=hall, category=CategoryFactory(slug="songs"),
        starts_at=NOW + timedelta(days=1),
    )  # fmt: skip
    nantes = on(
        title="nantes", venue__city="Nantes", venue__latitude="47.22", venue__longitude="-1.55",
        starts_at=NOW + timedelta(days=2),
    )  # fmt: skip
    online = on(
        title="online", venue=None, online_url="https://e.org", starts_at=NOW + timedelta(days=3)
    )
    for event, price in ((lyon, 0), (nantes, 1500), (online, 2000)):
        Listing.objects.filter(event=event).update(price_from=price, price_to=price)

    assert [event.title for event in found(**wanted)] == names


@pytest.mark.parametrize(
    ("point", "there", "is_near"),
    [
        ((0, 179.95), ("0", "-179.95"), True),
        ((0, -179.95), ("0", "179.95"), True),
        ((89.99, 0), ("89.99", "180"), True),
        ((-90, 0), ("-89.9", "77"), True),
        ((60, 10), ("60", "10.44"), True),
        ((60, 10), ("60", "10.46"), False),
        ((60, 10), ("60.2", "10.4"), False),
        ((60, 10), ("-60", "10"), False),
    ],
)
def test_near_is_a_distance_over_the_earth_s_round(point, there, is_near):
    event = on(venue__latitude=there[0], venue__longitude=there[1])

    assert found(near=point, radius_km=25) == ([event] if is_near else [])


@pytest.mark.parametrize(
    ("ordering", "names"),
    [
        (None, ["a", "b", "c"]),
        (Ordering.STARTS_AT, ["a", "b", "c"]),
        (Ordering.LATEST, ["c", "b", "a"]),
        (Ordering.PRICE, ["c", "a", "b"]),
        (Ordering.POPULAR, ["b", "c", "a"]),
        (Ordering.RELEVANCE, ["a", "b", "c"]),
    ],
)
def test_each_ordering_is_total(choir, ordering, names):
    facts = {"a": (1, 500, 0), "b": (2, None, 9), "c": (2, 100, 3)}
    for name, (days, price, popularity) in facts.items():
        event = on(title=name, organizer=choir, starts_at=NOW + timedelta(days=days))
        Listing.objects.filter(event=event).update(
            price_from=price, price_to=price, popularity=popularity
        )

    assert [event.title for event in found(ordering=ordering)] == names


def test_words_near_a_place_are_found_where_the_event_has_moved_to(choir):
    lyon = VenueFactory(organizer=choir, city="Lyon", latitude="45.76", longitude="4.85")
    nice = VenueFactory(organizer=choir, city="Nice", latitude="43.70", longitude="7.27")
    event = EventFactory(organizer=choir, title="Songs", venue=lyon, status="published")

    def found_near(venue):
        near = (float(venue.latitude), float(venue.longitude))
        wanted = Wanted(q="songs", near=near, radius_km=10)
        return list(find_events(wanted, now=NOW, language="en")) == [event]

    assert [found_near(lyon), found_near(nice)] == [True, False]
    event.venue = nice
    event.save()
    assert [found_near(lyon), found_near(nice)] == [False, True]
    Venue.objects.filter(pk=nice.pk).update(latitude="45.76", longitude="4.85")
    assert found_near(lyon)


@pytest.mark.parametrize("words", ["", "songs"])
def test_near_a_place_with_more_venues_than_can_be_named_the_same_is_found(
    choir, monkeypatch, words
):
    monkeypatch.setattr(places, "MOST_VENUES", 1)
    here = {"latitude": "45.76", "longitude": "4.85"}
    for one in (here, here, {"latitude": "43.70", "longitude": "7.27"}):
        venue = VenueFactory(organizer=choir, **one)
        EventFactory(organizer=choir, title="Songs", venue=venue, status="published")

    wanted = Wanted(q=words, near=(45.76, 4.85), radius_km=10)

    assert len(find_events(wanted, now=NOW, language="en")) == 2


def test_near_a_place_without_venues_nothing_is_found(choir):
    EventFactory(organizer=choir, title="Songs", status="published")

    assert list(find_events(Wanted(near=(0.0, 0.0)), now=NOW, language="en")) == []
