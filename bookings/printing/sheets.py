"""What stands on a printed ticket: all of it, so that equal facts are one file and others another."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

from django.utils import translation

from bookings import words
from events.models import Event
from events.showing.moments import When

# Raised when the same facts are to look different: then every file is made anew.
LOOK = 1
OUR_COLOUR = "#bf3815"


@dataclass(frozen=True)
class Sheet:
    language: str
    accent: str
    organizer: str
    title: str
    day: str
    hours: str
    zone: str
    doors: str
    where: str
    address: str
    kind: str
    name: str
    serial: str
    code: str
    logo: str = ""
    """With its bytes: what prints reaches nothing."""


def facts_of(event: Event, language: str) -> dict[str, str]:
    said = words.said(event, language)
    day, hours, zone = said.when, "", ""
    if event.starts_at is not None and not event.awaits_new_date:
        when = When(event.starts_at, event.ends_at, event.zone, language)
        day, hours, zone = when.day, when.hours, when.zone_name
    with translation.override(language):
        doors = words.doors_in_words(event, language)
    return {
        "language": language,
        "accent": event.accent or OUR_COLOUR,
        "logo": logo.address if (logo := getattr(event.organizer, "logo", None)) else "",
        "organizer": event.organizer.name,
        "title": said.title,
        "day": day,
        "hours": hours,
        "zone": zone,
        "doors": doors,
        "where": said.where,
        "address": said.address,
    }


def digest_of(sheets: Sequence[Sheet]) -> str:
    """The same for the same tickets, and for no others."""
    facts = [LOOK, *map(asdict, sheets)]
    return sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
