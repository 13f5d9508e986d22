"""What went wrong with payments elsewhere must not go wrong here (research: trust.md §1.7).

Each of its 37 tests is found by its name: here, in test_at_once.py (many at the same time), in
test_settling.py and test_reporting.py. Not here yet, since what they ask of is not:
test_adyen_hmac_colon_backslash_vectors and test_paypal_capture_null_response_is_unknown_not_failed
(gateways), test_invoice_number_gapless_under_race (invoices). Stripe's side of the currencies
stands with its own tests.
"""

import json
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.domain.confirming import HoldExpired
from bookings.domain.expiring import release_expired_holds
from bookings.domain.references import token_of
from bookings.models import Booking
from events.domain.places import AllHeld
from payments.announcements import PaymentReported
from payments.domain import reporting, settling
from payments.domain.refunding import request_refund, send_refund
from payments.domain.reporting import look_into
from payments.domain.settling import fetched, settle, take_over
from payments.domain.starting import Wanted, asked, start_payment
from payments.enums import CaseKind, Channel, RefundReason
from payments.gateways import configured
from payments.models import Case, Notice, Payment, Refund
from tests.events.factories import NOW
from tests.payments.signing import deliver
from tests.payments.till import DISPUTED
from ticketing.core.money import EXPONENTS, Money
from ticketing.core.outbox import Retry, deliver_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def captured(begin, till):
    payment = begin()
    till.pay(payment)
    return settle(payment.pk, now=NOW)


def test_counter_update_is_single_conditional_statement(paid, book):
    """Nothing is read and then written: the claim of free places is one statement."""
    with CaptureQueriesContext(connection) as asked_of:
        book(paid, 2)

    writes = [one["sql"] for one in asked_of if "SET holder" in one["sql"]]
    # From a random place on, and from the first on where that found too few.
    assert 1 <= len(writes) <= 2
    assert all("SKIP LOCKED" in one and "RETURNING" in one for one in writes)


def test_checkout_reclaims_or_rejects_expired_hold(begin, till, paid, book):
    held = book(paid, 5)
    later = NOW + timedelta(minutes=16)
    book(paid, 5, now=later)

    with pytest.raises(HoldExpired):
        begin(held, now=later)
    assert not Payment.objects.exists()


def test_hold_blocks_others_until_release(paid, book):
    book(paid, 5)
    with pytest.raises(AllHeld):
        book(paid)

    later = NOW + timedelta(minutes=16)
    release_expired_holds(now=later)

    assert book(paid, now=later).is_held


def test_captured_amount_is_sum_of_distinct_gateway_ids(begin, till):
    payment = begin()
    till.pay(payment)
    said = fetched(payment)

    for _ in range(3):
        payment = take_over(payment, said, now=NOW)

    assert payment.captured == said.captured.minor == 2000


def test_handler_exception_keeps_event_retryable(begin, till, monkeypatch):
    payment = begin()
    till.pay(payment)
    deliver(payment.reference)

    with monkeypatch.context() as broken:
        broken.setattr(reporting, "settle", lambda *args, **kwargs: 1 / 0)
        deliver_all(raise_errors=False)
    assert not Booking.objects.get().is_confirmed
    deliver_all(now=timezone.now() + timedelta(hours=1))

    assert Booking.objects.get().is_confirmed


def test_key_stable_when_client_token_changes(begin, till):
    """Whatever the client sends anew, the same attempt asks the same under the same key."""
    till.fail("accept_then_drop", "create", times=3)
    first = begin()
    before = asked(first)
    wanted = Wanted(channel=Channel.WEB, return_url="http://testserver/another?token=new")

    again = start_payment(first.booking, wanted, by=None, now=NOW)

    assert (again.pk, again.key("create"), asked(again)) == (first.pk, first.key("create"), before)
    assert len(till.all_of(first)) == 1


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_dispute_created_won_lost_ledger(begin, till, outcome):
    payment = begin()
    till.pay(payment, DISPUTED)
    payment = settle(payment.pk, now=NOW)
    opened = Case.objects.get(kind=CaseKind.DISPUTED)
    assert (payment.is_disputed, opened.facts["amount"]) == (True, 2000)

    till.post("disputes", reference=payment.reference, status=outcome)
    payment = settle(payment.pk, now=NOW)

    opened.refresh_from_db()
    assert payment.is_disputed == (outcome == "lost")
    assert (opened.closed_at is None) == (outcome == "lost")
    assert payment.booking.is_confirmed


def test_gateway_cancel_event_unblocks_retry(begin, till):
    payment = begin()
    till.post(f"payments/{payment.reference}/expire")
    deliver(payment.reference, "payment.closed")
    deliver_all()

    second = begin(payment.booking)
    till.pay(second)

    assert second.pk != payment.pk
    assert settle(second.pk, now=NOW).booking.is_confirmed


class Crash(BaseException):
    pass


def test_crash_between_capture_and_tickets_heals(begin, till, monkeypatch):
    payment = begin()
    till.pay(payment)

    def dies(name):
        if name == "payments.money_written":
            raise Crash

    with monkeypatch.context() as dying:
        dying.setattr(settling, "failpoint", dies)
        with pytest.raises(Crash):
            settle(payment.pk, now=NOW)
    payment.refresh_from_db()
    assert payment.captured == 0

    assert settle(payment.pk, now=NOW).booking.is_confirmed


def test_unknown_api_version_stored_and_fetched(begin, till):
    payment = begin()
    till.pay(payment)

    answer = deliver(payment.reference, "payment.v9.something_new")
    deliver_all()

    assert answer.status_code == 200
    assert Notice.objects.get().kind == "payment.v9.something_new"
    assert Booking.objects.get().is_confirmed


