"""Bookings as pages and the API show them."""

from django.db.models import Prefetch, QuerySet

from bookings.models import Booking, BookingLine, Ticket


def in_full(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """With event, lines and tickets: three statements, however many."""
    return bookings.select_related("event").prefetch_related(
        Prefetch("lines", BookingLine.objects.order_by("position")),
        Prefetch("tickets", Ticket.objects.order_by("number")),
    )
