from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import F, Q, QuerySet

from events.models import Event


class Ordering(StrEnum):
    SOONEST = "starts_at"
    LATEST = "-starts_at"
    PRICE = "price"
    RELEVANCE = "relevance"
    POPULAR = "popular"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    q: str = ""
    category: str = ""
    city: str = ""
    country: str = ""
    organizer: str = ""
    starts_from: datetime | None = None
    starts_to: datetime | None = None
    price_max: int | None = None
    is_free: bool = False
    is_online: bool | None = None
    near: tuple[float, float] | None = None
    radius_km: float = 25
    ordering: Ordering | None = None


def find_events(wanted: Wanted, *, now: datetime, language: str) -> QuerySet[Event]:
    found = Event.objects.listed().not_over(now=now)
    if wanted.q:
        found = found.filter(Q(title__icontains=wanted.q) | Q(summary__icontains=wanted.q))
    if wanted.category:
        found = found.filter(category__slug=wanted.category)
    if wanted.city:
        found = found.filter(venue__city__iexact=wanted.city)
    if wanted.organizer:
        found = found.filter(organizer__slug=wanted.organizer)
    if wanted.starts_from:
        found = found.filter(starts_at__gte=wanted.starts_from)
    if wanted.starts_to:
        found = found.filter(starts_at__lt=wanted.starts_to)
    if wanted.is_free:
        found = found.filter(listing__price_from=0)
    if wanted.price_max is not None:
        found = found.filter(listing__price_from__lte=wanted.price_max)
    if wanted.is_online is not None:
        found = found.filter(~Q(online_url="") if wanted.is_online else Q(online_url=""))
    if wanted.near:
        (lat, lng), deg = wanted.near, wanted.radius_km / 111
        found = found.filter(
            venue__latitude__range=(lat - deg, lat + deg),
            venue__longitude__range=(lng - deg, lng + deg),
        )
    order = {
        Ordering.LATEST: ("-starts_at", "-pk"),
        Ordering.PRICE: (F("listing__price_from").asc(nulls_last=True), "starts_at", "pk"),
        Ordering.POPULAR: ("-listing__popularity", "starts_at", "pk"),
    }
    return found.order_by(*order.get(wanted.ordering, ("starts_at", "pk")))
