"""`/events` as an organizer's team calls it: begin, change, take back."""

import re

import pytest

from accounts.enums import Role
from events.enums import EventStatus
from events.models import Event
from tests.events.factories import CategoryFactory, EventFactory, VenueFactory
from tests.factories import MembershipFactory, OrganizerFactory
from tests.kit.api import APIClient

pytestmark = pytest.mark.django_db
FACTS = {
    "organizer": "village-choir",
    "title": "Quiet songs",
    "starts_at": "2127-03-05T20:00:00+01:00",
    "ends_at": "2127-03-05T22:00:00+01:00",
    "timezone": "Europe/Paris",
    "currency": "EUR",
}


def test_a_draft_is_begun_with_what_the_contract_names(choir, api):
    category, venue = CategoryFactory(slug="choirs"), VenueFactory(organizer=choir)

    answer = api.post(
        "/events",
        FACTS | {"summary": "Lullabies.", "description": "*Soft*", "category": category.slug,
                 "venue": str(venue.pk)},
    )  # fmt: skip

    assert answer.status_code == 201
    shown = answer.json()
    assert {name: shown[name] for name in ("slug", "status", "starts_at", "online_url")} == {
        "slug": "quiet-songs", "status": "draft", "starts_at": "2127-03-05T19:00:00Z",
        "online_url": "",
    }  # fmt: skip
    assert shown["category"] == {"slug": "choirs", "name": "choirs"}
    assert shown["organizer"] == {"slug": "village-choir", "name": "Village choir"}
    assert (shown["venue"]["id"], shown["description_html"]) == (
        str(venue.pk), "<p><em>Soft</em></p>\n",
    )  # fmt: skip
    assert [one["field"] for one in shown["missing"]] == ["ticket_types"]


def test_the_same_key_begins_one_draft(choir, api):
    first, second = (api.post("/events", FACTS, **{"Idempotency-Key": "one"}) for _ in "ab")

    assert (first.json(), Event.objects.count()) == (second.json(), 1)
    assert second["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("missing", sorted(FACTS))
def test_what_the_contract_requires_is_missed_at_its_field(choir, api, missing):
    answer = api.post("/events", {name: FACTS[name] for name in FACTS if name != missing})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [missing])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 151),
        ("title", "a\0b"),
        ("starts_at", "2127-03-05T20:00:00"),
        ("starts_at", "9999-12-31T23:59:59-14:00"),
        ("starts_at", "0001-01-01T00:00:00+14:00"),
        ("starts_at", "soon"),
        ("starts_at", None),
        ("ends_at", "2127-03-05T20:00:00+01:00"),
        ("doors_open_at", "2127-03-05T23:00:00+01:00"),
        ("timezone", "Europe/Atlantis"),
        ("currency", "XXX"),
        ("language", "English"),
        ("slug", "not an address"),
        ("slug", "api"),
        ("category", "no-such"),
        ("venue", "019ab2c4-7d50-7000-8000-5a3e6f0c1b2d"),
        ("venue", "here"),
        ("online_url", "javascript:alert(1)"),
        ("visibility", "secret"),
        ("hold_minutes", 4),
        ("refund_until_days", 366),
        ("refund_fee_percent", 101),
        ("accent", "red"),
        ("tax_country", "fr"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(choir, api, field, value):
    answer = api.post("/events", FACTS | {field: value})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert Event.objects.count() == 0


def test_a_private_event_takes_a_code_and_never_tells_it(choir, api):
    private = FACTS | {"visibility": "private"}
    without = api.post("/events", private)
    answer = api.post("/events", private | {"access_code": "Open Sesame"})

    assert (without.status_code, list(without.json()["errors"])) == (400, ["access_code"])
    assert "sesame" not in answer.text.casefold()
    assert Event.objects.get().access_digest not in answer.text
    assert Event.objects.get().is_opened_by("open sesame")


def test_22_read_only_and_unknown_fields_change_nothing(event, api):
    before = Event.objects.values().get()
    other = OrganizerFactory(slug="other")
    forged = {
        "id": "019ab2c4-7d50-7000-8000-5a3e6f0c1b2d", "number": 1, "status": "published",
        "organizer": other.slug, "organizer_id": str(other.pk), "series": None,
        "published_at": "2127-01-01T00:00:00Z", "cancelled_at": "2127-01-01T00:00:00Z",
        "sales_paused_at": "2127-01-01T00:00:00Z", "postponed_at": "2127-01-01T00:00:00Z",
        "access_digest": "0" * 64, "created_at": "2020-01-01T00:00:00Z", "price_from": 1,
        "missing": [], "is_staff": True,
    }  # fmt: skip

    assert api.patch("/events/quiet-songs", forged).status_code == 200
    assert Event.objects.values().get() == before
    began = api.post("/events", FACTS | forged | {"organizer": "village-choir"}).json()
    made = Event.objects.get(slug=began["slug"])
    assert (made.status, made.published_at, made.organizer.slug) == ("draft", None, "village-choir")


def test_22_an_address_of_somebody_else_s_event_cannot_be_taken(event, api):
    EventFactory(slug="theirs")

    answer = api.patch("/events/quiet-songs", {"slug": "theirs"})

    assert (answer.status_code, answer.json()["code"]) == (409, "address_taken")
    assert list(answer.json()["errors"]) == ["slug"]


def test_a_change_changes_what_it_names_alone(event, api):
    answer = api.patch("/events/quiet-songs", {"summary": "Lullabies.", "venue": None,
                                               "online_url": "https://meet.example"})  # fmt: skip

    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["summary"], shown["venue"], shown["online_url"], shown["title"]) == (
        "Lullabies.", None, "https://meet.example", "Quiet songs",
    )  # fmt: skip


