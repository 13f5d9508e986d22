"""The order of locks wherever money moves: the booking, then its payment, then places."""

from uuid import UUID

from bookings.domain.expiring import locked
from payments.models import Payment, Refund


def locked_payment(payment_id: UUID) -> Payment:
    """With its booking, both as they are now, until the end of the transaction."""
    booking = Payment.objects.select_related("booking").get(pk=payment_id).booking
    locked(booking)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    payment.booking = booking
    return payment


def locked_refund(refund: Refund) -> Refund:
    """With its payment and booking, as they are now, until the end of the transaction."""
    payment = locked_payment(refund.payment_id)
    found = Refund.objects.select_for_update().get(pk=refund.pk)
    found.payment = payment
    return found
