"""F14: the answer to a COMMIT is lost, so that nobody can know whether it was done. Who asks again
with the same key gets one booking, one payment, one refund, and a clear answer each time."""

import json
from collections import Counter
from random import random

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from bookings.domain.references import token_of
from bookings.models import Booking
from events.models import Place
from payments.models import Payment, Refund
from tests.bookings.conftest import book, choir, event, free, paid
from tests.faults.test_crowd import TICKETS, asked, audit, mails
from tests.kit.api import APIClient
from tests.kit.proxy import Cut, ends_transaction, wire
from tests.kit.running import until
from tests.kit.soundness import assert_sound
from tests.load.crowd import Crowd
from tests.payments.conftest import money_is_sound, rested_gateways, till
from ticketing.core.models import IdempotencyKey

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = [  # fixtures
    "book", "choir", "event", "free", "money_is_sound", "paid", "rested_gateways", "till",
]  # fmt: skip
KEY = {"Idempotency-Key": "one-and-only"}
AWAY = (503, "unavailable", "5")


@pytest.fixture
def line(transactional_db):
    """What this test says to the database goes over a wire."""
    direct = connection.settings_dict
    with wire(int(direct["PORT"])) as made:
        connection.close()
        connection.settings_dict = direct | {"PORT": str(made.port)}
        yield made
        connection.close()
        connection.settings_dict = direct


@pytest.fixture
def call(client):
    def call(path, body=None, *, booking=None, user=None, **headers):
        if booking:
            headers["X-Booking-Token"] = token_of(booking)
        if user:
            headers |= APIClient(user).headers
        answer = client.post(
            f"/api/v1{path}", body or {}, content_type="application/json", headers=headers
        )
        close_old_connections()  # as a server does after each answer
        return answer

    return call


def clear(answer):
    """What an answer says to a program that knows nothing else."""
    return answer.status_code, answer.json().get("code", ""), answer.headers.get("Retry-After")


@pytest.mark.parametrize("is_kept", [True, False], ids=["after", "before"])
def test_f14_a_booking_whose_commit_was_not_answered_is_made_once(free, line, call, is_kept):
    """`after` the commit was carried out; and where the wire breaks before, there is nothing."""
    body = {
        "event": free.event.slug,
        "lines": [{"ticket_type": str(free.pk), "quantity": 2}],
        "buyer": {"email": "ada@example.org", "name": "Ada"},
    }
    line.cut_once(after="bookings_booking", is_carried_out=is_kept)

    lost = call("/bookings", body, **KEY)
    between = Booking.objects.count()
    again, replayed = call("/bookings", body, **KEY), call("/bookings", body, **KEY)

    assert (line.cuts, between) == (1, int(is_kept))
    assert clear(lost) == AWAY
    assert again.status_code == 201
    assert ("Idempotency-Replayed" in again.headers) == is_kept
    assert replayed.json() == again.json()
    assert [one.reference for one in Booking.objects.all()] == [again.json()["reference"]]
    assert Place.objects.exclude(holder=None).count() == 2
    assert_sound()


# Committed one after the other, while the gateway is asked between them.
STEPS = {
    "the attempt": ("payments_payment", True),
    "what the gateway answered": ('UPDATE "payments_payment"', True),
    "the attempt, not carried out": ("payments_payment", False),
}


@pytest.mark.parametrize("step", STEPS)
def test_f14_a_payment_whose_commit_was_not_answered_is_begun_once(
    paid, book, line, call, till, step
):
    till.at(timezone.now())
    held = book(paid, now=timezone.now())
    path = f"/bookings/{held.reference}/payments"
    body = {"channel": "web", "return_url": "http://testserver/done"}
    said, is_carried_out = STEPS[step]
    line.cut_once(after=said, is_carried_out=is_carried_out)

    lost = call(path, body, booking=held, **KEY)
    again = call(path, body, booking=held, **KEY)
    replayed = call(path, body, booking=held, **KEY)

    assert line.cuts == 1
    assert clear(lost) == AWAY
    assert (again.status_code, again.json()["status"]) == (201, "requires_action")
    assert replayed.json() == again.json()
    (payment,) = Payment.objects.all()
    assert [one["id"] for one in till.all_of(payment)] == [payment.reference]

    till.pay(payment)
    line.cut_once(after="payments.captured")
    confirm = f"/payments/{payment.pk}/confirm"
    lost, again = call(confirm, booking=held), call(confirm, booking=held)

    assert clear(lost) == AWAY
    assert (again.json()["status"], again.json()["captured"]) == ("captured", 2000)
    assert [one["captured"] for one in till.all_of(payment)] == [2000]


def test_f14_an_answer_whose_keeping_was_not_answered_is_given_again(paid, book, line, call, till):
    """The key is marked by a statement of its own: it may be lost in both ways as well."""
    till.at(timezone.now())
    held = book(paid, now=timezone.now())
    path = f"/bookings/{held.reference}/payments"
    body = {"channel": "web", "return_url": "http://testserver/done"}
    line.cut_once(after='UPDATE "core_idempotencykey"', at="UPDATE 1")

    lost = call(path, body, booking=held, **KEY)
    again = call(path, body, booking=held, **KEY)

    assert clear(lost) == AWAY
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert Payment.objects.count() == 1


def test_f14_a_refund_whose_commit_was_not_answered_is_asked_for_once(
    paid, book, line, call, till, organizer
):
    till.at(timezone.now())
    held = book(paid, now=timezone.now())
    body = {"channel": "web", "return_url": "http://testserver/done"}
    call(f"/bookings/{held.reference}/payments", body, booking=held)
    payment = Payment.objects.get()
    till.pay(payment)
    call(f"/payments/{payment.pk}/confirm", booking=held)
    path, body = f"/payments/{payment.pk}/refunds", {"amount": 500, "reason": "Rain"}
    line.cut_once(after="payments_refund")

    lost = call(path, body, user=organizer, **KEY)
    again = call(path, body, user=organizer, **KEY)

    assert clear(lost) == AWAY
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (202, "true")
    assert [str(one.pk) for one in Refund.objects.all()] == [again.json()["id"]]
    assert json.loads(IdempotencyKey.objects.get().answer["body"]) == again.json()


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.xdist_group("make run")
def test_f14_a_crowd_whose_commits_are_not_answered_gets_each_place_once(own_database, make_run):
    """Web, relay and workers all speak over the wire, and every thirtieth commit loses its answer."""
    database = own_database()
    with wire(database.cluster.port) as line:
        database.port = line.port
        run = make_run(WEB_CONCURRENCY="2", RATE_LIMIT_SCALE="1000000", **database.addresses)
        run.wait_until_ready()
        crowd = Crowd(run, clients=30, attempts=600, places=300)
        line.where = lambda said: Cut() if ends_transaction(said) and random() < 1 / 30 else None
        crowd.come()
        line.where = lambda _said: None
        until(lambda: mails(run).keys() >= crowd.booked.keys(), 600)

        print(f"{line.cuts} commits cut; asked again {dict(crowd.unclear)}")  # noqa: T201 - for who runs it
        assert line.cuts > 20
        assert crowd.unclear.keys() <= {"503 unavailable", "409 in_progress"}
        assert crowd.answers["confirmed"] == 300
        assert sum(crowd.answers.values()) == 600
        assert Counter(asked(run, TICKETS)) == Counter(
            (email, "confirmed", 1, 1) for email in crowd.booked
        )
        until(lambda: audit(run).returncode == 0, 120)
        assert run.stop() == 0