@pytest.mark.parametrize("name", sorted(configured()))
def test_roundtrip_every_currency_every_gateway(name):
    gateway = configured()[name]
    for currency in sorted(EXPONENTS):
        money = Money(1_234_000, currency)  # of the shape that every exponent can show
        assert gateway.from_wire(gateway.to_wire(money), currency) == money


def test_ugx_isk_special_cases():
    """Here both have no minor unit, as ISO 4217 says, and nothing is multiplied on the way."""
    gateway = configured()["simulator"]
    for currency in ("UGX", "ISK"):
        assert Money.of("500", currency).minor == 500
        assert gateway.to_wire(Money.of("500", currency)) == 500


def test_double_submit_idempotency_key_header(client, paid, book, till):
    held = book(paid, now=timezone.now())
    till.at(timezone.now())

    def pay():
        answer = client.post(
            f"/api/v1/bookings/{held.reference}/payments",
            json.dumps({"channel": "web", "return_url": "http://testserver/done"}),
            content_type="application/json",
            headers={"X-Booking-Token": token_of(held), "Idempotency-Key": "one-and-only"},
        )
        return answer.status_code, answer.json()["id"]

    assert pay() == pay()
    assert len(till.all_of(Payment.objects.get())) == 1


# --- Every order of what the gateway tells ---------------------------------------------------

# The story of one payment: what is done at the gateway, and what it then tells.
STORY = ["opened", "paid", "refunded", "disputed", "dispute_won"]


def snapshots(payment, till):
    """What the gateway said after each of its acts."""
    said = {"opened": fetched(payment)}
    till.pay(payment)
    said["paid"] = fetched(payment)
    refund = till.post(f"payments/{payment.reference}/refunds", amount=500)
    assert refund["amount"] == 500
    said["refunded"] = fetched(payment)
    return said


def state(payment):
    payment.refresh_from_db()
    booking = Booking.objects.get(pk=payment.booking_id)
    return (
        payment.status, payment.captured, payment.refunded, payment.is_late, booking.status,
        booking.tickets.filter(status="valid").count(),
        [(one.status, one.amount) for one in Refund.objects.order_by("amount")],
        Case.objects.filter(closed_at=None).count(),
    )  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(["opened", "paid", "refunded"])), ids="-".join)
@pytest.mark.parametrize("missing", ["", "opened", "paid"])
def test_f8_old_news_never_overwrites_newer(begin, till, order, missing):
    """A snapshot may be taken over long after it was fetched: only ever forward."""
    payment = begin()
    said = snapshots(payment, till)

    for name in order:
        if name != missing:
            take_over(payment, said[name], now=NOW)

    assert state(payment) == (
        "partially_refunded", 2000, 500, False, "confirmed", 1, [("done", 500)], 0,
    )  # fmt: skip


KINDS = ["payment.open", "payment.processing", "payment.captured", "refund.done", "dispute.won"]


@pytest.mark.parametrize("order", list(permutations(range(5)))[::12], ids=str)
def test_all_permutations_of_events_same_final_state(begin, till, order):
    """Whatever the notices are and in which order they come, what is true is fetched."""
    payment = begin()
    till.pay(payment)
    till.post(f"payments/{payment.reference}/refunds", amount=500)

    for number in order:
        deliver(payment.reference, KINDS[number], event=f"ev_{number}")
        look_into(PaymentReported(gateway="simulator", reference=payment.reference), now=NOW)

    assert state(payment) == (
        "partially_refunded", 2000, 500, False, "confirmed", 1, [("done", 500)], 0,
    )  # fmt: skip


# --- Keys that the gateway has forgotten ------------------------------------------------------


def test_f12_an_attempt_whose_key_is_forgotten_is_looked_for_first(begin, till):
    till.fail("accept_then_drop", "create", times=3)
    payment = begin()
    later = NOW + timedelta(hours=25)
    till.at(later)

    settle(payment.pk, now=later)

    assert len(till.all_of(payment)) == 1


def test_f10_f11_a_refund_that_was_made_and_not_answered_is_known_from_the_next_look(
    captured, till
):
    refund = request_refund(
        captured, captured.money, reason=RefundReason.ORGANIZER, occasion="a", by=None, now=NOW
    )
    till.fail("accept_then_drop", "refunds", times=3)
    with pytest.raises(Retry):
        send_refund(refund.pk, now=NOW)

    settle(captured.pk, now=NOW)

    refund.refresh_from_db()
    assert refund.status == "done"
    assert [one["id"] for one in till.books(captured)["refunds"]] == [refund.reference]


@pytest.mark.parametrize("kind", ["accept_then_drop", "error_after", "error_before", "truncated"])
@pytest.mark.parametrize("call", ["create", "fetch", "capture", "expire"])
def test_f10_f11_whichever_answer_is_lost_one_charge_and_the_state_is_known_in_the_end(
    begin, till, kind, call
):
    till.fail(kind, call, times=3)
    payment = begin(channel=Channel.MOBILE)
    payment = settle(payment.pk, now=NOW)
    if payment.reference:
        till.pay(payment)
    settle(payment.pk, now=NOW)
    till.mend()
    payment = settle(payment.pk, now=NOW + timedelta(minutes=1))

    made = till.all_of(payment)
    assert len(made) <= 1
    assert [one["captured"] for one in made] == [payment.captured] * len(made)
    assert payment.booking.is_confirmed == (payment.captured == 2000)
