from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    Count,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    When,
)  # fmt: skip
from django.db.models.functions import Coalesce

from accounts.domain.permissions import scope
from accounts.models import Organizer, User
from accounts.permissions import Permission
from events.models import Event, Place, Pool, TicketType
from events.queries.holds import on_hold


def events_seen_by(user: User) -> QuerySet[Event]:
    """The events of the teams that somebody may look into."""
    return scope(Event.objects.all(), user, Permission.SEE_EVENTS)


def zone_of(organizer: Organizer) -> ZoneInfo:
    """An organizer has no clock of its own: that of most of its events."""
    zones = Event.objects.filter(organizer=organizer).order_by().values_list("timezone")
    most = zones.annotate(count=Count("*")).order_by("-count", "timezone").first()
    return ZoneInfo(most[0] if most else "UTC")


@dataclass(frozen=True)
class PoolCount:
    capacity: int | None
    free: int | None
    """None where there is no limit."""
    held: int = 0
    """Held and not sold, so that they may come back; counted where too few are free."""


def with_places(pools: QuerySet[Pool]) -> QuerySet[Pool]:
    """With `free` and `held` beside, each pool counted once."""
    free: Any = Place.objects.filter(pool=OuterRef("pk"), holder=None).order_by()
    count: Any = free.values("pool").annotate(count=Count("*")).values("count")
    types: Any = TicketType.objects.filter(pool=OuterRef("pk")).order_by()
    fewest: Any = types.values("pool").annotate(most=Max("min_per_order")).values("most")
    annotated: QuerySet[Pool] = pools.annotate(free=Coalesce(Subquery(count), 0)).annotate(
        held=Case(
            # While there are enough for everybody nobody asks who has the others.
            When(capacity__isnull=False, free__lt=Coalesce(Subquery(fewest), 1), then=on_hold()),
            default=0,
        )
    )
    return annotated


def places_left(event: Event) -> dict[UUID, PoolCount]:
    """Of each pool of an event. What people are shown of it is cached; only the claim is exact."""
    return {
        pool.pk: PoolCount(pool.capacity, None if pool.capacity is None else pool.free, pool.held)  # type: ignore[attr-defined] # annotated
        for pool in with_places(Pool.objects.filter(event=event))
    }
