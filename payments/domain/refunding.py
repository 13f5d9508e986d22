"""Money on its way back: a row first, then the gateway, under one key for good."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.models import User
from payments.announcements import RefundDone, RefundFailed, RefundRequested
from payments.domain.cases import close_cases, open_case
from payments.domain.locking import locked_payment, locked_refund
from payments.enums import (
    CaseKind,
    PaymentStatus,
    RefundReason,
    RefundStatus,
)
from payments.gateways import gateway_named
from payments.gateways.base import (
    Done,
    Missing,
    Pending,
    Refunded,
    RefundState,
    Refused,
    Snapshot,
    Unknown,
)
from payments.gateways.desk import DESK
from payments.models import Payment, Refund
from ticketing.core.errors import Conflict, InvalidInput
from ticketing.core.failpoints import failpoint
from ticketing.core.money import Money
from ticketing.core.outbox import Retry, announce

NEXT_TRY = timedelta(seconds=20)
NEXT_LOOK = timedelta(minutes=30)


class NothingToGiveBack(Conflict):
    code = "nothing_to_give_back"
    message = _("All that was paid is given back already, or on its way.")


class MoreThanWasPaid(InvalidInput):
    code = "more_than_was_paid"
    message = _("That is more than what is left of the payment.")


def left_of(payment: Payment) -> Money:
    """What was taken and is neither given back nor on its way."""
    rows = payment.refunds.counting()
    return Money(payment.captured - sum(one.amount for one in rows), payment.currency)


@transaction.atomic
def request_refund(  # noqa: PLR0913 - each is a fact of the row
    payment: Payment,
    amount: Money,
    *,
    reason: RefundReason,
    occasion: str,
    words: str = "",
    tickets: Collection[UUID] = (),
    needs_approval: bool = False,
    by: User | None,
    now: datetime,
) -> Refund:
    """Write down that money is to go back; whoever listens sends it. Once for an occasion.

    Locks booking and payment. Raises NothingToGiveBack, MoreThanWasPaid.
    """
    payment = locked_payment(payment)
    if known := payment.refunds.filter(occasion=occasion).first():
        return known
    left = left_of(payment)
    if not left:
        raise NothingToGiveBack
    if amount > left or not amount:
        raise MoreThanWasPaid(field="amount", left=left.minor)
    refund = Refund.objects.create(
        payment=payment,
        status=RefundStatus.AWAITING_APPROVAL if needs_approval else RefundStatus.REQUESTED,
        reason=reason,
        occasion=occasion,
        words=words,
        amount=amount.minor,
        currency=amount.currency,
        tickets=sorted(tickets),
        requested_by=by,
        created_at=now,
    )
    note(refund, f"refunds.{refund.status}", by=by, now=now)
    if not needs_approval:
        announce(RefundRequested(refund_id=refund.pk), about=refund, organizer=refund.organizer_id)
    return refund


def send_refund(refund_id: UUID, *, now: datetime) -> None:
    """Ask the gateway, under the refund's own key. Raises Retry where nobody can say."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.status not in {RefundStatus.REQUESTED, RefundStatus.UNKNOWN}:
        return None
    gateway, payment = gateway_named(refund.payment.gateway), refund.payment
    # After that time the gateway may have forgotten the key: look before asking again.
    if refund.created_at + gateway.capabilities().key_lifetime / 2 <= now:
        said = gateway.fetch(payment.reference, account=payment.account)
        if isinstance(said, Unknown):
            raise Retry(said.reason, after=NEXT_TRY)
        known = refund_in(refund, said)
        if known is not None:
            return write_outcome(refund, known, now=now)
    answer = gateway.refund(
        payment.reference,
        refund.money,
        refund=refund.pk,
        key=refund.key,
        account=payment.account,
    )
    failpoint("refunds.sent")
    write_outcome(refund, answer, now=now)
    if isinstance(answer, Unknown):
        raise Retry(answer.reason, after=NEXT_TRY)
    return None


def refund_in(refund: Refund, said: Snapshot | Missing) -> Refunded | None:
    if isinstance(said, Missing):
        return None
    return next((one for one in said.refunds if is_of(refund, one)), None)


def is_of(refund: Refund, one: Refunded) -> bool:
    return one.refund == refund.pk or bool(refund.reference and one.reference == refund.reference)


@transaction.atomic
def write_outcome(
    refund: Refund, answer: Done | Pending | Refused | Unknown | Refunded, *, now: datetime
) -> None:
    refund = locked_refund(refund)
    payment = refund.payment
    match answer:
        case Done() | Refunded(state=RefundState.DONE):
            refund.reference = answer.reference
            move(refund, RefundStatus.DONE, now=now)
        case Pending() | Refunded(state=RefundState.PENDING):
            refund.reference = answer.reference
            move(refund, RefundStatus.SENT, now=now)
        case Refunded():
            refund.reference = answer.reference
            refund.failure = "failed_there"
            move(refund, RefundStatus.FAILED, now=now)
        case Refused():
            refund.failure = answer.code
            move(refund, RefundStatus.FAILED, now=now)
        case Unknown():
            move(refund, RefundStatus.UNKNOWN, now=now)
    count(payment)
    payment.look_again_at = payment.look_again_at or next_look_at_refunds(payment, now=now)
    payment.save(update_fields=["refunded", "status", "look_again_at"])


