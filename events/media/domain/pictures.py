"""What an event shows of its files: the cover, the words and the focus of pictures; and taking
files away."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.domain.permissions import require
from accounts.models import User
from accounts.permissions import Permission
from events.domain.asking import apply, lock, note, open_to, tell_changed
from events.domain.events import look_over, only
from events.models import Event, MediaFile
from ticketing.core.errors import Conflict, InvalidInput

CHANGEABLE = {"alt", "focal_x", "focal_y", "position"}


class NoPictureYet(Conflict):
    code = "no_picture_yet"
    message = _("This file is not ready to be shown, or no picture.")


class FileOfAnother(InvalidInput):
    code = "file_of_another"
    message = _("This file belongs to another event.")


@transaction.atomic
def set_cover(event: Event, file: MediaFile | None, *, by: User, now: datetime) -> None:
    """Show this picture first, or none of its own. Locks the event.

    Raises NotThere, NotAllowed, EventOver, FileOfAnother, NoPictureYet.
    """
    open_to(by, event)
    if file is not None:
        if file.event_id != event.pk:
            raise FileOfAnother(field="cover")
        file.refresh_from_db()
        if not (file.is_ready and file.is_public):
            raise NoPictureYet(field="cover")
    before, after = apply(event, {"cover": file})
    if not after:
        return
    event.save(update_fields=["cover"])
    note("media.cover_set", event, event=event, by=by, now=now, **ids_of(before, after))
    tell_changed(event, ["cover"], now=now)


def ids_of(*sides: Mapping[str, Any]) -> dict[str, dict[str, str | None]]:
    names = ("before", "after")
    return {
        name: {key: str(row.pk) if row else None for key, row in side.items()}
        for name, side in zip(names, sides, strict=True)
    }


@transaction.atomic
def change_file(file: MediaFile, changes: Mapping[str, Any], *, by: User, now: datetime) -> None:
    """Say what is to be seen, what must stay in view, and where it comes. Locks the event.

    Raises NotThere, NotAllowed, EventOver, InvalidInput with the field.
    """
    event = file.event
    open_to(by, event)
    only(changes, CHANGEABLE)
    before, after = apply(file, changes)
    if not after:
        return
    look_over(file, exclude={"state", "variants"})
    file.save(update_fields=list(after))
    note("media.changed", file, event=event, by=by, now=now, before=before, after=after)
    tell_shown(event, file, now=now)


@transaction.atomic
def delete_file(file: MediaFile, *, by: User, now: datetime) -> None:
    """Take a file away; what is stored of it goes soon after. A cover leaves the event without.

    Also of events that are over. Locks the event. Raises NotThere, NotAllowed.
    """
    event = file.event
    require(by, Permission.EDIT_EVENTS, event.organizer)
    lock(event)
    named = {"filename": file.filename, "purpose": file.purpose}
    note("media.deleted", file, event=event, by=by, now=now, before=named)
    tell_shown(event, file, now=now)
    if event.cover_id == file.pk:
        event.cover = None
        event.save(update_fields=["cover"])
    file.delete()


def tell_shown(event: Event, file: MediaFile, *, now: datetime) -> None:
    if file.is_ready and file.is_public:
        shown_as = "cover" if event.cover_id == file.pk else "gallery"
        tell_changed(event, [shown_as], now=now)
