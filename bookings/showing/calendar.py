"""A booking for calendars: iCalendar (RFC 5545), one VEVENT, times in UTC.

The entry of a booking is the same whenever it is asked for, and takes the place of the former one
in the calendar when the event has changed.
"""

from collections.abc import Iterator

from django.conf import settings
from django.utils import translation

from bookings import words
from bookings.domain.links import booking_link
from bookings.models import Booking
from events.enums import EventStatus
from events.showing.calendar import sequence_of
from ticketing.core.icalendar import calendar, escaped, in_utc


def calendar_of(booking: Booking) -> bytes:
    """Empty of events where nobody knows when it will be."""
    language = words.language_of(booking)
    with translation.override(language):
        return calendar(settings.SITE_NAME, list(facts_of(booking, language)))


def facts_of(booking: Booking, language: str) -> Iterator[str]:
    event, said = booking.event, words.said(booking.event, language)
    if event.starts_at is None or event.ends_at is None:
        return
    link = booking_link(booking)
    valid = [one for one in booking.tickets.all() if one.is_valid]
    yield f"UID:{booking.pk}@{settings.ALLOWED_HOSTS[0]}"
    yield f"DTSTAMP:{in_utc(event.changed_at)}"
    yield f"SEQUENCE:{sequence_of(event)}"
    yield f"STATUS:{status_of(booking)}"
    yield f"DTSTART:{in_utc(event.starts_at)}"
    yield f"DTEND:{in_utc(event.ends_at)}"
    yield f"SUMMARY:{escaped(said.title)}"
    lines = [booking.reference, words.tickets_in_words(valid), link]
    yield f"DESCRIPTION:{escaped(chr(10).join(filter(None, lines)))}"
    yield f"LOCATION:{escaped(', '.join(filter(None, [said.where, said.address])))}"
    yield f"URL:{link}"
    yield "TRANSP:OPAQUE"


def status_of(booking: Booking) -> str:
    if booking.event.status == EventStatus.CANCELLED or not booking.is_confirmed:
        return "CANCELLED"
    return "TENTATIVE" if booking.event.awaits_new_date else "CONFIRMED"
