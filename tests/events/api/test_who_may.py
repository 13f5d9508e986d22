"""Every call of a team, asked by who is no part of it and by each role; and what each costs."""

import json

import pytest

from accounts.enums import Role
from events.models import Event
from tests.events.factories import (
    CodeFactory,
    EventFactory,
    FeeFactory,
    PoolFactory,
    QuestionFactory,
    TicketTypeFactory,
)
from tests.factories import MembershipFactory, OrganizerFactory
from tests.kit.api import APIClient
from tests.kit.queries import assert_cost_is_constant

pytestmark = pytest.mark.django_db
KINDS = {
    "pools": PoolFactory,
    "ticket-types": TicketTypeFactory,
    "discounts": CodeFactory,
    "questions": QuestionFactory,
    "fees": FeeFactory,
}
EVENT = "/events/quiet-songs"
MOVES = [
    "publish", "unpublish", "postpone", "pause-sales", "resume-sales", "cancel", "archive",
    "duplicate", "series",
]  # fmt: skip
LISTS = sorted(KINDS)


def reads(event):
    ids = {kind: row_of(event, kind) for kind in LISTS}
    return [
        f"/me{EVENT}",
        *(f"{EVENT}/{kind}" for kind in LISTS),
        *(f"{EVENT}/{kind}/{ids[kind]}" for kind in LISTS),
        *(f"{one}/texts" for one in said_in_languages(ids)),
    ]


def said_in_languages(ids):
    return [EVENT, *(f"{EVENT}/{kind}/{ids[kind]}" for kind in ("ticket-types", "questions"))]


def row_of(event, kind):
    rows = {
        "pools": event.pools, "ticket-types": event.ticket_types, "discounts": event.codes,
        "questions": event.questions, "fees": event.fees,
    }  # fmt: skip
    return (rows[kind].first() or KINDS[kind](event=event)).pk


def writes(event):
    ids = {kind: row_of(event, kind) for kind in LISTS}
    return [
        ("patch", EVENT, {"title": "Mine"}),
        *(("post", f"{EVENT}/{name}", {}) for name in MOVES),
        *(("post", f"{EVENT}/{kind}", {}) for kind in LISTS),
        *(("patch", f"{EVENT}/{kind}/{ids[kind]}", {"position": 1}) for kind in LISTS),
        *(("put", f"{one}/texts/fr", words()) for one in said_in_languages(ids)),
        *(("delete", f"{one}/texts/fr", None) for one in said_in_languages(ids)),
        *(("delete", f"{EVENT}/{kind}/{ids[kind]}", None) for kind in LISTS),
        ("put", f"{EVENT}/pools/{ids['pools']}/seats", {"names": ["A"]}),
        ("delete", EVENT, None),
    ]


def words():
    return {"title": "Chants", "name": "Plein tarif", "label": "Quoi ?"}


def statuses(api, event):
    read = {api.get(path).status_code for path in reads(event)}
    written = {api.call(*each).status_code for each in writes(event)}
    return read, written


def test_19_a_stranger_finds_nothing_behind_any_call(event, stranger):
    before = Event.objects.values().get()

    assert statuses(APIClient(stranger), event) == ({404}, {404})
    assert Event.objects.values().get() == before


def test_19_an_owner_of_another_organizer_is_a_stranger_too(event, stranger):
    MembershipFactory(organizer=OrganizerFactory(), user=stranger, role=Role.OWNER)

    assert statuses(APIClient(stranger), event) == ({404}, {404})


@pytest.mark.parametrize(
    ("role", "read"), [(Role.FINANCE, 200), (Role.VIEWER, 200), (Role.DOOR, 403)]
)
def test_roles_without_the_permission_change_nothing(event, choir, role, read):
    member = MembershipFactory(organizer=choir, role=role).user

    assert statuses(APIClient(member), event) == ({read}, {403})


def test_a_manager_may_all_of_it(event, choir):
    api = APIClient(MembershipFactory(organizer=choir, role=Role.MANAGER).user)

    read, written = statuses(api, event)

    assert (read, written & {401, 403}) == ({200}, set())


def test_19_what_is_there_and_not_ours_is_answered_as_what_is_not_there(event, stranger):
    api = APIClient(stranger)

    def told(slug):
        answer = api.patch(f"/events/{slug}", {"title": "x"}).json()
        return {name: answer[name] for name in ("status", "code", "detail")}

    assert told("quiet-songs") == told("no-such-event")


@pytest.mark.parametrize("kind", LISTS)
def test_19_a_row_of_another_event_is_not_reached_through_one_s_own(event, choir, api, kind):
    theirs, sibling = KINDS[kind](), KINDS[kind](event=EventFactory(organizer=choir))

    for row in (theirs, sibling):
        address = f"{EVENT}/{kind}/{row.pk}"
        answers = [api.get(address), api.patch(address, {"position": 1}), api.delete(address)]
        assert [one.status_code for one in answers] == [404] * 3


@pytest.mark.parametrize("kind", LISTS)
def test_20_a_list_has_this_event_s_rows_and_no_sibling_s(event, choir, api, kind):
    KINDS[kind]()
    KINDS[kind](event=EventFactory(organizer=choir))
    own = row_of(event, kind)

    rows = api.get(f"{EVENT}/{kind}").json()["results"]

    assert [str(one["id"]) for one in rows] == [str(own)]


