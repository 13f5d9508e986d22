"""What was paid and what came back, as lines: on a booking's page, in the account, in the office."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bookings.models import Booking
from payments.enums import PaymentStatus, RefundStatus
from payments.models import Invoice, Payment, Refund
from payments.queries import of_booking, with_refunds
from payments.showing.payment import ShownPayment, State
from payments.showing.refunds import ShownRefund
from payments.words import method_in_words
from ticketing.core.money import Money

KINDS: dict[Any, str] = {
    PaymentStatus.CAPTURED: "success",
    PaymentStatus.PARTIALLY_REFUNDED: "success",
    PaymentStatus.REFUNDED: "",
    PaymentStatus.FAILED: "error",
    PaymentStatus.CANCELLED: "",
    RefundStatus.DONE: "success",
    RefundStatus.FAILED: "error",
    RefundStatus.REJECTED: "error",
}


@dataclass(frozen=True)
class Movement:
    at: datetime
    money: Money
    """Less than nothing where it comes back."""
    label: str
    kind: str
    """Of the status, as components/status.html has it."""
    how: str
    words: str
    is_refund: bool
    row: Payment | Refund


def of_payment(payment: Payment) -> Movement:
    return Movement(
        at=payment.captured_at or payment.created_at,
        money=payment.captured_money if payment.is_taken else payment.money,
        label=payment.get_status_display(),
        kind=KINDS.get(PaymentStatus(payment.status), "warning"),
        how=method_in_words(payment.method),
        words=ShownPayment(payment).why if ShownPayment(payment).state == State.FAILED else "",
        is_refund=False,
        row=payment,
    )


def of_refund(refund: Refund, payment: Payment) -> Movement:
    shown = ShownRefund(refund)
    return Movement(
        at=shown.at,
        money=-refund.money,
        label=refund.get_status_display(),
        kind=KINDS.get(RefundStatus(refund.status), "warning"),
        how=method_in_words(payment.method),
        words=f"{shown.why} {shown.where}".strip(),
        is_refund=True,
        row=refund,
    )


def movements(payments: Iterable[Payment]) -> list[Movement]:
    """Of payments with their refunds, each payment followed by what came back of it."""
    found = []
    for payment in payments:
        found.append(of_payment(payment))
        refunds = sorted(payment.refunds.all(), key=lambda one: one.pk)
        found += [of_refund(one, payment) for one in refunds]
    return found


def money_of(booking: Booking, now: datetime) -> dict[str, Any] | None:
    """Nothing for a booking that cost nothing: no question is asked for it."""
    if booking.costs_nothing:
        return None
    payments = with_refunds(of_booking(booking)).order_by("id")
    return {
        "movements": movements(payments),
        "documents": list(Invoice.objects.filter(booking=booking).order_by("pk")),
        "booking": booking,
    }
