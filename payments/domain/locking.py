"""The order of locks wherever money moves: the booking, then its payment, then places."""

from bookings.domain.expiring import locked
from payments.models import Payment, Refund


def locked_payment(payment: Payment) -> Payment:
    """With its booking, both as they are now, until the end of the transaction."""
    locked(payment.booking)
    found = Payment.objects.select_for_update().get(pk=payment.pk)
    found.booking = payment.booking
    return found


def locked_refund(refund: Refund) -> Refund:
    """With its payment and booking, as they are now, until the end of the transaction."""
    payment = Payment.objects.select_related("booking").get(pk=refund.payment_id)
    payment = locked_payment(payment)
    found = Refund.objects.select_for_update().get(pk=refund.pk)
    found.payment = payment
    return found
