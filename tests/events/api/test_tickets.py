"""Pools, ticket types, codes and questions, as an organizer's team makes them by calls."""

from decimal import Decimal
from uuid import uuid4

import pytest

from events.domain.codes import claim_code_use
from events.domain.places import claim_places
from events.models import Code, Place, Pool, TicketType
from tests.events.factories import NOW, CodeFactory, EventFactory, PoolFactory, TicketTypeFactory

pytestmark = pytest.mark.django_db
EVENT = "/events/quiet-songs"


@pytest.fixture
def hall(event):
    return event.pools.get()


@pytest.fixture
def general(event):
    return event.ticket_types.get()


# --- Pools ---------------------------------------------------------------------------------------


def test_a_pool_is_made_with_its_places_changed_and_deleted(event, api):
    made = api.post(f"{EVENT}/pools", {"name": "Balcony", "capacity": 20})
    assert made.status_code == 201
    pool = made.json()
    assert pool == {
        "id": pool["id"], "name": "Balcony", "capacity": 20, "free": 20, "position": 0,
    }  # fmt: skip

    address = f"{EVENT}/pools/{pool['id']}"
    changed = api.patch(address, {"capacity": 30, "position": 2})
    assert changed.json() == pool | {"capacity": 30, "free": 30, "position": 2}
    assert api.get(address).json() == changed.json()
    assert [one["name"] for one in api.get(f"{EVENT}/pools").json()["results"]] == [
        "Hall", "Balcony",
    ]  # fmt: skip

    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404
    assert Place.objects.count() == 10


def test_a_pool_without_limit_has_no_count(event, api):
    pool = api.post(f"{EVENT}/pools", {"name": "Stream", "capacity": None}).json()

    assert (pool["capacity"], pool["free"]) == (None, None)


