"""The page of one event: who sees what, in how many statements, and what it never shows."""

import gzip
import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from accounts.enums import OrganizerStatus
from events.enums import CodeKind, OfferState
from events.models import Event, EventText, Place
from events.showing.tickets import TONES
from tests.events.factories import (
    NOW,
    CategoryFactory,
    CodeFactory,
    EventFactory,
    FeeFactory,
    PoolFactory,
    SeriesFactory,
    TicketTypeFactory,
    VenueFactory,
)
from tests.factories import MembershipFactory
from tests.kit.pages import browser_of, text_of
from ticketing.core import pages
from ticketing.core.ids import new_id

pytestmark = pytest.mark.django_db
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
PAGE = "/events/quiet-songs/"


def data_of(answer):
    (text,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.DOTALL
    )
    return json.loads(text)


def take_all(pool):
    Place.objects.filter(pool=pool).update(holder=new_id())


@pytest.mark.parametrize("ticket_types", [1, 50])
def test_page_costs_three_statements_cold_and_none_warm_however_many_tickets(
    client, choir, ticket_types, django_assert_num_queries
):
    venue = VenueFactory(organizer=choir, latitude="45.76", longitude="4.85")
    facts = {"organizer": choir, "venue": venue, "category": CategoryFactory(),
             "series": SeriesFactory(organizer=choir), "status": "published"}  # fmt: skip
    event = EventFactory(slug="quiet-songs", **facts)
    EventFactory.create_batch(3, **facts)
    TicketTypeFactory.create_batch(ticket_types, event=event)

    with django_assert_num_queries(3):
        answer = client.get(PAGE)
    with django_assert_num_queries(0):
        again = client.get(PAGE)

    assert answer.status_code == again.status_code == 200
    assert answer.text.count('class="ticket-name"') == ticket_types
    assert not answer.cookies


def test_page_says_what_when_where_by_whom_and_for_how_much(client, shown):
    FeeFactory(event=shown, amount=150)
    venue = shown.venue
    venue.street, venue.postal_code = "12 rue de la Paix", "69003"
    venue.save()

    text = text_of(client.get(PAGE))

    for words in ["Quiet songs", "Wednesday 1 July 2026", "14:00 – 16:00", "CEST",
                  "Central European Summer Time", venue.name, "12 rue de la Paix", "69003 Lyon",
                  "France", "Village choir", "Standing", "€21.50", "contains €1.50 fees",
                  "On sale"]:  # fmt: skip
        assert words in text


def test_page_in_french_speaks_french_where_the_event_does(client, shown):
    EventText.objects.create(event=shown, language="fr", title="Chansons douces")

    answer = client.get("/fr" + PAGE)

    assert "mercredi 1 juillet 2026" in text_of(answer)
    assert "Chansons douces" in text_of(answer)
    assert f'hreflang="en" href="{settings.SITE_URL}{PAGE}"' in answer.text


@pytest.mark.parametrize("status", ["draft", "unpublished", "archived"])
def test_page_of_what_is_not_published_is_not_there(client, choir, status):
    EventFactory(organizer=choir, slug="quiet-songs", status=status)

    assert client.get(PAGE).status_code == 404
    assert client.get(f"{PAGE}tickets/").status_code == 404
    assert client.get("/events/quiet-songs.ics").status_code == 404


def test_page_of_a_closed_organizer_is_not_there(client, shown):
    shown.organizer.status = OrganizerStatus.CLOSED
    shown.organizer.save()

    assert client.get(PAGE).status_code == 404


def test_page_when_the_event_changes_is_made_anew(
    client, organizer, shown, django_capture_on_commit_callbacks
):
    from events.domain.events import change_event  # noqa: PLC0415 - only here

    client.get(PAGE)
    with django_capture_on_commit_callbacks(execute=True):
        change_event(shown, {"title": "Loud songs"}, by=organizer, now=NOW)
    pages.forget_everything_in_memory()

    assert "Loud songs" in text_of(client.get(PAGE))


def states_on_page(client):
    answer = client.get(f"{PAGE}tickets/")
    return dict(
        re.findall(
            r'class="ticket-name" dir="auto">(\w+)</h3>.*?class="status[^>]*>(?:<span\s+aria-hidden="true"\s*>.</span>)?([^<]+)<',
            answer.text,
            re.DOTALL,
        )
    )


def test_tickets_say_whether_they_can_be_had(client, choir):
    event = EventFactory(organizer=choir, slug="quiet-songs", status="published")
    make = lambda name, capacity=100, **facts: TicketTypeFactory(  # noqa: E731 - a row a line
        event=event, name=name, pool=PoolFactory(event=event, capacity=capacity), **facts
    )
    make("Standing")
    make("Few", capacity=3)
    take_all(make("Gone").pool)
    make("Later", sale_starts_at=NOW + timedelta(days=1))
    make("Past", sale_ends_at=NOW - timedelta(days=1))
    make("Hidden", is_hidden=True)

    assert states_on_page(client) == {
        "Standing": "On sale",
        "Few": "3 left",
        "Gone": "Sold out",
        "Later": "Not on sale yet",
        "Past": "No longer on sale",
    }


