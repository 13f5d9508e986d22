"""A payment as its page shows it: what is true of it, and what can be done."""

from dataclasses import dataclass
from enum import StrEnum

from payments.enums import PaymentStatus
from payments.models import Payment
from payments.words import why
from ticketing.core.money import Money


class State(StrEnum):
    """What somebody wants to know who has paid, or tried to."""

    UNPAID = "unpaid"
    WAITS = "waits"
    FAILED = "failed"
    PAID = "paid"
    RETURNED = "returned"


STATES = {
    PaymentStatus.CREATED: State.WAITS,
    PaymentStatus.UNKNOWN: State.WAITS,
    PaymentStatus.REQUIRES_ACTION: State.UNPAID,
    PaymentStatus.PROCESSING: State.WAITS,
    PaymentStatus.AUTHORIZED: State.WAITS,
    PaymentStatus.FAILED: State.FAILED,
    PaymentStatus.CANCELLED: State.FAILED,
    PaymentStatus.CAPTURED: State.PAID,
    PaymentStatus.PARTIALLY_REFUNDED: State.PAID,
    PaymentStatus.REFUNDED: State.RETURNED,
}


@dataclass(frozen=True)
class ShownPayment:
    payment: Payment

    @property
    def state(self) -> State:
        """Money that bought no place is on its way back, whatever the gateway calls it."""
        state = STATES[PaymentStatus(self.payment.status)]
        is_seated = self.payment.booking.is_confirmed and not self.payment.is_late
        return State.RETURNED if state == State.PAID and not is_seated else state

    @property
    def money(self) -> Money:
        return self.payment.money

    @property
    def why(self) -> str:
        """Why the last try did not work, if there was one; it may still be paid otherwise."""
        is_told = self.payment.decline or self.state == State.FAILED
        return why(self.payment.decline) if is_told else ""

    @property
    def address(self) -> str:
        """Where it is paid."""
        return str(self.payment.action.get("url", ""))
