"""Payments as pages and the API show them."""

from django.db.models import QuerySet

from accounts.models import User
from bookings.models import Booking
from events.models import EventText
from events.queries.words import in_languages
from payments.models import Payment


def of_booking(booking: Booking) -> QuerySet[Payment]:
    """The newest first."""
    return Payment.objects.filter(booking=booking).select_related("booking").order_by("-id")


def with_refunds(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """Two statements, however many."""
    return payments.select_related("booking").prefetch_related("refunds")


def history_of(person: User, *, language: str) -> QuerySet[Payment]:
    """Over all that somebody booked, the newest first, with what the events are called."""
    said = in_languages(EventText, "event", "title", of="booking__event", language=language)
    mine = Payment.objects.filter(booking__user=person)
    return (
        mine.select_related("booking__event")
        .prefetch_related("refunds")
        .annotate(said=said)
        .order_by("-id")
    )


def last_payment(booking: Booking) -> Payment | None:
    """The one that counts: what was paid, else the latest attempt."""
    found = list(of_booking(booking))
    return next((one for one in found if one.is_taken), found[0] if found else None)
