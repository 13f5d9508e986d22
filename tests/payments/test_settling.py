"""From "pay" to the ticket, against the simulator: what was paid is never lost, doubled or forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bookings.domain.confirming import confirm_paid_booking
from bookings.domain.expiring import begin_expiring, release_expired_holds
from bookings.enums import BookingStatus, TicketStatus
from bookings.models import Booking, Ticket
from payments.domain.closing import GRACE, close_payments
from payments.domain.polling import settle_due
from payments.domain.refunding import request_refund, send_refund
from payments.domain.settling import fetched, settle, take_over
from payments.domain.starting import (
    AlreadyPaid,
    AnotherAttemptRuns,
    GatewayAway,
    TooManyAttempts,
)
from payments.enums import CaseKind, Channel, PaymentStatus, RefundReason, RefundStatus
from payments.models import Case, Payment, Refund
from tests.bookings.conftest import ADA
from tests.events.factories import NOW
from tests.payments.till import DELAYED, POOR, SECURE
from ticketing.core.money import Money
from ticketing.core.outbox import Retry

pytestmark = pytest.mark.django_db
AFTER_THE_HOLD = NOW + timedelta(minutes=16)
AFTER_PAYING = AFTER_THE_HOLD


# --- The straight way ------------------------------------------------------------------------


def test_what_is_paid_is_confirmed_and_its_tickets_are_valid(begin, till):
    payment = begin()
    assert payment.status == PaymentStatus.REQUIRES_ACTION
    till.pay(payment)

    payment = settle(payment.pk, now=NOW)

    assert (payment.status, payment.captured, payment.gateway_fee) == ("captured", 2000, 65)
    assert payment.booking.status == BookingStatus.CONFIRMED
    assert [one.status for one in payment.booking.tickets.all()] == [TicketStatus.VALID]


def test_settle_again_changes_nothing(begin, till):
    payment = begin()
    till.pay(payment)
    first = settle(payment.pk, now=NOW)

    again = settle(payment.pk, now=NOW + timedelta(minutes=1))

    assert again.captured_at == first.captured_at
    assert Refund.objects.count() == 0


def test_what_nobody_paid_stays_held(begin):
    payment = settle(begin().pk, now=NOW)

    assert payment.status == PaymentStatus.REQUIRES_ACTION
    assert payment.booking.status == BookingStatus.HELD


def test_a_declined_card_leaves_the_attempt_open_and_says_why(begin, till):
    payment = begin()
    till.pay(payment, POOR)

    payment = settle(payment.pk, now=NOW)
    assert (payment.status, payment.decline) == ("requires_action", "insufficient_funds")

    till.pay(payment)
    assert settle(payment.pk, now=NOW).status == PaymentStatus.CAPTURED


def test_what_the_bank_asks_to_confirm_is_paid_once_it_is(begin, till):
    payment = begin()

    assert till.pay(payment, SECURE) == "challenge"
    assert settle(payment.pk, now=NOW).status == PaymentStatus.REQUIRES_ACTION
    assert till.pay(payment, SECURE, is_confirmed=True) == "captured"
    assert settle(payment.pk, now=NOW).status == PaymentStatus.CAPTURED


def test_a_delayed_payment_is_processing_until_it_arrives(begin, till):
    payment = begin()
    till.pay(payment, DELAYED)
    assert settle(payment.pk, now=NOW).status == PaymentStatus.PROCESSING

    till.at(NOW + timedelta(seconds=6))
    assert settle(payment.pk, now=NOW).status == PaymentStatus.CAPTURED


def test_in_an_app_the_money_is_reserved_first_and_taken_while_the_places_are_held(begin, till):
    payment = begin(channel=Channel.MOBILE)
    assert payment.action["type"] == "sdk"
    assert till.pay(payment) == "authorized"

    payment = settle(payment.pk, now=NOW)

    assert (payment.status, payment.booking.status) == ("captured", "confirmed")


def test_money_reserved_for_lost_places_is_let_go_and_never_taken(begin, till, paid, book):
    payment = begin(channel=Channel.MOBILE)
    till.pay(payment)
    Booking.objects.filter(pk=payment.booking_id).update(guarded_until=None)
    release_expired_holds(now=AFTER_THE_HOLD)

    payment = settle(payment.pk, now=AFTER_THE_HOLD)

    assert (payment.status, payment.captured) == (PaymentStatus.CANCELLED, 0)
    assert till.books(payment)["captured"] == 0


# --- Beginning -------------------------------------------------------------------------------


def test_double_click_pay_is_one_attempt(begin, till):
    first = begin()
    again = begin(first.booking)

    assert again.pk == first.pk
    assert len(till.all_of(first)) == 1


def test_another_way_is_refused_while_an_attempt_runs(begin):
    first = begin()

    with pytest.raises(AnotherAttemptRuns):
        begin(first.booking, channel=Channel.MOBILE)


def test_what_is_paid_is_not_paid_again(begin, till):
    payment = begin()
    till.pay(payment)
    payment = settle(payment.pk, now=NOW)

    with pytest.raises(AlreadyPaid):
        begin(payment.booking)


def test_new_attempt_after_decline_uses_new_key_same_order(begin):
    first = begin()
    Payment.objects.filter(pk=first.pk).update(status=PaymentStatus.FAILED)

    second = begin(first.booking)

    assert second.pk != first.pk
    assert second.key("create") != first.key("create")


def test_keys_namespaced_by_operation(begin):
    payment = begin()

    keys = {payment.key(one) for one in ("create", "capture", "expire")}

    assert len(keys) == 3


def test_whoever_tries_cards_is_stopped(begin):
    booking = begin().booking
    for _ in range(9):
        booking.payments.update(status=PaymentStatus.FAILED)
        begin(booking)
    booking.payments.update(status=PaymentStatus.FAILED)

    with pytest.raises(TooManyAttempts):
        begin(booking)


def test_while_somebody_pays_nobody_takes_the_places(begin):
    payment = begin()

    assert release_expired_holds(now=AFTER_THE_HOLD) == 0
    payment.booking.refresh_from_db()
    assert payment.booking.status == BookingStatus.HELD


def test_however_often_somebody_tries_the_guard_ends_ten_minutes_after_the_hold(begin):
    booking = begin().booking
    booking.payments.update(status=PaymentStatus.FAILED)
    last = begin(booking, now=booking.expires_at + timedelta(minutes=5))

    assert last.expires_at == booking.expires_at + timedelta(minutes=10)


# --- No answer is an answer ------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["accept_then_drop", "error_after", "truncated"])
def test_an_attempt_whose_answer_is_lost_is_found_again_and_never_made_twice(begin, till, kind):
    till.fail(kind, "create", times=3)
    payment = begin()
    assert (payment.status, payment.reference) == (PaymentStatus.UNKNOWN, "")

    payment = settle(payment.pk, now=NOW)

    assert payment.reference != ""
    assert len(till.all_of(payment)) == 1
    till.pay(payment)
    assert settle(payment.pk, now=NOW).booking.is_confirmed


def test_an_attempt_that_never_arrived_is_over_after_a_while(begin, till):
    till.fail("error_before", "create", times=3)
    payment = begin()
    assert payment.status == PaymentStatus.UNKNOWN

    assert settle(payment.pk, now=NOW).is_open
    later = settle(payment.pk, now=NOW + timedelta(minutes=3))
    assert later.status == PaymentStatus.CANCELLED


def test_pressing_again_asks_again_under_the_same_key(begin, till):
    till.fail("drop", "create", times=3)
    first = begin()
    again = begin(first.booking)

    assert (again.pk, again.status) == (first.pk, PaymentStatus.REQUIRES_ACTION)
    assert len(till.all_of(first)) == 1


def test_what_is_known_to_be_away_is_not_asked_and_says_so(begin, till):
    till.fail("drop", times=10)
    booking = begin().booking
    booking.payments.update(status=PaymentStatus.FAILED)
    begin(booking)  # asked three times before, and the next two blow the fuse
    booking.payments.update(status=PaymentStatus.FAILED)

    with pytest.raises(GatewayAway):
        begin(booking)
    assert booking.payments.first().decline == "gateway_away"


def test_poller_finishes_when_no_webhook_ever_arrives(begin, till):
    payment = begin()
    till.pay(payment)

    assert settle_due(now=NOW + timedelta(seconds=6)) == 1
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CAPTURED
    assert settle_due(now=NOW + timedelta(hours=1)) == 0


def test_the_poller_asks_less_and_less_often(begin):
    payment = begin()

    asked = [second for second in range(900) if settle_due(now=NOW + timedelta(seconds=second))]

    assert asked == [5, 15, 35, 75, 155, 315, 615]
    assert payment.is_open


# --- Paid when the hold is over --------------------------------------------------------------


def run_out(payment):
    """The time to pay is over and the booking waits to be closed."""
    assert begin_expiring(now=AFTER_PAYING) == 1
    payment.booking.refresh_from_db()
    assert payment.booking.status == BookingStatus.EXPIRING


def released(payment, *, now=AFTER_PAYING):
    """As if the gateway had been away for too long: the places are gone, the page still open."""
    Booking.objects.filter(pk=payment.booking_id).update(guarded_until=None)
    assert release_expired_holds(now=now) == 1


def test_places_are_released_once_nobody_can_pay_any_more(begin, till):
    payment = begin()
    run_out(payment)

    close_payments(payment.booking_id, now=AFTER_PAYING)

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CANCELLED
    assert payment.booking.__class__.objects.get().status == BookingStatus.EXPIRED
    assert till.pay(payment) == "closed"


def test_expire_answer_complete_means_paid(begin, till):
    payment = begin()
    till.pay(payment)
    run_out(payment)

    close_payments(payment.booking_id, now=AFTER_PAYING)

    assert Booking.objects.get().status == BookingStatus.CONFIRMED


def test_places_stay_while_the_gateway_does_not_answer_and_go_after_a_while(begin, till):
    payment = begin()
    run_out(payment)
    till.fail("drop", times=6)
    with pytest.raises(Retry):
        close_payments(payment.booking_id, now=AFTER_PAYING)
    assert Booking.objects.get().status == BookingStatus.EXPIRING

    till.fail("drop", times=6)
    close_payments(payment.booking_id, now=AFTER_PAYING + GRACE)

    assert Booking.objects.get().status == BookingStatus.EXPIRED
    assert Case.objects.get().kind == CaseKind.LATE_RISK


def test_late_payment_with_stock_is_reseated(begin, till):
    payment = begin()
    released(payment)
    till.pay(payment)

    payment = settle(payment.pk, now=AFTER_PAYING + timedelta(seconds=1))

    assert payment.booking.status == BookingStatus.CONFIRMED
    valid = Ticket.objects.filter(status=TicketStatus.VALID)
    assert [one.place_id is not None for one in valid] == [True]
    assert Refund.objects.count() == 0


def test_late_payment_without_stock_refunds_once(begin, till, paid, book):
    payment = begin(book(paid, 5))
    released(payment)
    book(paid, 3, buyer=ADA, now=AFTER_PAYING)
    till.pay(payment)

    payment = settle(payment.pk, now=AFTER_PAYING)
    settle(payment.pk, now=AFTER_PAYING)

    assert (payment.is_late, payment.booking.status) == (True, BookingStatus.EXPIRED)
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason) == (10_000, RefundReason.NO_PLACE)
    assert Case.objects.get(closed_at=None).kind == CaseKind.LATE

    send_refund(refund.pk, now=AFTER_PAYING)
    send_refund(refund.pk, now=AFTER_PAYING)

    assert [one["amount"] for one in till.books(payment)["refunds"]] == [10_000]
    payment.refresh_from_db()
    assert (payment.status, payment.refunded) == (PaymentStatus.REFUNDED, 10_000)
    assert not Case.objects.filter(closed_at=None).exists()


def test_refund_of_duplicate_keeps_ticket(begin, till):
    first = begin()
    till.pay(first)
    Payment.objects.filter(pk=first.pk).update(status=PaymentStatus.CANCELLED)
    second = begin(first.booking)
    till.pay(second)

    settle(second.pk, now=NOW)
    settle(first.pk, now=NOW)

    booking = Booking.objects.get()
    assert booking.status == BookingStatus.CONFIRMED
    assert [one.status for one in booking.tickets.all()] == [TicketStatus.VALID]
    refund = Refund.objects.get()
    assert (refund.payment_id, refund.reason) == (first.pk, RefundReason.PAID_TWICE)


def test_money_of_a_booking_that_is_confirmed_without_it_stays_and_a_person_looks(begin, till):
    """As after a payment was set back behind the product: nobody else paid for these tickets."""
    payment = begin()
    till.pay(payment)
    confirm_paid_booking(payment.booking, now=NOW)

    settle(payment.pk, now=NOW)
    settle(payment.pk, now=NOW)

    payment = Payment.objects.get()
    assert (payment.status, payment.captured) == (PaymentStatus.CAPTURED, 2000)
    assert payment.booking.status == BookingStatus.CONFIRMED
    assert Refund.objects.count() == 0
    case = Case.objects.get()
    assert (case.kind, case.closed_at, case.facts["reason"]) == (
        CaseKind.STATE_BEHIND, None, "confirmed before",
    )  # fmt: skip


def test_another_amount_than_was_asked_for_buys_nothing(begin, till):
    payment = begin()
    till.pay(payment)
    less = replace(fetched(payment), captured=Money(1900, "EUR"))

    payment = take_over(payment, less, now=NOW)

    assert (payment.status, payment.captured) == (PaymentStatus.CAPTURED, 1900)
    assert payment.booking.status == BookingStatus.HELD
    assert Case.objects.get().kind == CaseKind.AMOUNT_MISMATCH


# --- Refunds ---------------------------------------------------------------------------------


@pytest.fixture
def captured(begin, till):
    payment = begin()
    till.pay(payment)
    return settle(payment.pk, now=NOW)


def refund_of(payment, minor, occasion):
    return request_refund(
        payment,
        Money(minor, "EUR"),
        reason=RefundReason.ORGANIZER,
        occasion=occasion,
        by=None,
        now=NOW,
    )


@pytest.mark.parametrize("kind", ["accept_then_drop", "error_after", "truncated"])
def test_refund_timeout_then_retry_one_refund(captured, till, kind):
    refund = refund_of(captured, 500, "a")
    till.fail(kind, "refunds", times=3)
    with pytest.raises(Retry):
        send_refund(refund.pk, now=NOW)
    refund.refresh_from_db()
    assert refund.status == RefundStatus.UNKNOWN

    till.mend()
    send_refund(refund.pk, now=NOW)

    refund.refresh_from_db()
    assert refund.status == RefundStatus.DONE
    assert [one["amount"] for one in till.books(captured)["refunds"]] == [500]


def test_f12_long_after_its_key_is_forgotten_a_refund_is_looked_for_first(captured, till):
    refund = refund_of(captured, 500, "a")
    till.fail("accept_then_drop", "refunds", times=3)
    with pytest.raises(Retry):
        send_refund(refund.pk, now=NOW)
    later = NOW + timedelta(hours=25)
    till.at(later)

    send_refund(refund.pk, now=later)

    assert [one["amount"] for one in till.books(captured)["refunds"]] == [500]


def test_two_equal_partial_refunds_both_execute(captured, till):
    for occasion in ("a", "b"):
        send_refund(refund_of(captured, 500, occasion).pk, now=NOW)

    assert [one["amount"] for one in till.books(captured)["refunds"]] == [500, 500]
    captured.refresh_from_db()
    assert (captured.status, captured.refunded) == ("partially_refunded", 1000)
