"""How an event sells and fills: counted when asked, each part by one statement."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDay, TruncHour

from bookings.enums import TicketStatus
from bookings.models import Ticket
from bookings.queries.within import (
    CameIn,
    Funnel,
    Period,
    Sold,
    came_in_by,
    funnel_of,
    sold_by,
)
from events.models import Event, Place, Pool, TicketType

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
    of, zone = Q(event=event), event.zone
    check_ins = came_in_by(TruncHour, of, Period(zone=zone))
    return Figures(
        as_of=now,
        currency=event.currency,
        types=types_of(event),
        pools=pools_of(event),
        by_day=sold_by(TruncDay, of, Period(since=now - DAYS, zone=zone)),
        by_hour=sold_by(TruncHour, of, Period(since=now - HOURS, zone=zone)),
        check_ins=check_ins,
        funnel=funnel_of(of, Period()),
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


def funnel_lately(organizers: Collection[UUID] | None, *, now: datetime) -> Funnel:
    """Of all events of these organizers (None: of everybody) within the last thirty days."""
    of = Q() if organizers is None else Q(organizer__in=organizers)
    return funnel_of(of, Period(since=now - LATELY))


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
