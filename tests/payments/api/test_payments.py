"""`/bookings/{reference}/payments` and `/payments/{id}` as a mobile client calls them."""

import json

import pytest
from django.utils import timezone

from accounts.enums import Role
from bookings.domain.references import token_of
from payments.models import Refund
from tests.factories import MembershipFactory, UserFactory
from tests.kit.api import APIClient

pytestmark = pytest.mark.django_db
HOME = "http://testserver/done"


@pytest.fixture
def held(paid, book):
    return book(paid, 2, now=timezone.now())


@pytest.fixture
def call(client, till):
    till.at(timezone.now())

    def call(method, path, body=None, *, booking=None, user=None, **headers):
        if booking:
            headers["X-Booking-Token"] = token_of(booking)
        if user:
            headers |= APIClient(user).headers
        return client.generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=headers,
        )

    return call


def pay(call, booking, **facts):
    body = {"channel": "web", "return_url": HOME, **facts}
    return call("POST", f"/bookings/{booking.reference}/payments", body, booking=booking)


def test_paying_leads_to_the_gateways_page(call, held):
    answer = pay(call, held)

    assert answer.status_code == 201
    made = answer.json()
    assert (made["status"], made["amount"], made["currency"], made["gateway"]) == (
        "requires_action", 4000, "EUR", "simulator",
    )  # fmt: skip
    assert made["action"]["type"] == "redirect"
    assert made["action"]["url"].startswith("http://")


def test_in_an_app_it_is_completed_by_the_gateways_own_parts(call, held):
    made = pay(call, held, channel="mobile").json()

    assert made["action"]["type"] == "sdk"
    assert set(made["action"]) == {"type", "client_secret", "publishable_key"}


def test_confirm_asks_the_gateway_and_get_does_not(call, held, till):
    made = pay(call, held).json()
    (there,) = till.get(f"payments?payment={made['id']}")["payments"]
    till.post(f"payments/{there['id']}/pay", card="4242424242424242")

    assert (
        call("GET", f"/payments/{made['id']}", booking=held).json()["status"] == "requires_action"
    )
    confirmed = call("POST", f"/payments/{made['id']}/confirm", booking=held).json()
    assert (confirmed["status"], confirmed["captured"]) == ("captured", 4000)
    booked = call("GET", f"/bookings/{held.reference}", booking=held).json()
    assert (booked["status"], len(booked["tickets"])) == ("confirmed", 2)


def test_36_the_same_key_is_the_same_attempt(call, held, till):
    answers = [
        call(
            "POST",
            f"/bookings/{held.reference}/payments",
            {"channel": "web", "return_url": HOME},
            booking=held,
            **{"Idempotency-Key": "press"},
        )
        for _ in range(2)
    ]

    first, again = answers
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"


def test_what_can_be_used_is_listed(call, held):
    answer = call("GET", f"/bookings/{held.reference}/payment-methods", booking=held)

    assert answer.json() == {
        "currency": "EUR",
        "results": [{"gateway": "simulator", "methods": ["card"], "channels": ["web", "mobile"]}],
    }


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "http://testserver.evil/", "javascript:1"],
)
def test_nobody_is_sent_to_another_site_through_us(call, held, address):
    answer = pay(call, held, return_url=address)

    assert (answer.status_code, answer.json()["code"]) == (400, "return_url_not_allowed")


def test_a_stranger_sees_no_payment(call, held, stranger):
    made = pay(call, held).json()

    for user in (None, stranger):
        assert call("GET", f"/payments/{made['id']}", user=user).status_code == 404
        assert call("POST", f"/payments/{made['id']}/confirm", user=user).status_code == 404
    assert (
        call("POST", f"/bookings/{held.reference}/payments", {}, user=stranger).status_code == 404
    )


def test_refunds_are_for_finance_alone(call, held, till, choir, organizer, stranger):
    made = pay(call, held).json()
    (there,) = till.get(f"payments?payment={made['id']}")["payments"]
    till.post(f"payments/{there['id']}/pay", card="4242424242424242")
    call("POST", f"/payments/{made['id']}/confirm", booking=held)
    manager = UserFactory()
    MembershipFactory(organizer=choir, user=manager, role=Role.MANAGER)
    path, body = f"/payments/{made['id']}/refunds", {"amount": 500, "reason": "Rain"}

    assert call("POST", path, body, booking=held).status_code == 401
    assert call("POST", path, body, user=stranger).status_code == 404
    assert call("POST", path, body, user=manager).status_code == 403
    answer = call("POST", path, body, user=organizer)

    assert (answer.status_code, answer.json()["status"]) == (202, "requested")
    assert [(one.amount, one.words) for one in Refund.objects.all()] == [(500, "Rain")]


def test_no_more_is_refunded_than_was_paid(call, held, till, organizer):
    made = pay(call, held).json()
    (there,) = till.get(f"payments?payment={made['id']}")["payments"]
    till.post(f"payments/{there['id']}/pay", card="4242424242424242")
    call("POST", f"/payments/{made['id']}/confirm", booking=held)

    answer = call(
        "POST", f"/payments/{made['id']}/refunds", {"amount": 4001, "reason": "x"}, user=organizer
    )

    assert (answer.status_code, answer.json()["code"]) == (400, "more_than_was_paid")
