"""What was sold, who came in, and how far people got, within a time: each by one statement.

`of` says whose rows: those of an event, or of all events of an organizer.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncDay, TruncHour

from bookings.enums import EntryKind, EntryResult, TicketStatus
from bookings.models import Booking, DoorEntry, Ticket
from bookings.queries.office import standing
from events.enums import Counted
from events.models import EventCount
from ticketing.core.ids import first_id_of

type Step = type[TruncDay] | type[TruncHour]
MOST_LISTED = 100


@dataclass(frozen=True)
class Period:
    """From a moment on and before another, on somebody's clock; without one, without that end."""

    since: datetime | None = None
    until: datetime | None = None
    zone: tzinfo = UTC

    def has(self, moment: str) -> Q:
        """Rows whose moment lies in it."""
        begun = Q(**{f"{moment}__gte": self.since}) if self.since else Q()
        return begun & (Q(**{f"{moment}__lt": self.until}) if self.until else Q())

    def has_day(self, day: str) -> Q:
        """Rows of whole days: those that it names on its own clock."""
        begun = Q(**{f"{day}__gte": self.first_day}) if self.first_day else Q()
        return begun & (Q(**{f"{day}__lte": self.last_day}) if self.last_day else Q())

    @property
    def first_day(self) -> date | None:
        return self.since and self.since.astimezone(self.zone).date()

    @property
    def last_day(self) -> date | None:
        last = self.until and self.until - timedelta(microseconds=1)
        return last and last.astimezone(self.zone).date()


@dataclass(frozen=True)
class Sold:
    """What was confirmed within an hour or a day that began then."""

    at: datetime
    currency: str
    bookings: int
    tickets: int
    revenue: int


@dataclass(frozen=True)
class SoldOf:
    """Of one event, or of one type of tickets."""

    key: UUID
    name: str
    currency: str
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

    @property
    def is_empty(self) -> bool:
        return not (self.views or self.went_to_tickets or self.begun or self.confirmed)


SOLD: dict[str, Any] = {
    "bookings": Count("booking", distinct=True),
    "tickets": Count("pk"),
    "revenue": Sum("line__unit_price", default=0),
}


def valid_tickets(of: Q, period: Period) -> QuerySet[Ticket]:
    """What is valid still, by when it was confirmed."""
    valid = Q(status=TicketStatus.VALID)
    return Ticket.objects.filter(of, valid, period.has("booking__confirmed_at")).order_by()


def sold_by(step: Step, of: Q, period: Period) -> list[Sold]:
    rows: Any = (
        valid_tickets(of, period)
        .annotate(confirmed_at=F("booking__confirmed_at"))
        .values(
            at=step("confirmed_at", tzinfo=period.zone),
            currency=F("booking__currency"),
        )
        .annotate(**SOLD)
        .order_by("at", "currency")
    )
    return [Sold(**row) for row in rows]


def sold_by_event(of: Q, period: Period) -> list[SoldOf]:
    return sold_of_each("event_id", "event__title", of, period)


def sold_by_type(of: Q, period: Period) -> list[SoldOf]:
    return sold_of_each("ticket_type_id", "ticket_type__name", of, period)


def sold_of_each(key: str, name: str, of: Q, period: Period) -> list[SoldOf]:
    """What sold most comes first."""
    rows: Any = (
        valid_tickets(of, period)
        .values(key=F(key), name=F(name), currency=F("booking__currency"))
        .annotate(**SOLD)
        .order_by(F("tickets").desc(), "name", "key")[:MOST_LISTED]
    )
    return [SoldOf(**row) for row in rows]


def came_in_by(step: Step, of: Q, period: Period) -> list[CameIn]:
    """Each ticket once, when it first came in and was not taken back."""
    entries = standing(
        DoorEntry.objects.filter(
            of,
            period.has("occurred_at"),
            result=EntryResult.ADMITTED,
            kind=EntryKind.IN,
            ticket__isnull=False,
        )
    )
    firsts = entries.order_by().values("ticket").annotate(first=Min("pk")).values("first")
    rows = (
        DoorEntry.objects.filter(pk__in=firsts)
        .order_by()
        .values(at=step("occurred_at", tzinfo=period.zone))
        .annotate(count=Count("pk"))
        .order_by("at")
    )
    return [CameIn(**row) for row in rows]


def funnel_of(of: Q, period: Period) -> Funnel:
    """From looking to having: the first two are counted without persons, by a beacon and by the
    day. What was begun is found by its id, which an index leads to."""
    looked = EventCount.objects.filter(of, period.has_day("day")).order_by()
    counts = dict(looked.values_list("kind").annotate(sum=Sum("count")))
    recent = Q(pk__gte=first_id_of(period.since)) if period.since else Q()
    begun = Q(created_at__lt=period.until) if period.until else Q()
    bookings = Booking.objects.filter(of, recent, begun).aggregate(
        begun=Count("pk"), confirmed=Count("pk", filter=Q(confirmed_at__isnull=False))
    )
    return Funnel(
        views=counts.get(Counted.VIEW, 0),
        went_to_tickets=counts.get(Counted.TICKETS, 0),
        **bookings,
    )
