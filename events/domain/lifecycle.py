"""An event's way from draft to archive, and what is true beside it: postponed, sales paused.

Each move locks the event, is written into the audit record and announced. The database refuses
every other one.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.permissions import require
from accounts.models import User
from accounts.permissions import Permission
from events.announcements import (
    EventArchived,
    EventCancelled,
    EventFinished,
    EventPostponed,
    EventPublished,
    EventUnpublished,
    SalesPaused,
    SalesResumed,
)
from events.domain.asking import forget_event, lock, note, open_to
from events.domain.events import look_over, require_order
from events.enums import EVENT_MOVES, EventStatus
from events.models import Event, Pool
from ticketing.core import outbox
from ticketing.core.errors import Conflict
from ticketing.core.outbox import announce

FINISHED_AT_ONCE = 200


class NotThatWay(Conflict):
    code = "not_that_way"
    message = gettext_lazy("An event in this state cannot do that.")


class NotReady(Conflict):
    code = "not_ready"
    message = gettext_lazy("Something is missing before this event can be published.")


class DateNeeded(Conflict):
    code = "date_needed"
    message = gettext_lazy("Nobody knows yet when it will be. Give it a new date first.")


class NotOnSale(Conflict):
    code = "not_on_sale"
    message = gettext_lazy("Only an event that was published can do that.")


@dataclass(frozen=True)
class Missing:
    """What an event lacks before it can be published, and where that is filled in."""

    field: str
    words: str


def missing_for_publishing(event: Event, *, now: datetime) -> list[Missing]:
    """In the order in which an organizer fills it in; empty when it can be published."""
    types = list(event.ticket_types.offered().select_related("pool"))
    checks: list[tuple[bool, str, str]] = [
        (not event.title.strip(), "title", _("It has no title.")),
        (event.starts_at is None, "starts_at", _("Nobody can know when it begins.")),
        (event.ends_at is None, "ends_at", _("Nobody can know when it ends.")),
        (
            event.ends_at is not None and event.ends_at <= now,
            "ends_at",
            _("It is over already: please check the date."),
        ),
        (
            event.venue_id is None and not event.online_url,
            "venue",
            _("It needs a venue, or a link if it is online."),
        ),
        (not types, "ticket_types", _("It has no tickets yet; free ones are tickets too.")),
        (
            bool(types) and not any(has_places(one.pool) for one in types),
            "pools",
            _("No ticket has places: please give one of its pools a capacity."),
        ),
        (
            not event.organizer.is_active,
            "organizer",
            _("The organizer has not been approved yet; you will get a mail."),
        ),
    ]  # fmt: skip
    return [Missing(field, words) for is_missing, field, words in checks if is_missing]


def has_places(pool: Pool) -> bool:
    return pool.capacity is None or pool.capacity > 0


@transaction.atomic
def publish_event(event: Event, *, by: User, now: datetime) -> None:
    """Show it to the public. Raises NotReady with what is `missing`, NotThatWay."""
    require(by, Permission.EDIT_EVENTS, event.organizer)
    lock(event)
    require_move(event, EventStatus.PUBLISHED)
    if missing := missing_for_publishing(event, now=now):
        raise NotReady(missing=[asdict(one) for one in missing])
    event.published_at = event.published_at or now
    move(event, EventStatus.PUBLISHED, EventPublished, by=by, now=now)


@transaction.atomic
def unpublish_event(event: Event, *, by: User, now: datetime) -> None:
    """Take it off the site; bookings and tickets stand."""
    require(by, Permission.EDIT_EVENTS, event.organizer)
    lock(event)
    move(event, EventStatus.UNPUBLISHED, EventUnpublished, by=by, now=now)


@transaction.atomic
def cancel_event(event: Event, *, notice: str = "", by: User, now: datetime) -> None:
    """It will not be. Who booked is told, with the notice, and is refunded by what listens."""
    require(by, Permission.EDIT_EVENTS, event.organizer)
    lock(event)
    event.cancelled_at = now
    event.notice = notice or event.notice
    move(event, EventStatus.CANCELLED, EventCancelled, by=by, now=now)


@transaction.atomic
def archive_event(event: Event, *, by: User, now: datetime) -> None:
    """Put away what is over or cancelled."""
    require(by, Permission.EDIT_EVENTS, event.organizer)
    lock(event)
    move(event, EventStatus.ARCHIVED, EventArchived, by=by, now=now)


@transaction.atomic
def finish_events(*, now: datetime) -> int:
    """Close the events that are over, some at a time; returns how many. Run by a task."""
    over = (
        Event.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(status__in=[EventStatus.PUBLISHED, EventStatus.UNPUBLISHED], ends_at__lte=now)
        .order_by("ends_at")
    )
    events = [event for event in over[:FINISHED_AT_ONCE] if not event.awaits_new_date]
    for event in events:
        move(event, EventStatus.FINISHED, EventFinished, by=None, now=now)
    return len(events)


@transaction.atomic
def postpone(
    event: Event,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    notice: str = "",
    by: User,
    now: datetime,
) -> None:
    """It will be later: then, or nobody knows yet when; until somebody does nothing is sold.

    Raises NotOnSale, StartNeeded, EndsBeforeItStarts.
    """
    open_to(by, event)
    if event.status == EventStatus.DRAFT or event.starts_at is None:
        raise NotOnSale
    was_to_begin_at = event.starts_at
    event.postponed_at = now
    event.postponed_from_at = event.postponed_from_at or was_to_begin_at
    event.notice = notice or event.notice
    if starts_at is not None:
        event.doors_open_at = moved(event.doors_open_at, was_to_begin_at, starts_at)
        event.ends_at = ends_at or moved(event.ends_at, was_to_begin_at, starts_at)
        event.starts_at = starts_at
    else:
        event.postponed_from_at = was_to_begin_at
        event.sales_paused_at = event.sales_paused_at or now
    require_order(event)
    look_over(event, exclude={"number"})
    event.changed_at = now
    event.save()
    note(
        "events.postponed",
        event,
        event=event,
        by=by,
        now=now,
        before={"starts_at": was_to_begin_at},
        after={"starts_at": starts_at, "notice": notice},
    )
    announce(
        EventPostponed(event_id=event.pk, was_to_begin_at=was_to_begin_at, begins_at=starts_at),
        about=event,
        organizer=event.organizer_id,
    )
    forget_event(event)


def moved(moment: datetime | None, was: datetime, now_is: datetime) -> datetime | None:
    return moment + (now_is - was) if moment else None


@transaction.atomic
def pause_sales(event: Event, *, by: User, now: datetime) -> None:
    """Stop selling until told otherwise; what is held may still be paid. Again: no effect."""
    open_to(by, event)
    if event.status == EventStatus.DRAFT:
        raise NotOnSale
    if event.sales_paused_at is None:
        set_pause(event, now, SalesPaused, "events.sales_paused", by=by, now=now)


@transaction.atomic
def resume_sales(event: Event, *, by: User, now: datetime) -> None:
    """Sell again. Raises DateNeeded while nobody knows when the event will be."""
    open_to(by, event)
    if event.awaits_new_date:
        raise DateNeeded
    if event.sales_paused_at is not None:
        set_pause(event, None, SalesResumed, "events.sales_resumed", by=by, now=now)


def set_pause(
    event: Event,
    paused_at: datetime | None,
    announcement: Callable[..., outbox.Event],
    action: str,
    *,
    by: User,
    now: datetime,
) -> None:
    event.sales_paused_at = paused_at
    event.changed_at = now
    event.save(update_fields=["sales_paused_at", "changed_at"])
    note(action, event, event=event, by=by, now=now)
    announce(announcement(event_id=event.pk), about=event, organizer=event.organizer_id)
    forget_event(event)


def require_move(event: Event, status: EventStatus) -> None:
    if status not in EVENT_MOVES[EventStatus(event.status)]:
        raise NotThatWay(state=event.status)


def move(
    event: Event,
    status: EventStatus,
    announcement: Callable[..., outbox.Event],
    *,
    by: User | None,
    now: datetime,
) -> None:
    """The event is locked. Raises NotThatWay."""
    require_move(event, status)
    before, event.status = event.status, status
    event.changed_at = now
    event.save()
    after: dict[str, Any] = {"status": status, "notice": event.notice}
    note(
        f"events.{status}",
        event,
        event=event,
        by=by,
        now=now,
        before={"status": before},
        after=after,
    )
    announce(announcement(event_id=event.pk), about=event, organizer=event.organizer_id)
    forget_event(event)