def next_look_at_refunds(payment: Payment, *, now: datetime) -> datetime | None:
    """What is on its way is asked for until it has arrived, whether or not anybody tells; but for
    the desk, where it arrives when somebody enters it."""
    if payment.gateway == DESK:
        return None
    on_its_way = payment.refunds.filter(status=RefundStatus.SENT).exists()
    return now + NEXT_LOOK if on_its_way else None


def move(refund: Refund, status: RefundStatus, *, now: datetime) -> None:
    """Forward, or not at all. Refund and payment are locked."""
    before = RefundStatus(refund.status)
    if ORDER.index(status) <= ORDER.index(before):
        return
    refund.status = status
    if status == RefundStatus.SENT:
        refund.sent_at = now
    if status == RefundStatus.DONE:
        refund.sent_at, refund.done_at = refund.sent_at or now, now
    refund.save()
    failpoint("refunds.outcome_written")
    note(refund, f"refunds.{status}", by=None, now=now)
    payment = refund.payment
    if status == RefundStatus.DONE:
        announce(RefundDone(refund_id=refund.pk), about=refund, organizer=refund.organizer_id)
        close_cases(CaseKind.LATE, payment, reference="", outcome="given back", now=now)
    if status == RefundStatus.FAILED:
        open_case(
            CaseKind.REFUND_FAILED,
            payment,
            reference=str(refund.pk),
            now=now,
            failure=refund.failure,
            amount=refund.amount,
        )
        announce(RefundFailed(refund_id=refund.pk), about=refund, organizer=refund.organizer_id)


# How far a refund is; failed is last, since a bank may send back what was done.
ORDER = (
    RefundStatus.AWAITING_APPROVAL,
    RefundStatus.REQUESTED,
    RefundStatus.UNKNOWN,
    RefundStatus.SENT,
    RefundStatus.DONE,
    RefundStatus.FAILED,
    RefundStatus.REJECTED,
)


def count(payment: Payment) -> None:
    """What is given back, by our own rows; the payment is locked and has yet to be saved."""
    done = payment.refunds.filter(status=RefundStatus.DONE)
    payment.refunded = sum(one.amount for one in done)
    if payment.refunded and payment.refunded >= payment.captured:
        payment.status = PaymentStatus.REFUNDED
    elif payment.refunded and payment.status == PaymentStatus.CAPTURED:
        payment.status = PaymentStatus.PARTIALLY_REFUNDED


def take_over_refunds(payment: Payment, said: Snapshot, *, now: datetime) -> None:
    """What the gateway says of refunds, ours and those that somebody made there. It is locked."""
    rows = list(payment.refunds.select_for_update())
    for one in said.refunds:
        row = next((refund for refund in rows if is_of(refund, one)), None)
        if row is None:
            import_refund(payment, one, now=now)
            continue
        row.payment, row.reference = payment, one.reference
        status = {
            RefundState.DONE: RefundStatus.DONE,
            RefundState.PENDING: RefundStatus.SENT,
            RefundState.FAILED: RefundStatus.FAILED,
        }[one.state]
        if status == RefundStatus.FAILED:
            row.failure = row.failure or "failed_there"
        move(row, status, now=now)
    if rows or said.refunds:
        count(payment)


def import_refund(payment: Payment, one: Refunded, *, now: datetime) -> None:
    """Somebody gave money back at the gateway itself: a row of ours, so that all adds up."""
    if one.state == RefundState.FAILED:
        return
    occasion = f"gateway:{one.reference}"
    if one.amount.currency != payment.currency or one.amount > left_of(payment):
        open_case(
            CaseKind.AMOUNT_DIFFERS,
            payment,
            reference=one.reference,
            now=now,
            amount=one.amount.minor,
            currency=one.amount.currency,
        )
        return
    refund = Refund.objects.create(
        payment=payment,
        status=RefundStatus.SENT,
        reason=RefundReason.ORGANIZER,
        occasion=occasion,
        reference=one.reference,
        amount=one.amount.minor,
        currency=one.amount.currency,
        created_at=now,
        sent_at=now,
    )
    note(refund, "refunds.found_at_the_gateway", by=None, now=now)
    if one.state == RefundState.DONE:
        move(refund, RefundStatus.DONE, now=now)


def note(refund: Refund, action: str, *, by: User | None, now: datetime) -> None:
    record(
        action=action,
        by=by,
        on=refund,
        organizer=refund.organizer_id,
        after={
            "amount": refund.amount,
            "currency": refund.currency,
            "reason": refund.reason,
            "failure": refund.failure,
        },
        now=now,
    )
