"""settle(): what the gateway says becomes what we have. Nothing else confirms a paid booking.

The return page, notices, the poller, the back office and the reconciler all call it, as often as
they like and at the same time: the truth is fetched while nothing is locked, and taken over in one
transaction that only ever goes forward.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.audit.domain.records import record
from bookings.domain.confirming import seat_paid_booking
from bookings.enums import HOLDING, PAYABLE, BookingStatus
from events.domain.places import AllHeld, SoldOut
from events.enums import EventStatus
from payments.announcements import PaymentCaptured, PaymentFailed, PaymentWithoutPlace
from payments.domain.cases import open_case
from payments.domain.disputing import take_over_disputes
from payments.domain.locking import locked_payment
from payments.domain.refunding import (
    next_look_at_refunds,
    request_refund,
    take_over_refunds,
)
from payments.domain.starting import written
from payments.enums import CaseKind, PaymentStatus, RefundReason
from payments.gateways import gateway_named
from payments.gateways.base import Closing, Missing, Snapshot, Status, Unknown
from payments.models import Payment
from ticketing.core.failpoints import failpoint
from ticketing.core.outbox import announce

# An attempt of which the gateway knows nothing cannot be on its way to it any more after this.
NEVER_ARRIVED = timedelta(minutes=2)
FIRST_LOOK, LAST_LOOK = timedelta(seconds=5), timedelta(minutes=5)
# Said before seen: how far each is. What is less far than what we have is old news.
FORWARD = {
    Status.OPEN: PaymentStatus.REQUIRES_ACTION,
    Status.PROCESSING: PaymentStatus.PROCESSING,
    Status.AUTHORIZED: PaymentStatus.AUTHORIZED,
    Status.FAILED: PaymentStatus.FAILED,
    Status.CLOSED: PaymentStatus.CANCELLED,
}
RANK = {
    PaymentStatus.CREATED: 0,
    PaymentStatus.UNKNOWN: 0,
    PaymentStatus.REQUIRES_ACTION: 1,
    PaymentStatus.PROCESSING: 2,
    PaymentStatus.AUTHORIZED: 3,
    PaymentStatus.FAILED: 4,
    PaymentStatus.CANCELLED: 4,
    PaymentStatus.CAPTURED: 5,
    PaymentStatus.PARTIALLY_REFUNDED: 6,
    PaymentStatus.REFUNDED: 7,
}


def settle(payment_id: UUID, *, now: datetime) -> Payment:
    """Fetch what is true of a payment and make it so here. Any number of callers, any order."""
    payment = Payment.objects.select_related("booking").get(pk=payment_id)
    payment = take_over(payment, fetched(payment), now=now)
    if payment.status == PaymentStatus.AUTHORIZED and finish_authorized(payment):
        payment = take_over(payment, fetched(payment), now=now)
    return payment


def fetched(payment: Payment) -> Snapshot | Missing | Unknown:
    """By the gateway's name for it; by our own where that never came."""
    gateway = gateway_named(payment.gateway)
    said = (
        gateway.fetch(payment.reference, account=payment.account)
        if payment.reference
        else gateway.find(payment.pk, account=payment.account)
    )
    failpoint("payments.fetched")
    return said


def finish_authorized(payment: Payment) -> bool:
    """Take the money where the places are still held, else let it go; whether it was answered."""
    gateway = gateway_named(payment.gateway)
    if payment.booking.status in HOLDING:
        answer: object = gateway.capture(
            payment.reference, payment.money, key=payment.key("capture"), account=payment.account
        )
    else:
        answer = gateway.expire(
            payment.reference, key=payment.key("expire"), account=payment.account
        )
    failpoint("payments.captured_at_gateway")
    return not isinstance(answer, Unknown)


@transaction.atomic
def take_over(payment: Payment, said: Snapshot | Missing | Unknown, *, now: datetime) -> Payment:
    """One transaction: booking and payment locked, the snapshot applied forward only."""
    payment = locked_payment(payment)
    payment.looks += 1
    if not isinstance(said, Unknown):
        payment.looked_at = now
    match said:
        case Unknown():
            if payment.status == PaymentStatus.CREATED:
                payment.status = PaymentStatus.UNKNOWN
        case Missing():
            if payment.is_open and payment.created_at + NEVER_ARRIVED <= now:
                move(payment, PaymentStatus.CANCELLED, now=now)
        case Snapshot():
            apply(payment, said, now=now)
    payment.look_again_at = next_look(payment, now=now)
    payment.save()
    failpoint("payments.taken_over")
    return payment


def next_look(payment: Payment, *, now: datetime) -> datetime | None:
    """Soon at first, then less and less often; never once nothing is expected any more."""
    if payment.is_taken:
        return next_look_at_refunds(payment, now=now)
    if not payment.is_open:
        return None
    doubled: timedelta = FIRST_LOOK * 2 ** min(payment.looks, 10)
    return now + min(doubled, LAST_LOOK)


