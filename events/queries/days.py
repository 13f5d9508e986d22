"""Events of certain days, by the clock of the place where each is."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import DateField, DateTimeField, F, Func, Q, QuerySet
from django.db.models.functions import Cast

from events.models import Event

# What lasts longer is on on each of its days; an evening that ends in the night is not.
AN_EVENING = timedelta(hours=14)
# No clock on earth is further from UTC.
FURTHEST_ZONE = timedelta(hours=14)
# Beyond it dates cannot be counted with.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 1)
HARDLY_LONGER = timedelta(days=30)


def on_days(events: QuerySet[Event], first: date | None, last: date | None) -> QuerySet[Event]:
    """Those that begin on one of the days, or are still on then."""
    events = events.alias(first_day=local_day("starts_at"), last_day=local_day("ends_at"))
    if first is not None:
        lasts = Q(ends_at__gt=F("starts_at") + AN_EVENING, last_day__gte=first)
        events = events.filter(Q(first_day__gte=first) | lasts)
    if last is not None:
        events = events.filter(first_day__lte=last)
    return events


def latest_of(day: date | None) -> datetime | None:
    """No event of the day begins later, wherever it is: what an index can narrow down by."""
    if day is None:
        return None
    return datetime.combine(min(day, LAST_DAY), time.max, tzinfo=UTC) + FURTHEST_ZONE


def earliest_of(day: date) -> datetime:
    """What began before is hardly on any more on the day."""
    return datetime.combine(max(day, FIRST_DAY), time.min, tzinfo=UTC) - HARDLY_LONGER


def local_day(moment: str) -> Cast:
    there = Func(F("timezone"), F(moment), function="timezone", output_field=DateTimeField())
    return Cast(there, DateField())
