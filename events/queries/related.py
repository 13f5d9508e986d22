"""What to show beside an event: its other dates, and what else its reader may like."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

from django.db.models import Exists, OuterRef, Q, QuerySet

from events.models import Companion, Event, Venue
from events.queries.cards import Card, cards

DATES = 12
OF_EACH = 4
BESIDE = 4
KM_OF_A_DEGREE = 111
NEAR_KM = 30


@dataclass(frozen=True)
class Like:
    """An event and what it has in common; the more, the earlier it stands."""

    card: Card
    is_booked_together: bool
    is_of_organizer: bool
    is_of_category: bool
    km: int | None
    """How far from one venue to the other, if that is near."""

    @property
    def rank(self) -> tuple[int, int]:
        """What people did says more than what we think is alike."""
        in_common = self.is_of_organizer + self.is_of_category + (self.km is not None)
        return -in_common - 2 * self.is_booked_together, -self.card.event.listing.popularity


@dataclass(frozen=True)
class Related:
    dates: list[Card] = field(default_factory=list)
    alike: list[Like] = field(default_factory=list)


def related_to(event: Event, *, language: str, now: datetime) -> Related:
    """In one statement: a few candidates for each reason, each found by an index of its own."""
    others = Event.objects.listed().not_over(now=now).exclude(pk=event.pk)
    reasons = [some(others.filter(organizer=event.organizer_id), OF_EACH)]
    companions = Companion.objects.filter(event=event).order_by("-people", "other")
    reasons.append(others.filter(pk__in=companions.values("other")[:OF_EACH]))
    if event.series_id:
        reasons.append(some(others.filter(series=event.series_id), DATES))
    if event.category_id:
        reasons.append(some(others.filter(category=event.category_id), OF_EACH))
    if event.venue is not None and event.venue.latitude is not None:
        reasons.append(some(others.filter(around(event.venue)), OF_EACH))
    wanted = Q()
    for reason in reasons:
        wanted |= Q(pk__in=reason)
    both = Exists(Companion.objects.filter(event=event, other=OuterRef("pk")))
    rows = Event.objects.filter(wanted).annotate(is_booked_together=both)
    found = cards(rows.order_by("starts_at", "pk"), language=language)
    in_series = [
        card for card in found if event.series_id and card.event.series_id == event.series_id
    ]
    alike = [like(card, event) for card in found if card not in in_series]
    return Related(in_series, sorted(alike, key=lambda one: one.rank)[:BESIDE])


def some(events: QuerySet[Event], count: int) -> QuerySet[Event]:
    return events.order_by("starts_at", "pk").values("pk")[:count]  # type: ignore[return-value] # a subquery


def around(venue: Venue) -> Q:
    """Within a square of some kilometres; exact distances are for what is in it."""
    latitude, longitude = float(venue.latitude or 0), float(venue.longitude or 0)
    high = NEAR_KM / KM_OF_A_DEGREE
    wide = high / max(0.1, cos(radians(latitude)))
    return Q(
        venue__latitude__range=(Decimal(latitude - high), Decimal(latitude + high)),
        venue__longitude__range=(Decimal(longitude - wide), Decimal(longitude + wide)),
    )


def like(card: Card, event: Event) -> Like:
    km = distance(event.venue, card.event.venue)
    return Like(
        card=card,
        is_booked_together=card.event.is_booked_together,  # type: ignore[attr-defined] # annotated
        is_of_organizer=card.event.organizer_id == event.organizer_id,
        is_of_category=event.category_id is not None
        and card.event.category_id == event.category_id,
        km=round(km) if km is not None and km <= NEAR_KM else None,
    )


def distance(one: Venue | None, other: Venue | None) -> float | None:
    """Kilometres as the crow flies."""
    if one is None or other is None or one.latitude is None or other.latitude is None:
        return None
    high, wide = radians(float(other.latitude)), radians(float(other.longitude or 0))
    high_, wide_ = radians(float(one.latitude)), radians(float(one.longitude or 0))
    half = sin((high - high_) / 2) ** 2 + cos(high) * cos(high_) * sin((wide - wide_) / 2) ** 2
    return 2 * 6371 * asin(sqrt(half))
