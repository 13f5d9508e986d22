"""The order of locks wherever money moves: the booking, then its payment, then places."""

from uuid import UUID

from bookings.domain.expiring import locked
from payments.models import Payment


def locked_payment(payment_id: UUID) -> Payment:
    """With its booking, both as they are now, until the end of the transaction."""
    booking = Payment.objects.select_related("booking").get(pk=payment_id).booking
    locked(booking)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    payment.booking = booking
    return payment
