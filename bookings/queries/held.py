"""What pages of events are told of holds."""

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from bookings.models import Booking
from events.models import Place


def places_on_hold_of_pool() -> Any:
    """Fills `places_on_hold` of events. Goes by the few bookings that hold just now, and not by
    the many places that are taken."""
    holding = Booking.objects.holding().filter(event=OuterRef(OuterRef("event"))).values("pk")
    held: Any = Place.objects.filter(pool=OuterRef("pk"), holder__in=holding).order_by()
    counted = held.values("pool").annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(counted), 0)