def test_what_a_pool_cannot_become_is_409_with_its_code(event, hall, api):
    claim_places(hall, 3, holder=uuid4(), now=NOW)
    PoolFactory(event=event, name="Balcony")
    address = f"{EVENT}/pools/{hall.pk}"

    answers = [
        api.patch(address, {"capacity": 2}),
        api.patch(address, {"name": "Balcony", "capacity": 11}),
        api.delete(address),
    ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (409, "places_taken"), (409, "name_taken"), (409, "pool_in_use"),
    ]  # fmt: skip
    assert answers[0].json()["taken"] == 3
    assert Pool.objects.get(pk=hall.pk).capacity == 10


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"capacity": 1}, "name"),
        ({"name": "x"}, "capacity"),
        ({"name": "x", "capacity": -1}, "capacity"),
        ({"name": "x", "capacity": 200_001}, "capacity"),
        ({"name": "x", "capacity": 10**30}, "capacity"),
        ({"name": "x", "capacity": 1, "position": 40_000}, "position"),
        ({"name": " ", "capacity": 1}, "name"),
    ],
)
def test_a_pool_that_cannot_be_is_said_at_its_field(event, api, body, field):
    answer = api.post(f"{EVENT}/pools", body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_seats_are_named_in_their_order(event, hall, api):
    names = [f"A {number}" for number in range(1, 11)]

    named = api.put(f"{EVENT}/pools/{hall.pk}/seats", {"names": names})
    twice = api.put(f"{EVENT}/pools/{hall.pk}/seats", {"names": ["A", "A"]})

    assert named.status_code == 200
    assert (twice.status_code, list(twice.json()["errors"])) == (400, ["names"])
    assert list(hall.places.order_by("number").values_list("seat", flat=True)) == names


# --- Ticket types --------------------------------------------------------------------------------


def test_a_ticket_type_is_made_with_what_the_contract_names(event, hall, api):
    made = api.post(
        f"{EVENT}/ticket-types",
        {"name": "Late", "pool": str(hall.pk), "price": 2100, "min_per_order": 2,
         "max_per_order": 6, "sale_starts_at": "2126-12-01T12:00:00Z",
         "sale_ends_at": "2127-02-01T12:00:00+01:00"},
    )  # fmt: skip

    assert made.status_code == 201
    shown = made.json()
    assert shown == {
        "id": shown["id"], "name": "Late", "description": "", "pool": str(hall.pk),
        "kind": "paid", "price": 2100, "min_price": 0, "currency": "EUR", "tax_kind": "none",
        "min_per_order": 2, "max_per_order": 6, "sale_starts_at": "2126-12-01T12:00:00Z",
        "sale_ends_at": "2127-02-01T11:00:00Z", "is_hidden": False, "shown_after": None,
        "position": 0,
    }  # fmt: skip
    assert api.get(f"{EVENT}/ticket-types/{shown['id']}").json() == shown


def test_the_price_says_whether_it_is_free_unless_people_choose(event, hall, api):
    def make(**facts):
        body = {"name": "x", "pool": str(hall.pk), **facts}
        return api.post(f"{EVENT}/ticket-types", body).json()

    free, own = make(price=0), make(kind="own_price", price=1000, min_price=500)

    assert (free["kind"], own["kind"]) == ("free", "own_price")
    raised = api.patch(f"{EVENT}/ticket-types/{free['id']}", {"price": 500}).json()
    chosen = api.patch(f"{EVENT}/ticket-types/{own['id']}", {"price": 900}).json()
    assert (raised["kind"], chosen["kind"]) == ("paid", "own_price")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"price": None}, "price"),
        ({"price": 10.5}, "price"),
        ({"price": "10.50"}, "price"),
        ({"price": -1}, "price"),
        ({"price": 10**12 + 1}, "price"),
        ({"price": 0, "kind": "paid"}, "price"),
        ({"price": 5, "kind": "free"}, "price"),
        ({"price": 5, "min_price": 6, "kind": "own_price"}, "min_price"),
        ({"pool": "019ab2c4-7d50-7000-8000-5a3e6f0c1b2d"}, "pool"),
        ({"pool": 1}, "pool"),
        ({"shown_after": "019ab2c4-7d50-7000-8000-5a3e6f0c1b2d"}, "shown_after"),
        ({"min_per_order": 0}, "min_per_order"),
        ({"max_per_order": 101}, "max_per_order"),
        ({"min_per_order": 7, "max_per_order": 6}, "max_per_order"),
        ({"tax_kind": "half"}, "tax_kind"),
        ({"sale_starts_at": "2127-01-02T00:00:00Z", "sale_ends_at": "2127-01-01T00:00:00Z"},
         "sale_ends_at"),
    ],
)  # fmt: skip
def test_a_ticket_type_that_cannot_be_is_said_at_its_field(event, hall, api, facts, field):
    body = {"name": "x", "pool": str(hall.pk), "price": 100} | facts

    answer = api.post(f"{EVENT}/ticket-types", body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_a_withdrawn_ticket_type_is_gone_from_here_and_kept(event, general, api):
    address = f"{EVENT}/ticket-types/{general.pk}"

    assert api.delete(address).status_code == 204

    answers = [api.get(address), api.patch(address, {"name": "x"}), api.delete(address)]
    assert [one.status_code for one in answers] == [404] * 3
    assert api.get(f"{EVENT}/ticket-types").json()["results"] == []
    assert TicketType.objects.get().withdrawn_at


def test_19_a_pool_of_another_event_is_none_of_this_one(event, general, choir, api):
    other = PoolFactory(event=EventFactory(organizer=choir))

    answer = api.patch(f"{EVENT}/ticket-types/{general.pk}", {"pool": str(other.pk)})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["pool"])


# --- Codes ---------------------------------------------------------------------------------------


