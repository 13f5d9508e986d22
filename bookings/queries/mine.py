"""What somebody has booked: upcoming first, the soonest of it on top; then what was."""

from datetime import datetime

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from accounts.models import User
from bookings.enums import BookingStatus, TicketStatus
from bookings.models import Booking
from events.models import EventText
from events.queries.words import in_languages


def bookings_of(person: User, *, language: str, now: datetime) -> QuerySet[Booking]:
    """Certain ones, given up ones, and those that are held this very moment; each with its event,
    what that is called in the language, and how many tickets are valid."""
    is_held = Q(status=BookingStatus.HELD, expires_at__gt=now)
    is_to_come = Q(event__ends_at__gt=now) | Q(event__starts_at=None)
    said = in_languages(EventText, "event", "title", of="event", language=language)
    return (
        Booking.objects.filter(is_held | Q(confirmed_at__isnull=False), user=person)
        .select_related("event__venue")
        .annotate(
            said=said,
            valid=Count("tickets", filter=~Q(tickets__status=TicketStatus.VOID)),
            is_past=Case(When(is_to_come, then=Value(0)), default=Value(1)),
            soonest=Case(When(is_to_come, then=F("event__starts_at"))),
        )
        .order_by("is_past", F("soonest").asc(nulls_last=True), F("event__starts_at").desc(), "-id")
    )
