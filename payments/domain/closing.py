"""A hold that ran out while somebody paid: first closed at the gateway, then released."""

from datetime import datetime, timedelta
from uuid import UUID

from bookings.domain.expiring import expire_hold
from bookings.models import Booking
from payments.domain.cases import open_case
from payments.domain.settling import close_at_gateway
from payments.enums import CaseKind
from payments.gateways.base import Closing
from payments.models import Payment
from ticketing.core.outbox import Retry

# For so long places wait for a gateway that does not answer, and no longer.
GRACE = timedelta(minutes=10)
NEXT_TRY = timedelta(seconds=10)


def close_payments(booking_id: UUID, *, now: datetime) -> None:
    """Raises Retry while nobody can say whether it was paid; places stay until then."""
    booking = Booking.objects.get(pk=booking_id)
    ended_at = max(filter(None, [booking.expires_at, booking.guarded_until]), default=now)
    is_patient = now < ended_at + GRACE
    for payment in Payment.objects.open().filter(booking=booking):
        if close_at_gateway(payment, now=now) in {Closing.CLOSED, Closing.PAID}:
            continue
        if is_patient:
            raise Retry(f"payment {payment.pk} may still be paid", after=NEXT_TRY)
        open_case(CaseKind.LATE_RISK, payment, now=now)
    expire_hold(booking, now=now)