def test_a_code_is_made_changed_and_withdrawn(event, general, api):
    made = api.post(
        f"{EVENT}/discounts",
        {"code": "spring", "kind": "percent", "percent": "10.00", "uses": 5, "budget": 9000,
         "ticket_types": [str(general.pk)]},
    )  # fmt: skip
    assert made.status_code == 201
    shown = made.json()
    assert shown == {
        "id": shown["id"], "code": "SPRING", "kind": "percent", "percent": "10.00",
        "amount": None, "currency": "EUR", "uses": 5, "used": 0, "budget": 9000, "spent": 0,
        "valid_from_at": None, "valid_until": None, "note": "", "ticket_types": [str(general.pk)],
    }  # fmt: skip

    claim_code_use(Code.objects.get(), holder=uuid4(), spent=210)
    address = f"{EVENT}/discounts/{shown['id']}"
    changed = api.patch(address, {"ticket_types": [], "percent": 5}).json()
    assert (changed["used"], changed["spent"], changed["percent"]) == (1, 210, "5.00")
    assert changed["ticket_types"] == []
    assert [one["id"] for one in api.get(f"{EVENT}/discounts").json()["results"]] == [shown["id"]]

    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404


def test_a_code_changes_as_a_whole_or_not_at_all(event, api):
    code = CodeFactory(event=event)
    other = TicketTypeFactory()

    answer = api.patch(
        f"{EVENT}/discounts/{code.pk}", {"percent": 50, "ticket_types": [str(other.pk)]}
    )

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["ticket_types"])
    code.refresh_from_db()
    assert code.percent == Decimal(10)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"kind": "percent", "percent": 10}, 400, "code"),
        ({"code": "X"}, 400, "kind"),
        ({"code": "X", "kind": "percent"}, 400, "percent"),
        ({"code": "X", "kind": "percent", "percent": 101}, 400, "percent"),
        ({"code": "X", "kind": "percent", "percent": "1e99"}, 400, "percent"),
        ({"code": "X", "kind": "fixed", "amount": 0}, 400, "amount"),
        ({"code": "X", "kind": "fixed", "amount": 5, "uses": 100_001}, 400, "uses"),
        ({"code": "X", "kind": "access", "budget": 5}, 400, "budget"),
        ({"code": "X", "kind": "access", "ticket_types": ["x"]}, 400, "ticket_types.0"),
        ({"code": "TAKEN", "kind": "access"}, 409, "code"),
    ],
)
def test_a_code_that_cannot_be_is_said_at_its_field(event, api, body, status, field):
    CodeFactory(event=event, code="TAKEN")

    answer = api.post(f"{EVENT}/discounts", body)

    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])


# --- Questions -----------------------------------------------------------------------------------


def test_a_question_is_asked_changed_and_withdrawn(event, general, api):
    first = api.post(
        f"{EVENT}/questions",
        {"label": "What do you eat?", "kind": "choice", "options": ["Fish", "Beans"],
         "is_required": True, "ticket_types": [str(general.pk)]},
    )  # fmt: skip
    assert first.status_code == 201
    fish = {"shown_if": first.json()["id"], "shown_if_answer": "Fish"}
    second = api.post(f"{EVENT}/questions", {"label": "Which fish?", "position": 1, **fish}).json()
    assert (second["kind"], second["scope"], second["shown_if"]) == (
        "line", "ticket", fish["shown_if"],
    )  # fmt: skip

    address = f"{EVENT}/questions/{first.json()['id']}"
    changed = api.patch(address, {"label": "Your meal?", "ticket_types": []}).json()
    assert (changed["label"], changed["ticket_types"], changed["options"]) == (
        "Your meal?", [], ["Fish", "Beans"],
    )  # fmt: skip
    labels = [one["label"] for one in api.get(f"{EVENT}/questions").json()["results"]]
    assert labels == ["Your meal?", "Which fish?"]

    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"label": ""}, "label"),
        ({"kind": "riddle"}, "kind"),
        ({"kind": "choice"}, "options"),
        ({"kind": "line", "options": ["a", "b"]}, "options"),
        ({"kind": "choice", "options": ["a", "x" * 121]}, "options.1"),
        ({"shown_if": "019ab2c4-7d50-7000-8000-5a3e6f0c1b2d"}, "shown_if"),
        ({"shown_if_answer": "yes"}, "shown_if"),
        ({"scope": "world"}, "scope"),
    ],
)
def test_a_question_that_makes_no_sense_is_said_at_its_field(event, api, facts, field):
    answer = api.post(f"{EVENT}/questions", {"label": "What?"} | facts)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
