"""Finding what is on: what somebody wants, and the events that fit, in one total order."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, TextChoices, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from events.models import Event
from events.rules import HIGHEST_PRICE
from events.search.places import within
from ticketing.core.text import TextOrder

# Where no ticket is shown to everybody nobody knows the price: such events come last.
NO_PRICE = HIGHEST_PRICE * 1000


class Ordering(TextChoices):
    STARTS_AT = "starts_at"
    LATEST = "-starts_at"
    PRICE = "price"
    RELEVANCE = "relevance"
    POPULAR = "popular"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is left out does not matter."""

    q: str = ""
    category: str = ""
    """Its slug; so is the organizer's."""
    city: str = ""
    country: str = ""
    organizer: str = ""
    starts_from: datetime | None = None
    starts_to: datetime | None = None
    price_max: int | None = None
    """In the smallest unit of each event's own currency."""
    is_free: bool = False
    is_online: bool | None = None
    near: tuple[float, float] | None = None
    """Latitude and longitude."""
    radius_km: float = 25
    ordering: Ordering | None = None
    """By relevance where words are wanted, else by date."""

    @property
    def order(self) -> Ordering:
        if self.ordering is None:
            return Ordering.RELEVANCE if self.q else Ordering.STARTS_AT
        if self.ordering == Ordering.RELEVANCE and not self.q:
            return Ordering.STARTS_AT
        return self.ordering


def find_events(wanted: Wanted, *, now: datetime, language: str) -> QuerySet[Event]:
    """Listed events that are not over; the caller cuts them to a page."""
    events = Event.objects.listed().not_over(now=now).filter(*conditions(wanted))
    if wanted.q:
        events = events.filter(title__icontains=wanted.q)
    return in_order(events, wanted.order)


def conditions(wanted: Wanted) -> list[Q | Exact]:
    found: list[Q | Exact] = [
        Q(**{lookup: value})
        for lookup, value in {
            "category__slug": wanted.category,
            "venue__country": wanted.country.upper(),
            "organizer__slug": wanted.organizer,
            "starts_at__gte": wanted.starts_from,
            "starts_at__lt": wanted.starts_to,
            "listing__price_from": 0 if wanted.is_free else None,
            "listing__price_from__lte": wanted.price_max,
            "venue__isnull": wanted.is_online,
        }.items()
        if value not in {"", None}
    ]
    if wanted.city:
        found.append(Exact(TextOrder("venue__city"), TextOrder(Value(wanted.city))))
    if wanted.near:
        found += within(wanted.near, km=wanted.radius_km)
    return found


def in_order(events: QuerySet[Event], order: Ordering) -> QuerySet[Event]:
    match order:
        case Ordering.LATEST:
            return events.order_by("-starts_at", "-id")
        case Ordering.PRICE:
            return events.order_by(Coalesce("listing__price_from", NO_PRICE), "id")
        case Ordering.POPULAR:
            return events.order_by("-listing__popularity", "-id")
        case _:
            return events.order_by("starts_at", "id")
