"""What comes back of a booking, and where it is: for the booking's own pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bookings.enums import TicketStatus
from bookings.models import Booking, Ticket
from payments.domain.policy import due_back
from payments.enums import RefundStatus
from payments.gateways.desk import DESK
from payments.models import Payment, Refund
from payments.words import BY_HAND, WHEREABOUTS, because
from ticketing.core.money import Money


@dataclass(frozen=True)
class ShownRefund:
    refund: Refund

    @property
    def money(self) -> Money:
        return self.refund.money

    @property
    def why(self) -> str:
        """What the organizer wrote, where they refused it."""
        is_refused = self.refund.status == RefundStatus.REJECTED
        return self.refund.words if is_refused else because(self.refund.reason)

    @property
    def where(self) -> str:
        status = RefundStatus(self.refund.status)
        is_by_hand = self.refund.payment.gateway == DESK
        return str(BY_HAND.get(status, WHEREABOUTS[status]) if is_by_hand else WHEREABOUTS[status])

    @property
    def at(self) -> datetime:
        refund = self.refund
        return refund.done_at or refund.decided_at or refund.created_at


@dataclass(frozen=True)
class Coming:
    """A ticket, and what comes back if it is given up now."""

    ticket: Ticket
    money: Money


def what_comes_back(booking: Booking, now: datetime) -> dict[str, Any] | None:
    if booking.costs_nothing or not is_paid(booking):
        return None
    coming = [
        Coming(one, due_back(booking, [one], at=now))
        for one in booking.tickets.select_related("line").order_by("number")
        if one.status == TicketStatus.VALID
    ]
    return {"coming": coming, "is_any": any(one.money for one in coming)}


def is_paid(booking: Booking) -> bool:
    return Payment.objects.taken().filter(booking=booking).exists()
