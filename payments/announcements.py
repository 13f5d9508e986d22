"""What payments tells the rest of the product."""

from dataclasses import dataclass
from uuid import UUID

from ticketing.core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class PaymentReported(Event, name="payments.payment_reported", version=1):
    """A gateway said that something happened: what it is, it is asked."""

    gateway: str
    reference: str
    account: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentCaptured(Event, name="payments.payment_captured", version=1):
    """Money was taken, and is written down."""

    payment_id: UUID


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(Event, name="payments.payment_failed", version=1):
    """An attempt is over without money; the places stay as long as the hold does."""

    payment_id: UUID


@dataclass(frozen=True, kw_only=True)
class PaymentWithoutPlace(Event, name="payments.payment_without_place", version=1):
    """Somebody paid when the places were gone: the money is on its way back, and they are told."""

    payment_id: UUID
    refund_id: UUID


@dataclass(frozen=True, kw_only=True)
class PaymentDisputed(Event, name="payments.payment_disputed", version=1):
    """A dispute was opened, won or lost."""

    payment_id: UUID
    dispute: str
    status: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class RefundRequested(Event, name="payments.refund_requested", version=1):
    """Money is to go back: whoever listens sends it."""

    refund_id: UUID


@dataclass(frozen=True, kw_only=True)
class RefundDone(Event, name="payments.refund_done", version=1):
    """The gateway gave it back."""

    refund_id: UUID


@dataclass(frozen=True, kw_only=True)
class RefundFailed(Event, name="payments.refund_failed", version=1):
    """The gateway could not give it back: a person has to find another way."""

    refund_id: UUID


@dataclass(frozen=True, kw_only=True)
class RefundRejected(Event, name="payments.refund_rejected", version=1):
    """The organizer's finance refused what a buyer had asked for, and said why."""

    refund_id: UUID


@dataclass(frozen=True, kw_only=True)
class MassRefundDue(Event, name="payments.mass_refund_due", version=1):
    """Bookings of an event that will not be wait for their money; each batch calls the next."""

    mass_refund_id: UUID
