"""An event for calendars: iCalendar (RFC 5545), one VEVENT, times in UTC.

Equal rows give equal bytes, so that a calendar which asks again sees no change where there is none.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings

from events.models import Event
from events.showing.event import ShownEvent

LONGEST_LINE = 75  # octets, without the line's end (3.1)
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def calendar_of(shown: ShownEvent) -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{text(settings.SITE_NAME)}//Events//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        *facts_of(shown),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in lines)


def facts_of(shown: ShownEvent) -> Iterator[str]:
    event = shown.event
    yield f"UID:{event.pk}@{settings.ALLOWED_HOSTS[0]}"
    yield f"DTSTAMP:{utc(event.changed_at)}"
    yield f"LAST-MODIFIED:{utc(event.changed_at)}"
    yield f"SEQUENCE:{sequence_of(event)}"
    yield f"STATUS:{status_of(shown)}"
    if event.starts_at and event.ends_at:
        yield f"DTSTART:{utc(event.starts_at)}"
        yield f"DTEND:{utc(event.ends_at)}"
    yield f"SUMMARY:{text(shown.title)}"
    yield f"DESCRIPTION:{text(chr(10).join(filter(None, [shown.summary, shown.url])))}"
    where = ", ".join(filter(None, [event.venue.name if event.venue else "", *shown.address]))
    yield f"LOCATION:{text(where or shown.place)}"
    if event.venue and event.venue.latitude is not None:
        yield f"GEO:{event.venue.latitude};{event.venue.longitude}"
    yield f"URL:{shown.url}"
    if shown.page.category:
        yield f"CATEGORIES:{text(shown.page.category)}"
    yield "TRANSP:OPAQUE"


def status_of(shown: ShownEvent) -> str:
    if shown.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if shown.event.awaits_new_date else "CONFIRMED"


def sequence_of(event: Event) -> int:
    """Grows with each change (3.8.7.4), without a counter that somebody must remember to raise."""
    return max(0, int((event.changed_at - event.created_at).total_seconds()))


def utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def text(words: str) -> str:
    """Escaped as 3.3.11 says; nobody writes a line of their own into somebody's calendar."""
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    words = CONTROL.sub(" ", words).replace("\\", "\\\\")
    return words.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> bytes:
    """Lines of at most 75 octets, none of which ends within a letter."""
    parts, part = [], b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > LONGEST_LINE:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"