def test_every_state_of_tickets_has_a_tone():
    assert set(TONES) == set(OfferState)


def test_tickets_alone_may_be_repeated_for_two_seconds(client, shown):
    answer = client.get(f"{PAGE}tickets/")

    assert answer["Cache-Control"] == "public, max-age=0, s-maxage=2, stale-while-revalidate=2"
    assert "<html" not in answer.text


def test_52_a_code_shows_what_it_opens_to_nobody_else(client, shown):
    TicketTypeFactory(event=shown, name="Friends", is_hidden=True)
    CodeFactory(event=shown, code="FRIENDS", kind=CodeKind.ACCESS)

    with_code = client.get(PAGE, {"code": "friends "})
    without = client.get(PAGE)
    wrong = client.get(PAGE, {"code": "guess"})

    assert ["Friends" in text_of(one) for one in (with_code, without, wrong)] == [
        True,
        False,
        False,
    ]
    assert with_code["Cache-Control"] == wrong["Cache-Control"] == "private, no-store"
    assert "This code is not valid here, or not now." in text_of(wrong)


def test_a_code_that_makes_cheaper_is_counted_in_the_prices(client, shown):
    CodeFactory(event=shown, code="SPRING", percent=20)

    assert "instead of €20.00 €16.00" in text_of(client.get(PAGE, {"code": "SPRING"}))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"status": "cancelled", "notice": "The roof leaks."}, ["Cancelled", "The roof leaks.", "gets the money back"]),
        ({"status": "published", "postponed_at": NOW, "postponed_from_at": NOW + timedelta(days=20)},
         ["Moved to Wednesday 1 July 2026", "It was to be on Sunday 21 June 2026, 14:00"]),
        ({"status": "published", "postponed_at": NOW, "postponed_from_at": NOW + timedelta(days=30)},
         ["Postponed", "The new date is not known yet", "Date to be announced"]),
        ({"status": "published", "sales_paused_at": NOW}, ["Ticket sales are paused"]),
        ({"status": "finished"}, ["This is over"]),
    ],
)  # fmt: skip
def test_page_says_first_what_everybody_must_know(client, choir, facts, words):
    EventFactory(organizer=choir, slug="quiet-songs", **facts)

    text = text_of(client.get(PAGE))

    assert [one for one in words if one not in text] == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "Tickets are refunded if the event is cancelled or postponed."),
        ({"refund_until_days": 2}, "You can return tickets until Monday 29 June 2026, 14:00."),
        (
            {"refund_until_days": 2, "refund_fee_percent": 5},
            "The organizer keeps 5 % of the price.",
        ),
    ],
)
def test_page_says_how_tickets_can_be_returned(client, choir, facts, words):
    EventFactory(organizer=choir, slug="quiet-songs", status="published", **facts)

    assert words in text_of(client.get(PAGE))


def test_an_online_event_never_shows_its_link(client, choir):
    event = EventFactory(
        organizer=choir, slug="quiet-songs", venue=None, status="published",
        online_url="https://meet.example.org/secret-room",
    )  # fmt: skip
    TicketTypeFactory(event=event)

    answers = [
        client.get(address)
        for address in (PAGE, f"{PAGE}tickets/", "/events/quiet-songs.ics", "/events/",
                        "/events/feed/", "/organizers/village-choir/", "/")
    ]  # fmt: skip

    assert [one.status_code for one in answers] == [200] * 7
    assert not any("secret-room" in one.text for one in answers)


def test_31_37_what_organizers_write_is_words_and_never_code(client, choir):
    venue = VenueFactory(organizer=choir, name=EVIL[:100], street=EVIL, directions=EVIL)
    event = EventFactory(
        organizer=choir, slug="quiet-songs", title=EVIL, summary=EVIL, venue=venue,
        description=f"{EVIL}\n\n[a](javascript:alert(1)) [b](data:text/html,x) ![c](https://x.example/p.png)",
        notice=EVIL, status="published",
    )  # fmt: skip
    TicketTypeFactory(event=event, name=EVIL[:80], description=EVIL)
    EventFactory(organizer=choir, title=EVIL, status="published")

    for address in (PAGE, "/events/", "/", "/organizers/village-choir/"):
        html = client.get(address).text
        scripts = re.findall(r"<script[^>]*>", html)
        assert [s for s in scripts if "src=" not in s and "ld+json" not in s] == []
        assert re.findall(r"<img[^>]*onerror", html) == []
        assert re.findall(r'(?:href|src)="(?:javascript|data)', html) == []
        assert re.findall(r'src="https://x\.', html) == []

    assert data_of(client.get(PAGE))["name"] == EVIL


