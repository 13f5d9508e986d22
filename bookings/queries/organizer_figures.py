"""How all events of an organizer together sell and fill: each part by one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import TruncDay

from accounts.models import Organizer
from bookings.enums import EntryKind, EntryResult, TicketStatus
from bookings.models import DoorEntry, Ticket
from bookings.queries.figures import DAYS, CameIn, Funnel, funnel_lately
from bookings.queries.office import standing
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
class SoldInCurrency:
    at: datetime
    currency: str
    bookings: int
    tickets: int
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
    by_day: list[SoldInCurrency]
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
    since = now - DAYS
    return OrganizerFigures(
        as_of=now,
        currencies=currencies_of(organizer),
        events=events_of(organizer),
        by_day=sales_by_day(organizer, since=since),
        check_ins=check_ins_by_day(organizer, since=since),
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


def sales_by_day(organizer: Organizer, *, since: datetime) -> list[SoldInCurrency]:
    """What is valid still, by when it was confirmed."""
    rows = (
        Ticket.objects.filter(VALID, organizer=organizer, booking__confirmed_at__gte=since)
        .order_by()
        .annotate(confirmed_at=F("booking__confirmed_at"))
        .values(at=TruncDay("confirmed_at"), currency=F("booking__currency"))
        .annotate(
            bookings=Count("booking", distinct=True),
            tickets=Count("pk"),
            revenue=Sum("line__unit_price", default=0),
        )
        .order_by("at", "currency")
    )
    return [SoldInCurrency(**row) for row in rows]


def check_ins_by_day(organizer: Organizer, *, since: datetime) -> list[CameIn]:
    """Each ticket once, when it first came in and was not taken back."""
    entries = standing(
        DoorEntry.objects.filter(
            organizer=organizer,
            occurred_at__gte=since,
            result=EntryResult.ADMITTED,
            kind=EntryKind.IN,
            ticket__isnull=False,
        )
    )
    firsts = entries.order_by().values("ticket").annotate(first=Min("pk")).values("first")
    rows = (
        DoorEntry.objects.filter(pk__in=firsts)
        .order_by()
        .values(at=TruncDay("occurred_at"))
        .annotate(count=Count("pk"))
        .order_by("at")
    )
    return [CameIn(**row) for row in rows]
