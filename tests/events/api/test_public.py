"""What everybody reads of the catalogue: only what they may, the same for all, a page at a time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from events.domain.events import change_event
from events.domain.lifecycle import cancel_event
from events.enums import EventStatus, Visibility
from events.models import CategoryName, EventText, Listing, Place
from tests.events.factories import (
    CategoryFactory,
    CodeFactory,
    EventFactory,
    PoolFactory,
    TicketTypeFactory,
    VenueFactory,
)
from tests.kit.api import APIClient
from tests.kit.queries import assert_cost_is_constant, queries_of
from ticketing.core.ids import new_id
from ticketing.core.pages import forget_everything_in_memory

pytestmark = pytest.mark.django_db
SOON = datetime(2127, 2, 5, 19, tzinfo=UTC)


@pytest.fixture
def anybody():
    return APIClient()


def on(**facts):
    facts = {"starts_at": SOON, "status": EventStatus.PUBLISHED} | facts
    return EventFactory(**facts)


def slugs(answer):
    return [event["slug"] for event in answer.json()["results"]]


# Lists


def test_the_list_shows_what_is_on_with_its_prices(choir, anybody):
    category = CategoryFactory(slug="songs")
    CategoryName.objects.create(category=category, language="en", name="Songs")
    venue = VenueFactory(organizer=choir, name="Hall", latitude="45.1", longitude="5.7")
    event = on(
        organizer=choir, slug="quiet-songs", title="Quiet songs", category=category, venue=venue
    )
    Listing.objects.filter(event=event).update(price_from=1200, price_to=3000)

    answer = anybody.get("/events")

    assert answer.json() == {
        "next": None,
        "previous": None,
        "results": [
            {
                "id": str(event.pk), "slug": "quiet-songs", "title": "Quiet songs", "summary": "",
                "category": {"slug": "songs", "name": "Songs"},
                "organizer": {"slug": "village-choir", "name": "Village choir"},
                "venue": {
                    "id": str(venue.pk), "name": "Hall", "street": "", "postal_code": "",
                    "city": "Lyon", "region": "", "country": "FR", "latitude": "45.100000",
                    "longitude": "5.700000", "timezone": "Europe/Paris", "directions": "",
                },
                "is_online": False,
                "starts_at": "2127-02-05T19:00:00Z", "ends_at": "2127-02-05T21:00:00Z",
                "doors_open_at": None, "timezone": "Europe/Paris", "status": "published",
                "postponed_from_at": None, "awaits_new_date": False, "series": None,
                "currency": "EUR", "price_from": 1200, "price_to": 3000, "cover": None,
            }
        ],
    }  # fmt: skip


def test_23_neither_drafts_nor_what_is_hidden_nor_links_to_online_events_are_listed(choir, anybody):
    EventFactory(organizer=choir, slug="draft", starts_at=SOON)
    on(slug="unlisted", visibility=Visibility.UNLISTED)
    on(slug="closed", organizer__status="closed")
    on(slug="online", venue=None, online_url="https://meet.example.org/secret")

    answer = anybody.get("/events")

    assert slugs(answer) == ["online"]
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["lyon", "tokyo"]),
        ("q=lion", ["lyon"]),
        ("q=jaz", ["lyon"]),
        ("category=songs", ["lyon"]),
        ("city=LYÖN", ["lyon"]),
        ("country=jp", ["tokyo"]),
        ("organizer=village-choir", ["lyon"]),
        ("price_max=1200", ["lyon"]),
        ("free=true", []),
        ("online=false", ["lyon", "tokyo"]),
        ("online=true", []),
        ("near=45.75,4.85&radius_km=10", ["lyon"]),
        ("near=45.75,4.85", ["lyon"]),
        # The sixth in Tokyo begins at 15:00 on the fifth in UTC.
        ("from=2127-02-06", ["tokyo"]),
        ("to=2127-02-05", ["lyon"]),
        ("from=2127-02-05&to=2127-02-06", ["lyon", "tokyo"]),
        ("from=2127-02-05T20:00:00%2B01:00", ["tokyo"]),
        ("to=2127-02-05T20:00:00Z", ["lyon"]),
        ("ordering=-starts_at", ["tokyo", "lyon"]),
        ("ordering=price", ["lyon", "tokyo"]),
        ("ordering=popular", ["tokyo", "lyon"]),
        ("unheard=of", ["lyon", "tokyo"]),
    ],
)
def test_filters_keep_what_fits(choir, anybody, query, expected):
    hall = VenueFactory(organizer=choir, latitude="45.76", longitude="4.83")
    lyon = on(
        slug="lyon", title="Jazz", organizer=choir, venue=hall, starts_at=SOON - timedelta(hours=1),
        category=CategoryFactory(slug="songs"),
    )  # fmt: skip
    tokyo = on(
        slug="tokyo", title="Noh", venue__city="東京", venue__country="JP", timezone="Asia/Tokyo",
        starts_at=datetime(2127, 2, 5, 22, tzinfo=UTC),
    )  # fmt: skip
    Listing.objects.filter(event=lyon).update(price_from=1200, price_to=1200)
    Listing.objects.filter(event=tokyo).update(price_from=2000, price_to=2000, popularity=7)

    assert slugs(anybody.get(f"/events?{query}")) == expected


WRONG = {
    "country": ["FRA", "f1", "é"],
    "from": ["yesterday", "2127-02-30", "2127-02-05T20:00:00", "9999-12-31", "0001-01-01"],
    "to": ["2127-13-01", "20270101T000000"],
    "price_max": ["-1", "1.5", "x", "9" * 40],
    "free": ["perhaps"],
    "online": [""],
    "near": ["45", "91,0", "0,181", "nan,0", "1e3,1", "45.7;4.8", "1,2,3"],
    "radius_km": ["0", "-1", "501", "nan", "inf", "x"],
    "ordering": ["id", "organizer__started_by__email", "starts_at; DROP TABLE x", "-price"],
    "cursor": ["x", "WzFd", "x" * 301],
    "page_size": ["0", "101", "-1", "all"],
    "q": ["x" * 201, "%00"],
    "category": ["x" * 41],
    "city": ["x" * 101],
    "organizer": ["x" * 61],
    "lang": ["english please", "../..", "EN"],
}


@pytest.mark.parametrize(("name", "value"), [(n, one) for n, many in WRONG.items() for one in many])
def test_46_47_a_wrong_filter_is_refused_by_its_name(anybody, name, value):
    answer = anybody.get(f"/events?{name}={value}")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert list(answer.json()["errors"]) == [name]
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("ordering", ["starts_at", "-starts_at", "price", "popular", "relevance"])
def test_pages_lead_through_everything_once(choir, anybody, ordering):
    for number in range(5):
        on(organizer=choir, slug=f"event-{number}", title="Jazz")
    whole = slugs(anybody.get(f"/events?q=jazz&ordering={ordering}"))

    seen, address = [], f"/events?q=jazz&ordering={ordering}&page_size=2"
    while address:
        answer = anybody.get(address)
        seen += slugs(answer)
        link = answer.json()["next"]
        address = link and link.removeprefix("http://testserver/api/v1")

    assert seen == whole
    assert sorted(seen) == [f"event-{number}" for number in range(5)]
    back = answer.json()["previous"].removeprefix("http://testserver/api/v1")
    assert slugs(anybody.get(back)) == whole[2:4]


def test_a_list_costs_the_same_however_long(choir, anybody):
    def make_row():
        on(organizer=choir, category=CategoryFactory(), venue=VenueFactory(organizer=choir))

    def read():
        assert anybody.get(f"/events?fresh={new_id()}").status_code == 200

    assert_cost_is_constant(make_row, read)
    assert len(queries_of(read)) == 1


def test_words_cost_three_statements(choir, anybody):
    on(organizer=choir, title="Jazz")

    assert len(queries_of(lambda: anybody.get(f"/events?q=jazz&fresh={new_id()}"))) == 3


# One event


def test_an_event_shows_its_tickets_all_in(choir, anybody):
    event = on(organizer=choir, slug="quiet-songs", description="*Softly.*", refund_until_days=7)
    ticket = TicketTypeFactory(event=event, name="Seat", price=2000)
    TicketTypeFactory(event=event, is_hidden=True)

    shown = anybody.get("/events/quiet-songs").json()

    assert {
        name: shown[name] for name in ("slug", "description_html", "refunds", "price_from")
    } == {
        "slug": "quiet-songs",
        "description_html": "<p><em>Softly.</em></p>\n",
        "refunds": {"until_days": 7, "fee_percent": "0.00"},
        "price_from": 2000,
    }
    assert shown["ticket_types"] == [
        {
            "id": str(ticket.pk), "name": "Seat", "description": "", "kind": "paid", "price": 2000,
            "tax": 0, "fees": 0, "min_price": 0, "currency": "EUR", "min_per_order": 1,
            "max_per_order": 10, "sale_starts_at": None, "sale_ends_at": None,
        }
    ]  # fmt: skip


def test_23_an_event_has_these_fields_and_no_others(choir, anybody):
    on(organizer=choir, slug="online", venue=None, online_url="https://meet.example.org/secret")

    answer = anybody.get("/events/online")

    assert set(answer.json()) == {
        "id", "slug", "title", "summary", "category", "organizer", "venue", "is_online",
        "starts_at", "ends_at", "doors_open_at", "timezone", "status", "postponed_from_at",
        "awaits_new_date", "series", "currency", "price_from", "price_to", "cover",
        "description_html", "language", "notice", "accent", "is_paused", "terms_html", "refunds",
        "ticket_types",
    }  # fmt: skip
    assert "secret" not in answer.text


@pytest.mark.parametrize("ticket_types", [1, 50])
def test_an_event_costs_two_statements_however_many_tickets_it_has(choir, anybody, ticket_types):
    event = on(organizer=choir, slug="quiet-songs")
    pool = PoolFactory(event=event)
    TicketTypeFactory.create_batch(ticket_types, event=event, pool=pool)

    assert len(queries_of(lambda: anybody.get("/events/quiet-songs"))) == 2
    assert queries_of(lambda: anybody.get("/events/quiet-songs")) == []


def test_texts_come_in_the_language_that_is_asked_for(choir, anybody):
    event = on(organizer=choir, slug="quiet-songs", title="Quiet songs")
    for language, title in (("fr", "Chants doux"), ("ja", "静かな歌")):
        EventText.objects.create(event=event, language=language, title=title)

    titles = [
        anybody.get("/events/quiet-songs").json()["title"],
        anybody.get("/events/quiet-songs", **{"Accept-Language": "fr-CA, en;q=0.5"}).json()[
            "title"
        ],
        anybody.get("/events/quiet-songs?lang=ja").json()["title"],
        anybody.get("/events/quiet-songs?lang=de").json()["title"],
    ]

    assert titles == ["Quiet songs", "Chants doux", "静かな歌", "Quiet songs"]
    assert anybody.get("/events?lang=fr").json()["results"][0]["title"] == "Chants doux"


@pytest.mark.parametrize("call", ["", "/availability"])
@pytest.mark.parametrize(
    "status", [EventStatus.DRAFT, EventStatus.UNPUBLISHED, EventStatus.ARCHIVED]
)
def test_19_what_is_not_published_is_not_there(anybody, status, call):
    on(slug="hidden", status=status)

    hidden, unknown = anybody.get(f"/events/hidden{call}"), anybody.get(f"/events/unknown{call}")

    for answer in (hidden, unknown):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert hidden.json()["detail"] == unknown.json()["detail"]


@pytest.mark.parametrize("status", [EventStatus.CANCELLED, EventStatus.FINISHED])
def test_what_is_over_or_cancelled_can_still_be_read(anybody, status):
    on(slug="over", status=status)

    assert anybody.get("/events/over").json()["status"] == status


@pytest.fixture
def private(event, organizer):
    """Opened by a code."""
    changes = {"visibility": Visibility.PRIVATE}
    change_event(event, changes, access_code="cranberry", by=organizer, now=timezone.now())
    event.status, event.published_at = EventStatus.PUBLISHED, timezone.now()
    event.save()
    return event


@pytest.mark.parametrize("call", ["", "/availability"])
def test_a_private_event_is_for_who_brings_its_code_and_for_no_cache(private, anybody, call):
    path = f"/events/quiet-songs{call}"
    opened = [anybody.get(path, **{"X-Access-Code": "cranberry"}), anybody.get(f"{path}?access_code=cranberry")]  # fmt: skip
    closed = [anybody.get(path), anybody.get(path, **{"X-Access-Code": "blueberry"})]

    assert [answer.status_code for answer in opened] == [200, 200]
    assert {answer["Cache-Control"] for answer in opened} == {"private, no-store"}
    assert [answer.status_code for answer in closed] == [404, 404]
    assert slugs(anybody.get("/events")) == []


def test_24_a_code_is_guessed_ten_times_and_no_more_and_nobody_learns_whether_there_is_one(
    private, anybody
):
    def guess(slug):
        return anybody.get(f"/events/{slug}", **{"X-Access-Code": "blueberry"}).status_code

    assert [guess("quiet-songs") for _ in range(12)] == [404] * 10 + [429] * 2
    assert [guess("nothing-there") for _ in range(12)] == [404] * 10 + [429] * 2


def test_hidden_tickets_are_shown_to_who_brings_their_code(choir, anybody):
    event = on(organizer=choir, slug="quiet-songs")
    TicketTypeFactory(event=event, name="Seat")
    TicketTypeFactory(event=event, name="Friend", is_hidden=True)
    CodeFactory(event=event, code="FRIENDS", kind="access")

    def names(**headers):
        shown = anybody.get("/events/quiet-songs", **headers).json()["ticket_types"]
        return [one["name"] for one in shown]

    assert names() == ["Seat"]
    assert names(**{"X-Access-Code": "friends"}) == ["Seat", "Friend"]
    assert names(**{"X-Access-Code": "nonsense"}) == ["Seat"]
    assert names() == ["Seat"]


# What is left


def test_availability_says_what_can_be_had(choir, anybody):
    event = on(organizer=choir, slug="quiet-songs")
    few = TicketTypeFactory(event=event, pool__capacity=40)
    free = TicketTypeFactory(event=event, pool__capacity=None)
    later = TicketTypeFactory(event=event, sale_starts_at=timezone.now() + timedelta(days=1))
    taken = Place.objects.filter(pool=few.pool)[:37]
    Place.objects.filter(pk__in=taken).update(holder=new_id())

    answer = anybody.get("/events/quiet-songs/availability")

    assert abs(datetime.fromisoformat(answer.json()["as_of"]) - timezone.now()) < timedelta(
        seconds=30
    )
    assert answer.json()["ticket_types"] == [
        {"id": str(few.pk), "status": "few_left", "remaining": 3},
        {"id": str(free.pk), "status": "on_sale", "remaining": None},
        {"id": str(later.pk), "status": "not_yet", "remaining": 10},
    ]
    assert answer["Cache-Control"] == "public, max-age=0, s-maxage=1, stale-while-revalidate=1"


# Caches


@pytest.mark.parametrize(
    "path", ["/events", "/events?q=jazz&page_size=1", "/events/jazz", "/events/jazz/availability", "/categories"]
)  # fmt: skip
def test_public_answers_are_kept_and_known_again(choir, anybody, path):
    on(organizer=choir, slug="jazz", title="Jazz")

    first, again = anybody.get(path), anybody.get(path)
    unchanged = anybody.get(path, **{"If-None-Match": first["ETag"]})

    assert first.status_code == 200
    assert first["Cache-Control"].startswith("public, max-age=0, s-maxage=")
    assert (again["ETag"], again.content) == (first["ETag"], first.content)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert not first.cookies


def test_whoever_asks_gets_the_same(choir, organizer, anybody):
    on(organizer=choir, slug="jazz", title="Jazz")
    member = APIClient(organizer)

    for path in ("/events", "/events/jazz", "/categories"):
        assert member.get(path).json() == anybody.get(path).json()
    assert anybody.get("/events", Authorization="Bearer nonsense").status_code == 200


def test_a_change_is_seen_at_once(event, organizer, anybody, django_capture_on_commit_callbacks):
    def committed():
        """Another process, whose memory holds nothing."""
        forget_everything_in_memory()
        return django_capture_on_commit_callbacks(execute=True)

    event.status, event.published_at = EventStatus.PUBLISHED, timezone.now()
    event.save()
    assert slugs(anybody.get("/events?q=quiet")) == ["quiet-songs"]
    assert anybody.get("/events/quiet-songs").json()["title"] == "Quiet songs"

    with committed():
        change_event(event, {"title": "Loud songs"}, by=organizer, now=timezone.now())
    assert slugs(anybody.get("/events?q=quiet")) == []
    assert anybody.get("/events/quiet-songs").json()["title"] == "Loud songs"

    with committed():
        cancel_event(event, by=organizer, now=timezone.now())
    assert slugs(anybody.get("/events")) == []


# Categories, and how writing stays as it was


def test_categories_come_in_their_order_and_the_reader_s_language(anybody):
    shown = anybody.get("/categories?lang=fr").json()

    assert (shown["next"], shown["previous"]) == (None, None)
    assert shown["results"][0] == {"slug": "music", "name": "Musique"}
    assert len(queries_of(lambda: anybody.get("/categories?lang=en"))) == 2


def test_19_who_reads_freely_does_not_write_freely(event, anybody):
    answers = [
        anybody.post("/events", {"title": "Mine"}),
        anybody.patch("/events/quiet-songs", {"title": "Mine"}),
        anybody.delete("/events/quiet-songs"),
    ]

    assert [answer.status_code for answer in answers] == [401] * 3