def test_structured_data_says_what_search_engines_ask(client, shown):
    take_all(TicketTypeFactory(event=shown, name="Balcony", price=4200).pool)

    data = data_of(client.get(PAGE))

    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    assert data["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert data["startDate"] == "2026-07-01T14:00:00+02:00"
    assert data["location"]["address"]["addressCountry"] == "FR"
    assert [(o["price"], o["priceCurrency"], o["availability"]) for o in data["offers"]] == [
        ("20.00", "EUR", "https://schema.org/InStock"),
        ("42.00", "EUR", "https://schema.org/SoldOut"),
    ]


def test_35_addresses_come_from_the_settings_and_not_from_who_asks(client, shown, settings):
    settings.ALLOWED_HOSTS = ["other.example"]

    answer = client.get(PAGE, headers={"Host": "other.example"})

    assert "other.example" not in answer.text
    assert f'property="og:url" content="{settings.SITE_URL}{PAGE}"' in answer.text


def test_unlisted_is_shown_and_kept_out_of_search_engines(client, choir):
    EventFactory(organizer=choir, slug="quiet-songs", visibility="unlisted", status="published")

    answer = client.get(PAGE)

    assert answer["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "quiet-songs" not in client.get("/events/").text


def test_19_preview_is_for_the_team_and_nobody_keeps_it(
    client, event, organizer, stranger, steward
):
    MembershipFactory(organizer=event.organizer, user=steward, role="door")
    address = "/events/quiet-songs/preview/"

    of_team = browser_of(organizer).get(address)

    assert (of_team.status_code, of_team["Cache-Control"]) == (200, "private, no-store")
    assert "Only your team sees this page." in text_of(of_team)
    assert [
        one.get(address).status_code for one in (client, browser_of(stranger), browser_of(steward))
    ] == [404] * 3


def test_others_beside_it_are_related_and_say_how(client, shown, choir):
    series = SeriesFactory(organizer=choir)
    Event.objects.filter(pk=shown.pk).update(series=series)
    EventFactory(organizer=choir, title="The second night", series=series, status="published")
    EventFactory(organizer=choir, title="By the same", status="published")
    EventFactory(title="Of the same kind", category=shown.category, status="published")
    EventFactory(title="Of no kin", status="published")
    EventFactory(title="A draft", category=shown.category)
    EventFactory(
        title="A secret", category=shown.category, visibility="unlisted", status="published"
    )

    answer = client.get(PAGE)

    text = text_of(answer)
    dates, _, alike = text.partition("You may also like")
    assert "Other dates" in dates
    assert "The second night" not in alike
    for words in ["Also by Village choir", "By the same", "Of the same kind"]:
        assert words in alike
    assert not any(words in text for words in ["Of no kin", "A draft", "A secret"])


def test_near_ones_say_how_far(client, shown):
    venue = shown.venue
    venue.latitude, venue.longitude = "45.760000", "4.850000"
    venue.save()
    near = VenueFactory(latitude="45.800000", longitude="4.850000")
    far = VenueFactory(latitude="48.850000", longitude="2.350000")
    EventFactory(title="Near", organizer=near.organizer, venue=near, status="published")
    EventFactory(title="Far", organizer=far.organizer, venue=far, status="published")

    text = text_of(client.get(PAGE))

    assert "4 km away" in text
    assert "Far" not in text


def test_page_weighs_at_most_sixty_kilobytes_on_the_wire_without_its_pictures(client, shown):
    """As it is sent: pages and styles compressed, the font as it is."""
    Event.objects.filter(pk=shown.pk).update(accent="#7a2e8f", description="Songs. " * 300)
    TicketTypeFactory.create_batch(5, event=shown)
    EventFactory.create_batch(4, organizer=shown.organizer, status="published")

    html = client.get(PAGE).text

    loaded = set(re.findall(r'<link rel="(?:stylesheet|preload)" href="([^"]+)"', html))
    loaded |= set(re.findall(r'<script[^>]*src="([^"]+)"', html))
    weight = len(gzip.compress(html.encode(), 9))
    for address in loaded:
        if address.startswith("/static/"):
            with open(finders.find(address.removeprefix("/static/")), "rb") as file:  # noqa: PTH123 - a name of the finder's
                body = file.read()
        else:
            body = client.get(address).content
        weight += len(body if address.endswith("woff2") else gzip.compress(body, 9))
    assert len(loaded) >= 9
    assert weight <= 60_000


def test_pictures_and_what_is_fetched_keep_their_room(client, shown):
    html = client.get(PAGE).text

    pictures = re.findall(r"<img[^>]+>", html)
    assert pictures != []
    assert [one for one in pictures if "width=" not in one or "height=" not in one] == []
