"""`/bookings` as a mobile client calls it."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.domain import holding
from bookings.domain.codes import public_keys, read_code
from bookings.domain.references import token_of
from bookings.models import Booking
from events.enums import TicketKind
from events.models import Event, Place
from tests.events.factories import NOW, CodeFactory, PoolFactory, TicketTypeFactory
from tests.kit.api import APIClient
from ticketing.core.ids import new_id

pytestmark = pytest.mark.django_db
PATH = "/api/v1/bookings"


def bearer(user):
    return APIClient(user).headers


@pytest.fixture
def post(client):
    def post(body, path=PATH, **headers):
        return client.post(path, json.dumps(body), content_type="application/json", headers=headers)

    return post


def body_for(ticket_type, quantity=1, **facts):
    return {
        "event": ticket_type.event.slug,
        "lines": [{"ticket_type": str(ticket_type.pk), "quantity": quantity}],
        "buyer": {"email": "ada@example.org", "name": "Ada"},
        **facts,
    }


def test_a_free_booking_answers_with_its_tickets(post, free):
    answer = post(body_for(free, 2))

    assert answer.status_code == 201
    booked = answer.json()
    assert (booked["status"], booked["total"], booked["payment_required"]) == (
        "confirmed", 0, False,
    )  # fmt: skip
    assert [one["serial"] for one in booked["tickets"]] == [
        f"{booked['reference']}-1",
        f"{booked['reference']}-2",
    ]
    read = read_code(booked["tickets"][0]["code"], public_keys(free.event))
    assert str(read.ticket) == booked["tickets"][0]["id"]


def test_a_booking_that_costs_something_is_held_and_shows_no_code(post, paid):
    booked = post(body_for(paid, 2)).json()

    assert (booked["status"], booked["payment_required"], booked["tickets"]) == ("held", True, [])
    assert booked["expires_at"] is not None
    assert booked["lines"] == [
        {
            "ticket_type": str(paid.pk),
            "name": paid.name,
            "quantity": 2,
            "unit_price": 2000,
            "fees": 0,
            "tax": 0,
            "total": 4000,
        }
    ]


def test_what_is_not_to_be_had_is_said_with_what_is_left(post, free):
    answer = post(body_for(free, 6))

    assert (answer.status_code, answer.json()["code"]) == (409, "sold_out")
    assert answer.json()["available"] == 5


def test_when_places_are_only_held_it_says_when_to_try_again(post, paid):
    post(body_for(paid, 5))

    answer = post(body_for(paid))

    assert (answer.status_code, answer.json()["code"]) == (409, "all_held")
    assert answer["Retry-After"] == "30"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"lines": []}, "lines.non_field_errors"),
        ({"buyer": {"email": "ada"}}, "buyer.email"),
        ({"event": None}, "event"),
        ({"locale": "x" * 20}, "locale"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(post, free, facts, field):
    answer = post(body_for(free, **facts))

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_tickets_that_are_none_of_the_event_are_named(post, free):
    body = body_for(free) | {"lines": [{"ticket_type": str(new_id()), "quantity": 1}]}

    answer = post(body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["lines.0.ticket_type"])


def test_25_a_draft_and_a_private_event_are_not_there_for_who_has_no_code(post, free):
    Event.objects.filter(pk=free.event_id).update(
        visibility="private", access_digest=free.event.digest_of("open-sesame")
    )

    assert post(body_for(free)).status_code == 404
    assert post(body_for(free, access_code="open-sesame")).status_code == 201


def test_the_same_call_with_its_key_books_once(post, free):
    headers = {"Idempotency-Key": "a-key-of-the-client"}
    first = post(body_for(free), **headers)
    again = post(body_for(free), **headers)

    assert again["Idempotency-Replayed"] == "true"
    assert first.json() == again.json()
    assert Booking.objects.count() == 1


def test_a_keyed_call_that_is_refused_half_way_leaves_nothing_and_its_refusal(post, free):
    full = TicketTypeFactory(
        event=free.event, kind=TicketKind.FREE, pool=PoolFactory(event=free.event, capacity=1)
    )
    post(body_for(full))
    wish = body_for(free)
    wish["lines"].append({"ticket_type": str(full.pk), "quantity": 1})
    headers = {"Idempotency-Key": "a-key-of-the-client"}

    first = post(wish, **headers)
    taken = Place.objects.exclude(holder=None).values_list("pool", flat=True)
    assert list(taken) == [full.pool_id]
    taken.update(holder=None)
    again = post(wish, **headers)

    assert (first.status_code, first.json()["code"]) == (409, "sold_out")
    assert again["Idempotency-Replayed"] == "true"
    assert first.json() == again.json()
    assert Booking.objects.count() == 1


def test_a_keyed_call_whose_reference_was_taken_by_chance_may_be_sent_again(
    post, free, monkeypatch
):
    taken = post(body_for(free)).json()["reference"]
    headers = {"Idempotency-Key": "a-key-of-the-client"}

    with monkeypatch.context() as chance:
        chance.setattr(holding, "new_reference", lambda: taken)
        refused = post(body_for(free), **headers)
    again = post(body_for(free), **headers)

    assert (refused.status_code, refused.json()["code"]) == (409, "try_again")
    assert refused["Retry-After"] == "1"
    assert again.status_code == 201
    assert Booking.objects.count() == 2


def test_50_a_booking_opens_with_its_token_and_with_nobody_else_s(client, post, free, paid):
    mine, other = post(body_for(free)).json(), post(body_for(paid)).json()
    path = f"{PATH}/{mine['reference']}"

    assert client.get(path).status_code == 404
    assert client.get(path, headers={"X-Booking-Token": other["token"]}).status_code == 404
    assert client.get(path, headers={"X-Booking-Token": mine["token"]}).json() == mine
    low = f"{PATH}/{mine['reference'].lower()}"
    assert client.get(low, headers={"X-Booking-Token": mine["token"]}).status_code == 200


def test_22_a_booking_opens_for_who_made_it_signed_in_and_for_no_other_account(
    client, post, free, attendee, organizer
):
    booked = post(body_for(free), **bearer(attendee)).json()
    path = f"{PATH}/{booked['reference']}"

    assert client.get(path, headers=bearer(attendee)).status_code == 200
    assert client.get(path, headers=bearer(organizer)).status_code == 404


def test_a_token_outlives_a_change_of_the_site_s_key(client, post, free, settings):
    booked = post(body_for(free)).json()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-that-is-long-enough-to-be-one"

    answer = client.get(
        f"{PATH}/{booked['reference']}", headers={"X-Booking-Token": booked["token"]}
    )

    assert answer.status_code == 200
    assert token_of(Booking.objects.get()) != booked["token"]


def test_a_held_free_booking_is_named_and_confirmed(client, post, free):
    held = post(body_for(free, hold_only=True, buyer=None)).json()
    path, opened = f"{PATH}/{held['reference']}", {"X-Booking-Token": held["token"]}
    change = {
        "buyer": {"email": "ada@example.org"},
        "attendees": [{"ticket": held["attendees"][0]["ticket"], "name": "Bob"}],
    }

    client.patch(path, json.dumps(change), content_type="application/json", headers=opened)
    confirmed = post({}, f"{path}/confirm", **opened).json()

    assert confirmed["status"] == "confirmed"
    assert confirmed["tickets"][0]["attendee"] == "Bob"


def test_a_hold_is_extended_once(post, paid):
    held = post(body_for(paid)).json()
    path, opened = f"{PATH}/{held['reference']}/extend", {"X-Booking-Token": held["token"]}

    assert post({}, path, **opened).json()["expires_at"] > held["expires_at"]
    assert post({}, path, **opened).json()["code"] == "not_to_be_extended"


def test_one_ticket_and_then_the_rest_are_given_up(post, free):
    booked = post(body_for(free, 2)).json()
    path, opened = f"{PATH}/{booked['reference']}/cancel", {"X-Booking-Token": booked["token"]}
    first = booked["tickets"][0]["id"]

    some = post({"tickets": [first]}, path, **opened).json()
    assert [(one["status"], one["code"] is None) for one in some["tickets"]] == [
        ("void", True),
        ("valid", False),
    ]
    assert post({"reason": "ill"}, path, **opened).json()["status"] == "cancelled"
    assert Place.objects.exclude(holder=None).count() == 0


def test_one_s_own_unfinished_hold_is_replaced(post, paid):
    held = post(body_for(paid, 5)).json()

    answer = post(
        body_for(paid, 4, replaces=held["reference"]), **{"X-Booking-Token": held["token"]}
    )

    assert (answer.status_code, answer.json()["status"]) == (201, "held")


def test_47_a_bomb_of_lines_is_refused(post, free):
    line = {"ticket_type": str(free.pk), "quantity": 1}

    assert post(body_for(free) | {"lines": [line] * 51}).json()["code"] == "limit_exceeded"


def test_a_free_booking_costs_at_most_twelve_statements(post, event):
    free = TicketTypeFactory(
        event=event, kind=TicketKind.FREE, pool=PoolFactory(event=event, capacity=1)
    )
    post(body_for(TicketTypeFactory(event=event, kind=TicketKind.FREE)))  # makes the key

    with CaptureQueriesContext(connection) as asked:
        assert post(body_for(free)).status_code == 201

    told = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert len(told) <= 13, "\n".join(told)


@pytest.mark.parametrize("kind", ["unknown", "over", "used up"])
def test_52_a_discount_code_that_counts_for_nothing_says_no_more_than_that(post, free, book, kind):
    if kind == "over":
        CodeFactory(event=free.event, code="GUESSED", valid_until=NOW - timedelta(days=1))
    if kind == "used up":
        code = CodeFactory(event=free.event, code="GUESSED", uses=1)
        book(free, discount_code=code.code)

    answer = post(body_for(free, discount_code="guessed"))

    # One that was used up may say so: nothing can be had with it.
    assert (answer.status_code, answer.json()["code"]) == (400, "discount_invalid")


def test_54_one_address_holds_places_so_often_a_minute_and_no_oftener(post):
    statuses = [post({"event": "nothing"}).status_code for _ in range(62)]

    assert statuses == [400] * 60 + [429] * 2
