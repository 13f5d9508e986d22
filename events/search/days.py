"""Days as the calendar says where an event is; its zone is a column."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import DateField, Expression, F, Func, Q, Value
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

# No zone is further from UTC. A day in UTC, widened by it, lets the index find what can fit.
FURTHEST = timedelta(hours=15)
# What lasts longer is on on each of its days; an evening that ends in the night is not.
AN_EVENING = timedelta(hours=14)
# Beyond it dates cannot be counted with.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 1)


class LocalDay(Func):
    template = "(%(expressions)s)::date"
    arg_joiner = " AT TIME ZONE "
    output_field = DateField()

    def __init__(self, moment: str, *, of: str) -> None:
        super().__init__(F(f"{of}{moment}"), F(f"{of}timezone"))


def begins_from(day: date, *, of: str = "") -> list[Q | Expression]:
    """On the day or later. `of` is the way to the event."""
    earliest = earliest_of(day)
    begins = LocalDay("starts_at", of=of)
    return [Q(**{f"{of}starts_at__gte": earliest}), GreaterThanOrEqual(begins, Value(day))]


def begins_until(day: date, *, of: str = "") -> list[Q | Expression]:
    """On the day or before."""
    latest = datetime.combine(min(day, LAST_DAY), time.max, UTC) + FURTHEST
    begins = LocalDay("starts_at", of=of)
    return [Q(**{f"{of}starts_at__lte": latest}), LessThanOrEqual(begins, Value(day))]


def is_on_from(day: date, *, of: str = "") -> list[Q | Expression]:
    """Begins on the day or later, or is still on then."""
    lasts = Q(**{f"{of}ends_at__gt": F(f"{of}starts_at") + AN_EVENING})
    still = Q(GreaterThanOrEqual(LocalDay("ends_at", of=of), Value(day)))
    later = Q(GreaterThanOrEqual(LocalDay("starts_at", of=of), Value(day)))
    return [later | (lasts & still)]


def earliest_of(day: date) -> datetime:
    return datetime.combine(max(day, FIRST_DAY), time.min, UTC) - FURTHEST
