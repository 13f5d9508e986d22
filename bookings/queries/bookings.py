"""Bookings as pages, files and the API show them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet

from bookings.models import Booking, BookingLine, Ticket


def in_full(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """With event, lines and tickets: three statements, however many."""
    return bookings.select_related("event").prefetch_related(
        Prefetch("lines", BookingLine.objects.order_by("position")),
        Prefetch("tickets", Ticket.objects.select_related("line").order_by("number")),
    )


def fetch_rest(booking: Booking) -> None:
    """Of one that was fetched with its event, all else that `in_full` fetches: nothing twice, and
    nothing put in order by the database."""
    lines = sorted(booking.lines.order_by(), key=lambda line: line.position)
    tickets = sorted(booking.tickets.order_by(), key=lambda ticket: ticket.number)
    by_id = {line.pk: line for line in lines}
    for ticket in tickets:
        ticket.line = by_id[ticket.line_id]
    in_hand(booking, lines, tickets)


def in_hand(booking: Booking, lines: Sequence[BookingLine], tickets: Sequence[Ticket]) -> None:
    """What is known of it, as if it were fetched: who shows it next need not ask for it."""
    fetched: dict[str, Any] = {}
    written: tuple[tuple[str, Any, Sequence[Any]], ...] = (
        ("lines", booking.lines.all(), lines),
        ("tickets", booking.tickets.all(), tickets),
    )
    for name, rows, known in written:
        rows._result_cache = list(known)  # noqa: SLF001 - as Django's own prefetch does
        fetched[name] = rows
    vars(booking)["_prefetched_objects_cache"] = fetched


def listed(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """With the keys of their events too, with which all their codes are signed."""
    return in_full(bookings).prefetch_related("event__ticket_keys")


def to_print(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """With all that stands on a ticket."""
    return in_full(bookings.select_related("event__venue", "event__organizer__logo"))