def apply(payment: Payment, said: Snapshot, *, now: datetime) -> None:
    payment.reference = payment.reference or said.reference
    payment.method = said.method or payment.method
    if said.fee is not None and said.fee.currency == payment.currency:
        payment.gateway_fee = said.fee.minor
    if said.action is not None:
        payment.action = written(said.action)
    payment.decline = said.decline or payment.decline
    if said.captured:
        take_money(payment, said, now=now)
    elif said.status in FORWARD:
        move(payment, FORWARD[said.status], now=now)
    if payment.is_taken:
        if said.refunds:
            payment.save()  # what is given back is held against what was taken, by the database
        take_over_refunds(payment, said, now=now)
        take_over_disputes(payment, said, now=now)


def move(payment: Payment, status: PaymentStatus, *, now: datetime) -> None:
    """Forward, or not at all: news may come in any order, and late."""
    before = PaymentStatus(payment.status)
    if RANK[status] <= RANK[before]:
        return
    payment.status = status
    if not payment.is_open:
        payment.action = {}
        announce(
            PaymentFailed(payment_id=payment.pk), about=payment, organizer=payment.organizer_id
        )
    record(
        action=f"payments.{status}",
        by=None,
        on=payment,
        organizer=payment.organizer_id,
        before={"status": before},
        after={"status": status, "decline": payment.decline},
        now=now,
    )


def take_money(payment: Payment, said: Snapshot, *, now: datetime) -> None:
    """What was taken stands on the payment first; then the money gets its places."""
    if said.captured.currency != payment.currency:
        return mismatch(payment, said, now=now)
    if payment.is_taken:
        if said.captured.minor > payment.captured:
            payment.captured = said.captured.minor
            mismatch(payment, said, now=now)
        return None
    before = payment.status
    payment.status, payment.action, payment.decline = PaymentStatus.CAPTURED, {}, ""
    payment.captured, payment.captured_at = said.captured.minor, now
    announce(PaymentCaptured(payment_id=payment.pk), about=payment, organizer=payment.organizer_id)
    record(
        action="payments.captured",
        by=None,
        on=payment,
        organizer=payment.organizer_id,
        before={"status": before},
        after={"captured": payment.captured, "currency": payment.currency},
        now=now,
    )
    failpoint("payments.money_written")
    if said.captured != payment.money:
        return mismatch(payment, said, now=now)
    return seat(payment, now=now)


def mismatch(payment: Payment, said: Snapshot, *, now: datetime) -> None:
    """Another amount than was asked for buys nothing, and a person decides what becomes of it."""
    open_case(
        CaseKind.AMOUNT_MISMATCH,
        payment,
        now=now,
        asked=payment.amount,
        currency=payment.currency,
        captured=said.captured.minor,
        captured_currency=said.captured.currency,
    )


def seat(payment: Payment, *, now: datetime) -> None:
    """The places that were paid for: those that are held, others if those are gone, or the money
    back. The booking is locked."""
    booking = payment.booking
    if booking.event.status == EventStatus.CANCELLED:
        return give_back(payment, RefundReason.EVENT_CANCELLED, now=now)
    if booking.status == BookingStatus.CONFIRMED:
        return paid_again(payment, now=now)
    if booking.status in PAYABLE:
        try:
            return seat_paid_booking(booking, now=now)
        except (SoldOut, AllHeld):
            booking.refresh_from_db()
    payment.is_late = True
    return give_back(payment, RefundReason.NO_PLACE, now=now)


def paid_again(payment: Payment, *, now: datetime) -> None:
    """What other money has bought is not paid twice. Where there is no other, this is what bought
    it, and that was forgotten here: who gave it back would leave the tickets unpaid, so it stays,
    and a person looks."""
    taken = Payment.objects.taken().filter(booking=payment.booking_id)
    if taken.exclude(pk=payment.pk).exists():
        return give_back(payment, RefundReason.PAID_TWICE, now=now)
    open_case(CaseKind.STATE_BEHIND, payment, now=now, reason="confirmed before")
    return None


def give_back(payment: Payment, reason: RefundReason, *, now: datetime) -> None:
    """All of it, and a case until it has arrived. A ticket that was paid otherwise stays."""
    payment.save()
    refund = request_refund(payment, payment.left, reason=reason, occasion=reason, by=None, now=now)
    open_case(CaseKind.LATE, payment, now=now, reason=reason, refund=str(refund.pk))
    announce(
        PaymentWithoutPlace(payment_id=payment.pk, refund_id=refund.pk),
        about=payment,
        organizer=payment.organizer_id,
    )


def close_at_gateway(payment: Payment, *, now: datetime) -> Closing | Unknown:
    """See to it that nobody can pay it any more; what was paid meanwhile is settled."""
    if not payment.reference:
        payment = settle(payment.pk, now=now)
        if not payment.is_open:
            return Closing.PAID if payment.is_taken else Closing.CLOSED
        if not payment.reference:
            return Unknown("whether the gateway knows of it")
    answer = gateway_named(payment.gateway).expire(
        payment.reference, key=payment.key("expire"), account=payment.account
    )
    failpoint("payments.closed_at_gateway")
    if isinstance(answer, Unknown):
        return answer
    payment = settle(payment.pk, now=now)  # whatever it answered, the truth is fetched
    if payment.is_taken:
        return Closing.PAID
    return Closing.PROCESSING if payment.is_open else Closing.CLOSED