def test_what_the_state_forbids_is_409_with_its_code(choir, api):
    EventFactory(organizer=choir, slug="on", status=EventStatus.PUBLISHED)
    EventFactory(organizer=choir, slug="over", status=EventStatus.FINISHED)

    answers = [
        api.delete("/events/on"),
        api.patch("/events/on", {"venue": None}),
        api.patch("/events/on", {"currency": "USD"}),
        api.patch("/events/over", {"title": "Again"}),
    ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (409, "no_draft"), (409, "still_needed"), (409, "currency_stays"), (409, "event_over"),
    ]  # fmt: skip


def test_a_draft_is_taken_back(event, api):
    assert api.delete("/events/quiet-songs").status_code == 204
    assert Event.objects.count() == 0
    assert api.delete("/events/quiet-songs").status_code == 404


def test_19_a_venue_of_another_organizer_is_none_of_ours(event, api):
    theirs = VenueFactory()

    answer = api.patch("/events/quiet-songs", {"venue": str(theirs.pk)})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["venue"])


def test_19_beginning_an_event_for_somebody_else_s_organizer_is_404(choir, stranger):
    theirs, none = (
        APIClient(stranger).post("/events", FACTS | {"organizer": slug})
        for slug in ("village-choir", "no-such")
    )

    assert (theirs.status_code, none.status_code, Event.objects.count()) == (404, 404, 0)
    assert theirs.json()["detail"] == none.json()["detail"]


def test_23_the_link_of_an_online_event_is_for_who_may_edit(choir, api, viewer):
    EventFactory(organizer=choir, slug="online", venue=None, online_url="https://meet.example")

    theirs = APIClient(viewer).get("/me/events/online").json()

    assert "online_url" not in theirs
    assert api.get("/me/events/online").json()["online_url"] == "https://meet.example"


def test_26_a_role_taken_away_acts_at_the_next_call(event, choir, attendee):
    member = MembershipFactory(organizer=choir, user=attendee, role=Role.MANAGER)
    api = APIClient(attendee)
    assert api.patch("/events/quiet-songs", {"summary": "x"}).status_code == 200

    member.delete()

    assert api.patch("/events/quiet-songs", {"summary": "y"}).status_code == 404


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>"],
)
def test_32_37_what_is_written_in_markdown_can_do_nothing(event, api, text):
    html = api.patch("/events/quiet-songs", {"description": text}).json()["description_html"]

    assert re.findall(r"<(?!/?p>)|href", html) == []
