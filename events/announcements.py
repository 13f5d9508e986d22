"""What events tells the rest of the product."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ticketing.core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class EventCreated(Event, name="events.event_created", version=1):
    """A draft was begun; the public does not see it."""

    event_id: UUID


@dataclass(frozen=True, kw_only=True)
class EventChanged(Event, name="events.event_changed", version=1):
    """Something that is shown of an event is different: its texts, its tickets, its places."""

    event_id: UUID
    changed: list[str]


@dataclass(frozen=True, kw_only=True)
class EventPublished(Event, name="events.event_published", version=1):
    """An event is on; for the first time, or again after it was taken off."""

    event_id: UUID


@dataclass(frozen=True, kw_only=True)
class EventUnpublished(Event, name="events.event_unpublished", version=1):
    """An event was taken off the site; what was booked stands."""

    event_id: UUID


@dataclass(frozen=True, kw_only=True)
class EventRescheduled(Event, name="events.event_rescheduled", version=1):
    """An event that people may have booked begins at another time than it did."""

    event_id: UUID
    was_to_begin_at: datetime
    begins_at: datetime


@dataclass(frozen=True, kw_only=True)
class EventPostponed(Event, name="events.event_postponed", version=1):
    """An event is not when it was to be; `begins_at` says when, or that nobody knows yet."""

    event_id: UUID
    was_to_begin_at: datetime
    begins_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SalesPaused(Event, name="events.sales_paused", version=1):
    """Nothing of an event is sold until its organizer says so."""

    event_id: UUID


@dataclass(frozen=True, kw_only=True)
class SalesResumed(Event, name="events.sales_resumed", version=1):
    """What was paused is sold again."""

    event_id: UUID


@dataclass(frozen=True, kw_only=True)
class EventCancelled(Event, name="events.event_cancelled", version=1):
    """An event will not be: who booked is to be told and gets the money back."""

    event_id: UUID


@dataclass(frozen=True, kw_only=True)
class EventFinished(Event, name="events.event_finished", version=1):
    """An event is over."""

    event_id: UUID


@dataclass(frozen=True, kw_only=True)
class EventArchived(Event, name="events.event_archived", version=1):
    """An event is put away: it shows in its organizer's archive alone."""

    event_id: UUID


@dataclass(frozen=True, kw_only=True)
class DraftDeleted(Event, name="events.draft_deleted", version=1):
    """A draft that was never published is gone."""

    event_id: UUID
