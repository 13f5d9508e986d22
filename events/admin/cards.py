"""What organizers see first: what is coming up, how full it is, and what is looked at."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.admin.scoped import permissions_somewhere, person_of
from accounts.permissions import Permission
from events.admin.counts import with_capacity, with_places_taken
from events.admin.listing import state_of, when_in_words
from events.enums import OPEN_STATUSES, EventStatus
from events.models import Event
from events.queries import events_seen_by
from events.queries.counts import looked_at_by_day, most_looked_at, most_searched
from ticketing.core.dashboard import Card, Line, chart

SHOWN = 6
MOST_LOOKED_AT = 8
MOST_SEARCHED = 10


@dataclass(frozen=True)
class Coming:
    title: str
    when: str
    address: str
    state: str
    state_words: Any


def coming(request: HttpRequest) -> QuerySet[Event]:
    now = timezone.now()
    mine = events_seen_by(person_of(request)).filter(status__in=OPEN_STATUSES)
    return mine.filter(Q(ends_at__gt=now) | Q(ends_at=None, starts_at__gt=now)).order_by(
        "starts_at", "id"
    )


def coming_events(request: HttpRequest) -> Card | None:
    permissions = permissions_somewhere(request)
    if Permission.SEE_EVENTS not in permissions:
        return None
    rows = []
    for event in coming(request)[:SHOWN]:
        state, words = state_of(event)
        address = reverse("admin:events_event_change", args=[event.pk])
        when = when_in_words(event, with_zone=True)
        rows.append(Coming(event.title, when, address, state, words))
    may_add = Permission.EDIT_EVENTS in permissions
    facts = {
        "events": rows,
        "add_address": reverse("admin:events_event_add") if may_add else "",
    }
    return Card(_("Coming up"), "admin/cards/coming_events.html", facts)


def places_taken_card(request: HttpRequest) -> Card | None:
    if Permission.SEE_EVENTS not in permissions_somewhere(request):
        return None
    published = coming(request).filter(status=EventStatus.PUBLISHED)
    events: list[Any] = list(with_places_taken(with_capacity(published))[:SHOWN])
    limited = [event for event in events if event.capacity and not event.has_unlimited_pool]
    return chart(
        _("Places taken"),
        [
            f"{Truncator(event.title).chars(14)} · {event.places_taken}/{event.capacity}"
            for event in limited
        ],
        [
            Line(
                _("percent of the places"),
                [round(100 * event.places_taken / event.capacity) for event in limited],
            )
        ],
        kind="lying",
        up_to=100,
        empty=_("As soon as an event is published, this shows how full it is."),
    )


def views_card(request: HttpRequest) -> Card | None:
    if Permission.SEE_EVENTS not in permissions_somewhere(request):
        return None
    days = looked_at_by_day(person_of(request), now=timezone.now())
    is_empty = not any(day.views or day.to_tickets for day in days)
    return chart(
        _("Views in the last 30 days"),
        [] if is_empty else [short(day.day) for day in days],
        [
            Line(_("views"), [] if is_empty else [day.views for day in days]),
            Line(_("clicks to the tickets"), [] if is_empty else [day.to_tickets for day in days]),
        ],
        kind="line",
        empty=_("Nobody has looked at a published event yet. Visits are counted without cookies."),
    )


def short(day: date) -> str:
    locale = (get_language() or "en").replace("-", "_")
    return str(format_skeleton("MMMd", day, locale=locale))


def most_viewed_card(request: HttpRequest) -> Card | None:
    if Permission.SEE_EVENTS not in permissions_somewhere(request):
        return None
    found = most_looked_at(person_of(request), now=timezone.now(), most=MOST_LOOKED_AT)
    facts = {
        "events": [
            {"shown": one, "address": reverse("admin:events_event_change", args=[one.event])}
            for one in found
        ]
    }
    return Card(_("Most viewed in the last 30 days"), "admin/cards/most_viewed.html", facts)


def searches_card(request: HttpRequest) -> Card | None:
    """What people search for is of no team: the platform's staff alone sees it."""
    if not person_of(request).is_staff:
        return None
    now = timezone.now()
    facts = {
        "all": most_searched(now=now, most=MOST_SEARCHED),
        "in_vain": most_searched(is_found=False, now=now, most=MOST_SEARCHED),
    }
    return Card(
        _("Searched for in the last 30 days"), "admin/cards/searches.html", facts, width="full"
    )
