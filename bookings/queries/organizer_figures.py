"""How all events of an organizer together sell and fill: each part by one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDay

from accounts.models import Organizer
from bookings.enums import TicketStatus
from bookings.models import Ticket
from bookings.queries.figures import DAYS, funnel_lately
from bookings.queries.within import CameIn, Funnel, Period, Sold, came_in_by, sold_by
from events.models import Event

MOST_EVENTS = 100


@dataclass(frozen=True)
class InCurrency:
    currency: str
    sold: int
    held: int
    complimentary: int
    revenue: int


@dataclass(frozen=True)
class OneEvent:
    slug: str
    title: str
    status: str
    starts_at: datetime | None
    currency: str
    sold: int
    held: int
    revenue: int


@dataclass(frozen=True)
class OrganizerFigures:
    as_of: datetime
    currencies: list[InCurrency]
    events: list[OneEvent]
    by_day: list[Sold]
    check_ins: list[CameIn]
    funnel: Funnel

    @property
    def sold(self) -> int:
        return sum(one.sold for one in self.currencies)

    @property
    def held(self) -> int:
        return sum(one.held for one in self.currencies)

    @property
    def came_in(self) -> int:
        return sum(one.count for one in self.check_ins)


VALID, HELD = Q(status=TicketStatus.VALID), Q(status=TicketStatus.RESERVED)
COUNTED: dict[str, Any] = {
    "sold": Count("pk", filter=VALID),
    "held": Count("pk", filter=HELD),
    "revenue": Sum("line__unit_price", filter=VALID, default=0),
}


def figures_of_organizer(organizer: Organizer, *, now: datetime) -> OrganizerFigures:
    """Money of different currencies is never added up. Days are UTC's: events have clocks of
    their own, an organizer has none."""
    of, lately = Q(organizer=organizer), Period(since=now - DAYS)
    return OrganizerFigures(
        as_of=now,
        currencies=currencies_of(organizer),
        events=events_of(organizer),
        by_day=sold_by(TruncDay, of, lately),
        check_ins=came_in_by(TruncDay, of, lately),
        funnel=funnel_lately([organizer.pk], now=now),
    )


def currencies_of(organizer: Organizer) -> list[InCurrency]:
    rows: Any = (
        Ticket.objects.filter(organizer=organizer)
        .order_by()
        .values(currency=F("booking__currency"))
        .annotate(**COUNTED, complimentary=Count("pk", filter=VALID & Q(booking__is_comp=True)))
        .order_by("currency")
    )
    return [InCurrency(**row) for row in rows]


def events_of(organizer: Organizer) -> list[OneEvent]:
    """The latest of them, each with what it has sold."""
    events = list(
        Event.objects.filter(organizer=organizer).order_by(
            F("starts_at").desc(nulls_first=True), "-pk"
        )[:MOST_EVENTS]
    )
    rows = (
        Ticket.objects.filter(event__in=[one.pk for one in events])
        .order_by()
        .values("event")
        .annotate(**COUNTED)
    )
    counted = {row.pop("event"): row for row in map(dict, rows)}
    nothing = dict.fromkeys(COUNTED, 0)
    return [
        OneEvent(
            slug=one.slug,
            title=one.title,
            status=one.status,
            starts_at=one.starts_at,
            currency=one.currency,
            **counted.get(one.pk, nothing),
        )
        for one in events
    ]
