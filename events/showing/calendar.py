"""An event for calendars: iCalendar (RFC 5545), one VEVENT, times in UTC.

Equal rows give equal bytes, so that a calendar which asks again sees no change where there is none.
"""

from collections.abc import Iterator

from django.conf import settings

from events.models import Event
from events.showing.event import ShownEvent
from ticketing.core.icalendar import calendar, escaped, in_utc


def calendar_of(shown: ShownEvent) -> bytes:
    return calendar(f"{settings.SITE_NAME}//Events", list(facts_of(shown)))


def facts_of(shown: ShownEvent) -> Iterator[str]:
    event = shown.event
    yield f"UID:{event.pk}@{settings.ALLOWED_HOSTS[0]}"
    yield f"DTSTAMP:{in_utc(event.changed_at)}"
    yield f"LAST-MODIFIED:{in_utc(event.changed_at)}"
    yield f"SEQUENCE:{sequence_of(event)}"
    yield f"STATUS:{status_of(shown)}"
    if event.starts_at and event.ends_at:
        yield f"DTSTART:{in_utc(event.starts_at)}"
        yield f"DTEND:{in_utc(event.ends_at)}"
    yield f"SUMMARY:{escaped(shown.title)}"
    yield f"DESCRIPTION:{escaped(chr(10).join(filter(None, [shown.summary, shown.url])))}"
    where = ", ".join(filter(None, [event.venue.name if event.venue else "", *shown.address]))
    yield f"LOCATION:{escaped(where or shown.place)}"
    if event.venue and event.venue.latitude is not None:
        yield f"GEO:{event.venue.latitude};{event.venue.longitude}"
    yield f"URL:{shown.url}"
    if shown.page.category:
        yield f"CATEGORIES:{escaped(shown.page.category)}"
    yield "TRANSP:OPAQUE"


def status_of(shown: ShownEvent) -> str:
    if shown.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if shown.event.awaits_new_date else "CONFIRMED"


def sequence_of(event: Event) -> int:
    """Grows with each change (3.8.7.4), without a counter that somebody must remember to raise."""
    return max(0, int((event.changed_at - event.created_at).total_seconds()))
