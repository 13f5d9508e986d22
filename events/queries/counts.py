"""What was looked at and searched for lately: for who organizes, and for who runs the platform."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.domain.permissions import scope
from accounts.models import User
from accounts.permissions import Permission
from events.enums import Counted
from events.models import EventCount, SearchCount

DAYS = 30
VIEWS = Coalesce(Sum("count", filter=Q(kind=Counted.VIEW)), 0)
TO_TICKETS = Coalesce(Sum("count", filter=Q(kind=Counted.TICKETS)), 0)


@dataclass(frozen=True)
class DayLookedAt:
    day: date
    views: int = 0
    to_tickets: int = 0


@dataclass(frozen=True)
class EventLookedAt:
    event: UUID
    title: str
    views: int
    to_tickets: int

    @property
    def percent(self) -> int:
        """How many of a hundred who looked went on to the tickets. Who follows a link that leads
        to the tickets did not look first, so the numbers may say more than all."""
        return min(100, round(100 * self.to_tickets / self.views)) if self.views else 0


@dataclass(frozen=True)
class WordsSearched:
    words: str
    times: int


def last_days(now: datetime) -> list[date]:
    """Thirty days that end today; what is counted is counted by days in UTC."""
    today = now.astimezone(UTC).date()
    return [today - timedelta(days=ago) for ago in reversed(range(DAYS))]


def counts_seen_by(user: User, *, now: datetime) -> QuerySet[EventCount]:
    """Of the teams that somebody may look into, within the last days."""
    lately = EventCount.objects.filter(day__gte=last_days(now)[0], day__lte=last_days(now)[-1])
    return scope(lately, user, Permission.SEE_EVENTS)


def looked_at_by_day(user: User, *, now: datetime) -> list[DayLookedAt]:
    """Every one of the last days, those without a visit too."""
    rows: Any = counts_seen_by(user, now=now).order_by().values("day")
    found = {
        row["day"]: DayLookedAt(**row) for row in rows.annotate(views=VIEWS, to_tickets=TO_TICKETS)
    }
    return [found.get(day, DayLookedAt(day)) for day in last_days(now)]


def most_looked_at(user: User, *, now: datetime, most: int) -> list[EventLookedAt]:
    rows: Any = counts_seen_by(user, now=now).values("event", title=F("event__title"))
    found = rows.annotate(views=VIEWS, to_tickets=TO_TICKETS).order_by(
        "-views", "-to_tickets", "event"
    )
    return [EventLookedAt(**row) for row in found[:most]]


def most_searched(*, is_found: bool | None = None, now: datetime, most: int) -> list[WordsSearched]:
    """Of the whole platform, whichever team it concerns: for its staff alone. With `is_found`
    only searches that found something, or only those that found nothing."""
    rows: Any = SearchCount.objects.filter(day__gte=last_days(now)[0]).exclude(words="")
    if is_found is not None:
        rows = rows.filter(is_found=is_found)
    summed = rows.order_by().values("words").annotate(times=Sum("count"))
    return [WordsSearched(**row) for row in summed.order_by("-times", "words")[:most]]
