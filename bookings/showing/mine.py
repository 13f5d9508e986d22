"""Somebody's bookings as lines of a list."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.enums import BookingStatus
from bookings.models import Booking
from events.queries.words import best
from events.showing.moments import When
from events.showing.places import place_in_words


@dataclass(frozen=True)
class Row:
    title: str
    address: str
    text: str
    status: str
    status_kind: str
    is_past: bool


def row_of(booking: Booking, *, language: str, now: datetime) -> Row:
    text = best(booking.said, language)  # type: ignore[attr-defined] # annotated
    status, kind = status_of(booking)
    return Row(
        title=text.get("title") or booking.event.title,
        address=reverse("booking", args=[booking.reference]),
        text=" · ".join(
            filter(None, [when(booking, language, now), place_in_words(booking.event)])
        ),
        status=status,
        status_kind=kind,
        is_past=bool(booking.is_past),  # type: ignore[attr-defined] # annotated
    )


def when(booking: Booking, language: str, now: datetime) -> str:
    event = booking.event
    if event.starts_at is None or event.awaits_new_date:
        return _("Date to be announced")
    return When(event.starts_at, event.ends_at, event.zone, language).short(now=now)


def status_of(booking: Booking) -> tuple[str, str]:
    if booking.event.cancelled_at is not None:
        return _("The event is cancelled"), "error"
    if booking.status == BookingStatus.CANCELLED:
        return _("Given up"), ""
    if booking.is_held:
        return _("Not finished yet"), "warning"
    count: int = booking.valid  # type: ignore[attr-defined] # annotated
    words = ngettext("%(count)d ticket", "%(count)d tickets", count) % {"count": count}
    return words, "success"
