"""Finding what is on: what somebody wants, and the events that fit, in one total order."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.search import SearchRank
from django.db.models import (
    BigIntegerField,
    Expression,
    F,
    IntegerField,
    Q,
    QuerySet,
    TextChoices,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Exact

from events.models import Event, SearchText
from events.models.listing import NO_PRICE
from events.search.days import begins_from, begins_until, is_on_from
from events.search.places import within
from events.search.words import Matches, Plain, question_of

# Among so many of the soonest that have the words, the best come first: nobody reads further, and
# a word that stands everywhere costs no more than others.
MOST_RANKED = 300
WITHOUT_PRICE = Value(NO_PRICE, output_field=BigIntegerField())
# Of description, names, summary, title.
WEIGHTS = [0.05, 0.2, 0.4, 1.0]


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
    """Before then."""
    days_from: date | None = None
    days_to: date | None = None
    """On that day or before, as the calendar says where the event is."""
    on_from: date | None = None
    """Begins on that day or later, or is still on then."""
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
        by_default = Ordering.RELEVANCE if self.q else Ordering.STARTS_AT
        if self.ordering is None or (self.ordering == Ordering.RELEVANCE and not self.q):
            return by_default
        return self.ordering


def find_events(wanted: Wanted, *, now: datetime, language: str) -> QuerySet[Event]:
    """Listed events that are not over; the caller cuts them to a page.

    Words are looked up at once, and which events have them where the best come first: asked
    together with all that a list shows, the database would think longer than it looks. Everything
    else happens when the events are read.
    """
    events = Event.objects.listed().not_over(now=now)
    if not wanted.q:
        return in_order(events.filter(*conditions(wanted)), wanted.order)
    question = question_of(wanted.q, language=language)
    if question is None:
        return in_order(events.none().annotate(score=Value(0)), wanted.order)
    if wanted.order != Ordering.RELEVANCE:
        matches = Matches(F("search_text__vector"), question)
        return in_order(events.filter(matches, *conditions(wanted)), wanted.order)
    soonest = SearchText.objects.filter(
        Matches(F("vector"), question), *conditions(wanted, of="event__"), ends_at__gt=now
    ).order_by("starts_at", "event_id")
    candidates = list(soonest.values_list("event_id", flat=True)[:MOST_RANKED])
    score = SearchRank(F("search_text__vector"), question, weights=WEIGHTS)
    ranked = events.filter(pk__in=candidates).annotate(
        # In whole numbers: what a page ended with must compare alike when the next begins.
        score=Cast(score * 1_000_000, IntegerField())
    )
    return in_order(ranked, Ordering.RELEVANCE)


def conditions(wanted: Wanted, *, of: str = "") -> list[Q | Expression]:
    """`of` is the way to the event from what is filtered."""
    lookups = {
        "category__slug": wanted.category,
        "venue__country": wanted.country.upper(),
        "organizer__slug": wanted.organizer,
        "starts_at__gte": wanted.starts_from,
        "starts_at__lt": wanted.starts_to,
        "listing__price_from": 0 if wanted.is_free else None,
        "listing__price_from__lte": wanted.price_max,
        "venue__isnull": wanted.is_online,
    }
    found: list[Q | Expression] = [
        Q(**{of + lookup: value}) for lookup, value in lookups.items() if value not in {"", None}
    ]
    if wanted.days_from:
        found += begins_from(wanted.days_from, of=of)
    if wanted.days_to:
        found += begins_until(wanted.days_to, of=of)
    if wanted.on_from:
        found += is_on_from(wanted.on_from, of=of)
    if wanted.city:
        found.append(Exact(Plain(f"{of}venue__city"), Plain(Value(wanted.city))))
    if wanted.near:
        # What is found by words knows its venue as an event does.
        found += within(wanted.near, km=wanted.radius_km)
    return found


def in_order(events: QuerySet[Event], order: Ordering) -> QuerySet[Event]:
    if order in {Ordering.PRICE, Ordering.POPULAR}:
        # Each event has one; said here, so that the index of listings may lead to the events.
        events = events.filter(listing__isnull=False)
    if order == Ordering.PRICE:
        events = events.annotate(cheapest=Coalesce("listing__price_from", WITHOUT_PRICE))
    return events.order_by(*ORDERS[order])


# The last one is unique, so that no two events could change places between two pages.
ORDERS = {
    Ordering.STARTS_AT: ("starts_at", "id"),
    Ordering.LATEST: ("-starts_at", "-id"),
    Ordering.PRICE: ("cheapest", "id"),
    Ordering.POPULAR: ("-listing__popularity", "-id"),
    Ordering.RELEVANCE: ("-score", "starts_at", "id"),
}
