"""What every change to the catalogue has in common: who may, what is locked, what is written down."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.permissions import require
from accounts.models import User
from accounts.permissions import Permission
from events.announcements import EventChanged
from events.domain.listings import refresh_listing
from events.models import Event
from ticketing.core.errors import Conflict
from ticketing.core.outbox import announce
from ticketing.core.pages import forget_pages


class EventOver(Conflict):
    code = "event_over"
    message = _("This event is cancelled or over and does not change any more.")


def open_to(by: User, event: Event) -> None:
    """Lock the event and see that the person may change it and that it can be changed.

    The lock lets foreign keys through: nobody who books waits for who edits.
    Raises NotThere, NotAllowed, EventOver.
    """
    require(by, Permission.EDIT_EVENTS, event.organizer)
    lock(event)
    if not event.is_open:
        raise EventOver


def lock(event: Event) -> None:
    event.refresh_from_db(from_queryset=Event.objects.select_for_update(no_key=True))


def note(
    action: str,
    on: Model,
    *,
    event: Event,
    by: User | None,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write the act into the audit record of the event's organizer."""
    record(
        action=action,
        by=by,
        on=on,
        organizer=event.organizer_id,
        before=before,
        after=after,
        now=now,
    )


def tell_changed(event: Event, changed: Collection[str], *, now: datetime) -> None:
    """Let lists, pages and caches know that the event looks different."""
    event.changed_at = now
    event.save(update_fields=["changed_at"])
    refresh_listing(event, now=now)
    forget_event(event)
    announce(
        EventChanged(event_id=event.pk, changed=sorted(changed)),
        about=event,
        organizer=event.organizer_id,
    )


def forget_event(event: Event) -> None:
    """At commit, pages that show the event are made anew."""
    forget_pages(f"event:{event.pk}", f"organizer:{event.organizer_id}", "events")


def apply(row: Model, changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what is different; returns how it was and how it is, by field."""
    before, after = {}, {}
    for name, value in changes.items():
        if (old := getattr(row, name, None)) != value:
            before[name], after[name] = old, value
            setattr(row, name, value)
    return before, after
