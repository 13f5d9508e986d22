"""What organizers see first: what is coming up, and how full it is."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.admin.scoped import permissions_somewhere, person_of
from accounts.permissions import Permission
from events.admin.counts import with_capacity, with_places_taken
from events.admin.listing import state_of, when_in_words
from events.enums import OPEN_STATUSES, EventStatus
from events.models import Event
from events.queries import events_seen_by
from ticketing.core.dashboard import Card, Line, chart

SHOWN = 6


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
