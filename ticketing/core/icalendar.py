"""How iCalendar (RFC 5545) is written: lines that end and fold as it says, texts that cannot add
lines of their own."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

LONGEST_LINE = 75  # octets, without the line's end (3.1)
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def calendar(made_by: str, event: Sequence[str]) -> bytes:
    """With one VEVENT of these lines, or with none."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{escaped(made_by)}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *(["BEGIN:VEVENT", *event, "END:VEVENT"] if event else []),
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in lines)


def in_utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(words: str) -> str:
    """As 3.3.11 says; nobody writes a line of their own into somebody's calendar."""
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
