"""Payments as pages and the API show them."""

from django.db.models import QuerySet

from bookings.models import Booking
from payments.models import Payment


def of_booking(booking: Booking) -> QuerySet[Payment]:
    """The newest first."""
    return Payment.objects.filter(booking=booking).select_related("booking").order_by("-id")


def last_payment(booking: Booking) -> Payment | None:
    """The one that counts: what was paid, else the latest attempt."""
    found = list(of_booking(booking))
    return next((one for one in found if one.is_taken), found[0] if found else None)
