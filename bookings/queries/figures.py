"""How an event sells and fills: counted when asked, each part by one statement."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import TruncDay, TruncHour

from bookings.enums import EntryKind, EntryResult, TicketStatus
from bookings.models import Booking, DoorEntry, Ticket
from bookings.queries.office import standing
from events.enums import Counted
from events.models import Event, EventCount, Place, Pool, TicketType
from ticketing.core.ids import first_id_of

DAY = timedelta(hours=24)
HOURS = timedelta(hours=48)
DAYS = timedelta(days=90)
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class TypeFigures:
    id: UUID
    name: str
    sold: int
    held: int
    complimentary: int
    revenue: int


@dataclass(frozen=True)
class PoolFigures:
    id: UUID
    name: str
    capacity: int | None
    taken: int

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else self.capacity - self.taken


@dataclass(frozen=True)
class Sold:
    """What was confirmed within an hour or a day that began then."""

    at: datetime
    bookings: int
    tickets: int
    revenue: int


@dataclass(frozen=True)
class CameIn:
    at: datetime
    count: int


@dataclass(frozen=True)
class Funnel:
    views: int
    went_to_tickets: int
    begun: int
    confirmed: int


@dataclass(frozen=True)
class Figures:
    as_of: datetime
    currency: str
    types: list[TypeFigures]
    pools: list[PoolFigures]
    by_day: list[Sold]
    by_hour: list[Sold]
    check_ins: list[CameIn]
    funnel: Funnel
    came_in: int = 0

    @property
    def sold(self) -> int:
        return sum(one.sold for one in self.types)

    @property
    def held(self) -> int:
        return sum(one.held for one in self.types)

    @property
    def revenue(self) -> int:
        return sum(one.revenue for one in self.types)


def figures_of(event: Event, *, now: datetime) -> Figures:
    check_ins = check_ins_of(event)
    return Figures(
        as_of=now,
        currency=event.currency,
        types=types_of(event),
        pools=pools_of(event),
        by_day=sales_of(event, TruncDay("confirmed_at", tzinfo=event.zone), since=now - DAYS),
        by_hour=sales_of(event, TruncHour("confirmed_at", tzinfo=event.zone), since=now - HOURS),
        check_ins=check_ins,
        funnel=funnel_of(event),
        came_in=sum(one.count for one in check_ins),
    )


def types_of(event: Event) -> list[TypeFigures]:
    valid, held = Q(status=TicketStatus.VALID), Q(status=TicketStatus.RESERVED)
    counted: dict[UUID, dict[str, Any]] = {
        row["ticket_type"]: dict(row)
        for row in Ticket.objects.filter(event=event)
        .order_by()
        .values("ticket_type")
        .annotate(
            sold=Count("pk", filter=valid),
            held=Count("pk", filter=held),
            complimentary=Count("pk", filter=valid & Q(booking__is_comp=True)),
            revenue=Sum("line__unit_price", filter=valid, default=0),
        )
    }
    nothing = {"sold": 0, "held": 0, "complimentary": 0, "revenue": 0}
    return [
        TypeFigures(
            id=one.pk,
            name=one.name,
            **{name: counted.get(one.pk, nothing)[name] for name in nothing},
        )
        for one in TicketType.objects.filter(event=event).order_by("position", "pk")
        if one.withdrawn_at is None or one.pk in counted
    ]


def pools_of(event: Event) -> list[PoolFigures]:
    """What has no limit has no places: there the valid and held tickets are counted."""
    taken = dict(
        Place.objects.filter(pool__event=event, holder__isnull=False)
        .order_by()
        .values_list("pool")
        .annotate(n=Count("pk"))
    )
    pools = list(Pool.objects.filter(event=event).order_by("position", "pk"))
    without = [one.pk for one in pools if one.capacity is None]
    rows = Ticket.objects.filter(event=event, ticket_type__pool__in=without)
    tickets = rows.exclude(status=TicketStatus.VOID).order_by()
    taken |= dict(tickets.values_list("ticket_type__pool").annotate(n=Count("pk")))
    return [PoolFigures(one.pk, one.name, one.capacity, taken.get(one.pk, 0)) for one in pools]


def sales_of(event: Event, step: TruncDay | TruncHour, *, since: datetime) -> list[Sold]:
    """What is valid still, by when it was confirmed."""
    rows = (
        Ticket.objects.filter(
            event=event, status=TicketStatus.VALID, booking__confirmed_at__gte=since
        )
        .order_by()
        .annotate(confirmed_at=F("booking__confirmed_at"))
        .values(at=step)
        .annotate(
            bookings=Count("booking", distinct=True),
            tickets=Count("pk"),
            revenue=Sum("line__unit_price", default=0),
        )
        .order_by("at")
    )
    return [Sold(**row) for row in rows]


def check_ins_of(event: Event) -> list[CameIn]:
    """Each ticket once, when it first came in and was not taken back."""
    entries = standing(
        DoorEntry.objects.filter(
            event=event, result=EntryResult.ADMITTED, kind=EntryKind.IN, ticket__isnull=False
        )
    )
    firsts = entries.order_by().values("ticket").annotate(first=Min("pk")).values("first")
    rows = (
        DoorEntry.objects.filter(pk__in=firsts)
        .order_by()
        .values(at=TruncHour("occurred_at", tzinfo=event.zone))
        .annotate(count=Count("pk"))
        .order_by("at")
    )
    return [CameIn(**row) for row in rows]


def funnel_of(event: Event) -> Funnel:
    """From looking to having: the first two are counted without persons, and by a beacon."""
    counts = dict(
        EventCount.objects.filter(event=event)
        .order_by()
        .values_list("kind")
        .annotate(sum=Sum("count"))
    )
    bookings = Booking.objects.filter(event=event).aggregate(
        begun=Count("pk"), confirmed=Count("pk", filter=Q(confirmed_at__isnull=False))
    )
    return Funnel(
        views=counts.get(Counted.VIEW, 0),
        went_to_tickets=counts.get(Counted.TICKETS, 0),
        **bookings,
    )


def funnel_lately(organizers: Collection[UUID] | None, *, now: datetime) -> Funnel:
    """Of all events of these organizers (None: of everybody) within the last thirty days."""
    since = now - LATELY
    counts, bookings = EventCount.objects.filter(day__gte=since.date()), Booking.objects.all()
    if organizers is not None:
        counts = counts.filter(organizer__in=organizers)
        bookings = bookings.filter(organizer__in=organizers)
    counted = dict(counts.order_by().values_list("kind").annotate(sum=Sum("count")))
    begun = bookings.filter(pk__gte=first_id_of(since)).aggregate(
        begun=Count("pk"), confirmed=Count("pk", filter=Q(confirmed_at__isnull=False))
    )
    return Funnel(
        views=counted.get(Counted.VIEW, 0),
        went_to_tickets=counted.get(Counted.TICKETS, 0),
        **begun,
    )


@dataclass(frozen=True)
class InShort:
    sold: int = 0
    held: int = 0
    today: int = 0
    """Confirmed within the last 24 hours."""


def in_short(events: Collection[UUID], *, now: datetime) -> dict[UUID, InShort]:
    """Of several events at once, each in the answer."""
    valid = Q(status=TicketStatus.VALID)
    rows = (
        Ticket.objects.filter(event__in=events)
        .order_by()
        .values("event")
        .annotate(
            sold=Count("pk", filter=valid),
            held=Count("pk", filter=Q(status=TicketStatus.RESERVED)),
            today=Count("pk", filter=valid & Q(booking__confirmed_at__gt=now - DAY)),
        )
    )
    counted = {row["event"]: InShort(row["sold"], row["held"], row["today"]) for row in rows}
    return {one: counted.get(one, InShort()) for one in events}