def test_20_my_events_are_those_of_my_teams(event, choir, api, viewer, steward, stranger):
    EventFactory(slug="theirs")
    MembershipFactory(organizer=choir, user=steward, role=Role.DOOR)

    def slugs(client):
        return [one["slug"] for one in client.get("/me/events").json()["results"]]

    assert slugs(api) == slugs(APIClient(viewer)) == ["quiet-songs"]
    assert slugs(APIClient(steward)) == slugs(APIClient(stranger)) == []


def test_my_events_by_organizer_and_status(event, choir, api, organizer):
    other = OrganizerFactory(slug="other")
    MembershipFactory(organizer=other, user=organizer, role=Role.VIEWER)
    EventFactory(organizer=other, slug="on", status="published")

    def slugs(query):
        return [one["slug"] for one in api.get(f"/me/events{query}").json()["results"]]

    assert slugs("") == ["on", "quiet-songs"]
    assert slugs("?organizer=other") == slugs("?status=published") == ["on"]
    assert api.get("/me/events?status=lost").status_code == 400


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        (Role.OWNER, set()),
        (Role.MANAGER, set()),
        (Role.FINANCE, {"code", "note"}),
        (Role.VIEWER, {"code", "note", "budget", "spent"}),
    ],
)
def test_23_a_code_shows_each_role_what_it_may_see(event, choir, role, hidden):
    code = CodeFactory(event=event, note="For the mayor", budget=100)
    api = APIClient(MembershipFactory(organizer=choir, role=role).user)

    one = api.get(f"{EVENT}/discounts/{code.pk}").json()
    (listed,) = api.get(f"{EVENT}/discounts").json()["results"]

    assert one == listed
    assert {"code", "note", "budget", "spent"} - set(one) == hidden


@pytest.mark.parametrize("kind", LISTS)
def test_22_what_belongs_to_an_event_stays_there_whatever_is_sent(event, choir, api, kind):
    row = row_of(event, kind)
    other = EventFactory(organizer=choir)
    before = KINDS[kind]._meta.model.objects.values().get(pk=row)

    answer = api.patch(
        f"{EVENT}/{kind}/{row}",
        {"id": str(other.pk), "event": str(other.pk), "event_id": str(other.pk),
         "organizer": "other", "withdrawn_at": "2127-01-01T00:00:00Z", "used": 5, "spent": 5,
         "free": 0, "holder": str(other.pk), "currency": "USD"},
    )  # fmt: skip

    assert answer.status_code == 200
    assert KINDS[kind]._meta.model.objects.values().get(pk=row) == before


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_costs_the_same_however_many_there_are(event, api, kind):
    types = event.ticket_types.all()

    def make():
        row = KINDS[kind](event=event)
        if hasattr(row, "ticket_types") and kind != "pools":
            row.ticket_types.set(
                types, through_defaults={"event": event, "organizer": event.organizer}
            )

    assert_cost_is_constant(make, lambda: api.get(f"{EVENT}/{kind}"))


def test_my_events_cost_the_same_however_many_there_are(choir, api):
    assert_cost_is_constant(lambda: EventFactory(organizer=choir), lambda: api.get("/me/events"))


def test_47_lists_come_in_pages_of_a_hundred_at_most(event, api):
    for _ in range(101):
        QuestionFactory(event=event)

    first = api.get(f"{EVENT}/questions?page_size=1000").json()
    second = api.get(first["next"].partition("/api/v1")[2]).json()

    assert (len(first["results"]), len(second["results"])) == (100, 1)
    assert (first["previous"], second["next"]) == (None, None)
    assert len(api.get(f"{EVENT}/questions").json()["results"]) == 50


@pytest.mark.parametrize("cursor", ["x", "cD14", "cD0lMDA%3D", "bz0tMQ%3D%3D"])
def test_a_cursor_that_somebody_made_up_is_400(event, api, cursor):
    answer = api.get(f"{EVENT}/pools?cursor={cursor}")

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cursor"])


# Beyond what a type of the fields can hold, and beyond what JSON should be.
ODD = [
    None, [], "x", 5, {"name": {}}, {"title": ["x"]}, {"position": 10**40}, {"price": 10**40},
    {"capacity": 10**40}, {"starts_at": 5}, {"options": {"a": 1}}, {"ticket_types": {"a": 1}},
    {"percent": "Infinity"}, {"amount": True}, {"label": "\ud800"}, {"name": "\0"},
    {"pool": None}, {"uses": 2**31}, {"code": ""}, {"notice": 5}, {"shown_if": []},
]  # fmt: skip


@pytest.mark.parametrize("body", ODD, ids=lambda body: json.dumps(body)[:40])
def test_no_odd_body_is_an_error_of_ours(event, api, body):
    for method, path, _body in writes(event):
        if method == "delete" or path.endswith(("publish", "series", "duplicate")):
            continue
        sent = json.dumps(body)
        answer = api.client.generic(
            method.upper(), f"/api/v1{path}", sent, "application/json", headers=api.headers
        )
        assert answer.status_code in {200, 400, 409}, (path, answer.text)


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "deep"}])
def test_47_json_that_is_nested_without_end_is_400(event, api, key):
    deep = "[" * 100_000

    answer = api.client.generic(
        "POST", f"/api/v1{EVENT}/pools", deep, "application/json", headers=api.headers | key
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
