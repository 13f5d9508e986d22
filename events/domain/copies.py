"""Making an event again: a duplicate, or every date of a series."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.domain.permissions import require
from accounts.models import User
from accounts.permissions import Permission
from events.announcements import EventCreated
from events.domain.asking import note, open_to, tell_changed
from events.domain.codes import add_uses
from events.domain.events import insert, look_over
from events.domain.listings import refresh_listing
from events.domain.pools import add_places
from events.domain.seats import copy_seats
from events.enums import Visibility
from events.models import (
    Code,
    CodeTicketType,
    Event,
    MediaFile,
    Pool,
    Question,
    QuestionTicketType,
    Series,
    TicketType,
)
from ticketing.core.errors import Conflict, InvalidInput
from ticketing.core.ids import new_id
from ticketing.core.outbox import announce

MOST_DATES = 366
# Dates of a series are wall-clock times; an end given in UTC is brought to the same clock.
UNTIL_UTC = re.compile(r"(?i)(UNTIL=)(\d{8}T\d{6})Z")
# A life of its own: what happened to the model did not happen to the copy.
NOT_COPIED = frozenset({
    "id", "number", "slug", "status", "created_at", "changed_at", "published_at", "cancelled_at",
    "postponed_at", "postponed_from_at", "sales_paused_at", "notice", "access_digest",
    "visibility", "cover",
})  # fmt: skip


class RuleUnclear(InvalidInput):
    code = "rule_unclear"
    message = _("This rule of dates cannot be read. An example: FREQ=WEEKLY;BYDAY=FR;COUNT=10")


class NoDates(InvalidInput):
    code = "no_dates"
    message = _("This rule has no dates, or more than a year of days.")


class StartNeededForSeries(InvalidInput):
    code = "start_needed"
    message = _("Please give the event its first date; the others follow from it.")


class InSeriesAlready(Conflict):
    code = "in_series_already"
    message = _("This event is one date of a series already. Duplicate it for another date.")


@transaction.atomic
def duplicate_event(
    event: Event,
    *,
    starts_at: datetime | None = None,
    title: str = "",
    by: User,
    now: datetime,
) -> Event:
    """A new draft with the same texts, tickets, codes and questions, and nothing booked.

    With `starts_at` everything that has a time moves along; without, the copy has none yet. The
    copy of one date of a series is another date of it. An access code is not copied: a private
    event's copy is unlisted.
    """
    require(by, Permission.EDIT_EVENTS, event.organizer)
    copy = copy_event(event, starts_at=starts_at, title=title, now=now)
    refresh_listing(copy, now=now)
    note(
        "events.created", copy, event=copy, by=by, now=now,
        after={"title": copy.title, "like": str(event.pk)},
    )  # fmt: skip
    announce(EventCreated(event_id=copy.pk), about=copy, organizer=copy.organizer_id)
    return copy


@transaction.atomic
def create_series(
    event: Event, *, rrule: str, title: str = "", by: User, now: datetime
) -> tuple[Series, list[Event]]:
    """Repeat an event on every date of a rule (RFC 5545), at the same time of day where it is.

    The event becomes the first of the series; the others are drafts like it. Locks the event.
    Raises RuleUnclear, NoDates, StartNeededForSeries, InSeriesAlready, EventOver.
    """
    open_to(by, event)
    if event.series_id is not None:
        raise InSeriesAlready
    if event.starts_at is None:
        raise StartNeededForSeries(field="starts_at")
    dates = dates_of(rrule, event.starts_at, event.zone)
    series = Series(
        organizer=event.organizer, title=title or event.title, rrule=rrule, created_at=now
    )
    look_over(series)
    series.save(force_insert=True)
    event.series = series
    event.save(update_fields=["series"])
    others = (date for date in dates if date != event.starts_at)
    copies = [duplicate_event(event, starts_at=date, by=by, now=now) for date in others]
    after = {"title": series.title, "rrule": rrule, "dates": 1 + len(copies)}
    note("series.created", series, event=event, by=by, now=now, after=after)
    tell_changed(event, ["series"], now=now)
    return series, [event, *copies]


def dates_of(rrule: str, starts_at: datetime, zone: ZoneInfo) -> list[datetime]:
    """The moments of a rule that begins then, at the same time of day in the time zone."""
    first = starts_at.astimezone(zone).replace(tzinfo=None)

    def to_wall(match: re.Match[str]) -> str:
        until = datetime.strptime(match[2], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        return f"{match[1]}{until.astimezone(zone):%Y%m%dT%H%M%S}"

    try:
        rule = rrulestr(UNTIL_UTC.sub(to_wall, rrule.strip()), dtstart=first)
        dates = list(islice(rule, MOST_DATES + 1))
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError):
        raise RuleUnclear(field="rrule") from None
    if not 1 <= len(dates) <= MOST_DATES:
        raise NoDates(field="rrule")
    return [date.replace(tzinfo=zone).astimezone(UTC) for date in dates]


def copy_event(event: Event, *, starts_at: datetime | None, title: str, now: datetime) -> Event:
    shift = starts_at - event.starts_at if starts_at and event.starts_at else None
    facts = facts_of(event, without=NOT_COPIED)
    copy = Event(**facts, created_at=now, changed_at=now)
    copy.title = title or event.title
    is_private = event.visibility == Visibility.PRIVATE
    copy.visibility = Visibility.UNLISTED if is_private else event.visibility
    for name in ("starts_at", "ends_at", "doors_open_at"):
        setattr(copy, name, shifted(getattr(event, name), shift))
    if starts_at:
        copy.starts_at = starts_at
    insert(copy)
    for text in event.texts.all():
        save_copy(text, event=copy)
    for fee in event.fees.all():
        save_copy(fee, event=copy)
    copy_pictures(event, copy)
    ticket_types = copy_tickets(event, copy, shift)
    copy_codes(event, copy, ticket_types, shift)
    copy_questions(event, copy, ticket_types)
    return copy


def copy_pictures(event: Event, copy: Event) -> None:
    """What is stored of them is shared, and goes with the last. The lock keeps them from being
    deleted before the copy is there to be seen."""
    for file in MediaFile.objects.shown().filter(event=event).select_for_update(no_key=True):
        same = save_copy(file, event=copy)
        if event.cover_id == file.pk:
            copy.cover = same
            copy.save(update_fields=["cover"])


def copy_tickets(event: Event, copy: Event, shift: timedelta | None) -> dict[Any, TicketType]:
    pools: dict[Any, Pool] = {}
    copies: dict[Any, TicketType] = {}
    for pool in event.pools.all():
        pools[pool.pk] = save_copy(pool, event=copy)
        add_places(pools[pool.pk], after=0)
        copy_seats(pool, to=pools[pool.pk])
    for one in in_order(event.ticket_types.offered(), "shown_after_id"):
        copies[one.pk] = save_copy(
            one,
            event=copy,
            pool=pools[one.pool_id],
            shown_after=copies.get(one.shown_after_id),
            sale_starts_at=shifted(one.sale_starts_at, shift),
            sale_ends_at=shifted(one.sale_ends_at, shift),
        )
        for text in one.texts.all():
            save_copy(text, event=copy, ticket_type=copies[one.pk])
    return copies


def copy_codes(
    event: Event, copy: Event, ticket_types: dict[Any, TicketType], shift: timedelta | None
) -> None:
    for code in Code.objects.filter(event=event, withdrawn_at=None):
        same = save_copy(
            code,
            event=copy,
            valid_from_at=shifted(code.valid_from_at, shift),
            valid_until=shifted(code.valid_until, shift),
        )
        add_uses(same, count=code.uses or 0)
        for link in CodeTicketType.objects.filter(code=code, ticket_type__in=ticket_types):
            save_copy(link, event=copy, code=same, ticket_type=ticket_types[link.ticket_type_id])


def copy_questions(event: Event, copy: Event, ticket_types: dict[Any, TicketType]) -> None:
    copies: dict[Any, Question] = {}
    for question in in_order(event.questions.filter(withdrawn_at=None), "shown_if_id"):
        before = copies.get(question.shown_if_id)
        copies[question.pk] = same = save_copy(
            question,
            event=copy,
            shown_if=before,
            shown_if_answer=question.shown_if_answer if before else "",
        )
        for text in question.texts.all():
            save_copy(text, event=copy, question=same)
        links = QuestionTicketType.objects.filter(question=question, ticket_type__in=ticket_types)
        for link in links:
            same_type = ticket_types[link.ticket_type_id]
            save_copy(link, event=copy, question=same, ticket_type=same_type)


def save_copy[Row: Model](row: Row, **instead: Any) -> Row:
    facts = facts_of(row, without={"id"}) | instead
    if row._meta.pk.get_internal_type() == "UUIDField":
        facts["id"] = new_id()
    copy = type(row)(**facts)
    copy.save(force_insert=True)
    return copy


def facts_of(row: Model, *, without: Iterable[str]) -> dict[str, Any]:
    left_out = set(without)
    return {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if field.name not in left_out
    }


def in_order[Row: Model](rows: Iterable[Row], before: str) -> Iterator[Row]:
    """What another one points to comes first; who points to what is not there comes too."""
    waiting = {row.pk: row for row in rows}
    while waiting:
        ready = [pk for pk, row in waiting.items() if getattr(row, before) not in waiting]
        for pk in ready or list(waiting):  # a ring of conditions is copied without them
            yield waiting.pop(pk)


def shifted(moment: datetime | None, shift: timedelta | None) -> datetime | None:
    return moment + shift if moment and shift is not None else None
