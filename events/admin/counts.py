"""How full events and pools are, beside their rows: for who organizes, exact and uncached."""

from typing import Any

from django.db.models import Count, Exists, Model, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from events.models import Event, Place, Pool


def with_places_taken[Row: Model](rows: QuerySet[Row]) -> QuerySet[Row]:
    """Pools or events with `places_taken` beside."""
    path = "pool" if rows.model is Pool else "pool__event"
    taken = Place.objects.filter(**{path: OuterRef("pk")}, holder__isnull=False).order_by()
    counted: Any = taken.values(path).annotate(count=Count("pk")).values("count")
    annotated: Any = rows.annotate(places_taken=Coalesce(Subquery(counted), 0))
    found: QuerySet[Row] = annotated
    return found


def with_capacity(events: QuerySet[Event]) -> QuerySet[Event]:
    """With `capacity` beside, and whether one of their pools has no limit."""
    pools = Pool.objects.filter(event=OuterRef("pk")).order_by()
    total: Any = pools.values("event").annotate(sum=Sum("capacity")).values("sum")
    return events.annotate(
        capacity=Coalesce(Subquery(total), 0),
        has_unlimited_pool=Exists(pools.filter(capacity=None)),
    )


def places_taken(event: Event) -> int:
    return Place.objects.filter(pool__event=event, holder__isnull=False).count()
