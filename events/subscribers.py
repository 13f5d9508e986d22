"""What events does when something happened, here or with the people."""

from datetime import datetime

from accounts.announcements import OrganizerChanged
from events import announcements as told
from events.domain.asking import forget_event
from events.models import Event
from ticketing.core.outbox import subscribe
from ticketing.core.pages import forget_pages

type Shown = (
    told.EventArchived
    | told.EventCancelled
    | told.EventChanged
    | told.EventFinished
    | told.EventPostponed
    | told.EventPublished
    | told.EventRescheduled
    | told.EventUnpublished
    | told.SalesPaused
    | told.SalesResumed
)


@subscribe(
    told.EventArchived,
    told.EventCancelled,
    told.EventChanged,
    told.EventFinished,
    told.EventPostponed,
    told.EventPublished,
    told.EventRescheduled,
    told.EventUnpublished,
    told.SalesPaused,
    told.SalesResumed,
)
def forget_pages_of_event(event: Shown, *, now: datetime) -> None:
    """Once more: who changed it has done so at commit, unless it died just then."""
    if shown := Event.objects.filter(pk=event.event_id).first():
        forget_event(shown)


@subscribe(OrganizerChanged)
def forget_pages_of_organizer(event: OrganizerChanged, *, now: datetime) -> None:
    forget_pages(f"organizer:{event.organizer_id}", "events")
