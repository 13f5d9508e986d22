from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.domain.permissions import scope
from accounts.models import User
from accounts.permissions import Permission
from events.models import Event, Pool


def events_seen_by(user: User) -> QuerySet[Event]:
    """The events of the teams that somebody may look into."""
    return scope(Event.objects.all(), user, Permission.SEE_EVENTS)


def events_edited_by(user: User) -> QuerySet[Event]:
    return scope(Event.objects.all(), user, Permission.EDIT_EVENTS)


@dataclass(frozen=True)
class PoolCount:
    capacity: int | None
    free: int | None
    """None where there is no limit."""


def places_left(event: Event) -> dict[UUID, PoolCount]:
    """Of each pool of an event. What people are shown of it is cached; only the claim is exact."""
    pools = Pool.objects.filter(event=event).annotate(
        free=Count("places", filter=Q(places__holder=None))
    )
    return {
        pool.pk: PoolCount(pool.capacity, None if pool.capacity is None else pool.free)
        for pool in pools
    }
