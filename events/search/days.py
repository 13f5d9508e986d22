"""Days as the calendar says where an event is; its zone is a column."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import DateField, Expression, F, Func, Q, Value
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

# No zone is further from UTC. A day in UTC, widened by it, lets the index find what can fit.
FURTHEST = timedelta(hours=15)


class LocalDay(Func):
    template = "(%(expressions)s)::date"
    arg_joiner = " AT TIME ZONE "
    output_field = DateField()

    def __init__(self, of: str) -> None:
        super().__init__(F(f"{of}starts_at"), F(f"{of}timezone"))


def on_or_after(day: date, *, of: str = "") -> list[Q | Expression]:
    earliest = datetime.combine(day, time.min, UTC) - FURTHEST
    return [Q(**{f"{of}starts_at__gte": earliest}), GreaterThanOrEqual(LocalDay(of), Value(day))]


def on_or_before(day: date, *, of: str = "") -> list[Q | Expression]:
    latest = datetime.combine(day, time.max, UTC) + FURTHEST
    return [Q(**{f"{of}starts_at__lte": latest}), LessThanOrEqual(LocalDay(of), Value(day))]
