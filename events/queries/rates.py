"""Which rates count on a day."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from events.enums import RateSource
from events.models import Rate

# The bank publishes none on weekends and holidays; at Easter that makes four days. What people
# enter by hand they look after once a month.
LASTS = {RateSource.ECB: timedelta(days=7), RateSource.MANUAL: timedelta(days=31)}


def rates_on(day: date, currencies: Collection[str] | None = None) -> QuerySet[Rate]:
    """Of each currency (of all: None) the latest that is not too old; by hand before the bank's."""
    is_fresh = Q()
    for source, lasts in LASTS.items():
        is_fresh |= Q(source=source, day__gt=day - lasts)
    rates = Rate.objects.filter(is_fresh, day__lte=day)
    if currencies is not None:
        rates = rates.filter(currency__in=currencies)
    return rates.order_by("currency", "-day", "-source").distinct("currency")
