"""Sending files: announced first, then sent straight to where files are kept, then said to be
complete. What is sent that way passes no process of ours; what is looked into, processing.py says.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.domain.permissions import require, scope
from accounts.models import User
from accounts.permissions import Permission
from events.domain.asking import note, open_to
from events.enums import MediaPurpose, MediaState
from events.media.announcements import FileUploaded
from events.media.inspection import Refused, inspect, size_of, type_of
from events.media.kinds import ALLOWED, MEGABYTE, PICTURES
from events.media.storage import StoreAway, Upload, store
from events.models import Event, MediaFile
from ticketing.core.errors import Conflict, InvalidInput, NotThere
from ticketing.core.failpoints import failpoint
from ticketing.core.outbox import announce

MOST_FILES = 100
MOST_AT_ONCE = 20
LONGEST_NAME = 200


class NoSuchFile(NotThere):
    code = "not_found"
    message = _("This file is not here, or not yours to see.")


class TypeNotTaken(InvalidInput):
    code = "type_not_taken"
    message = _("Files of this kind are not taken here.")


class NameDoesNotFit(InvalidInput):
    code = "name_does_not_fit"
    message = _("The ending of the name does not go with the kind of file.")


class NameNeeded(InvalidInput):
    code = "name_needed"
    message = _("Please give the file a name.")


class FileTooLarge(InvalidInput):
    code = "file_too_large"
    message = _("The file is too large.")


class FileEmpty(InvalidInput):
    code = "file_empty"
    message = _("The file is empty.")


class NotTaken(InvalidInput):
    code = "file_not_taken"
    message = _("This file is not taken.")


class TooManyAtOnce(InvalidInput):
    code = "too_many_at_once"
    message = _("Please send between one and twenty files at a time.")


class TooManyFiles(Conflict):
    code = "too_many_files"
    message = _("An event has at most 100 files. Please delete some first.")


@dataclass(frozen=True)
class Wanted:
    """A file that somebody is about to send, in their own words."""

    filename: str
    content_type: str
    size: int
    purpose: MediaPurpose
    alt: str = ""


@dataclass(frozen=True)
class Expected:
    """A file that is awaited, and how to send it."""

    file: MediaFile
    upload: Upload


def file_seen_by(user: User, file_id: UUID, *, permission: Permission) -> MediaFile:
    """Raises NoSuchFile for what is not there or of another team, and for answers, which belong
    to the bookings they are of."""
    files = scope(MediaFile.objects.of_the_team(), user, permission)
    found = files.select_related("event__organizer").filter(pk=file_id).first()
    if found is None:
        raise NoSuchFile
    return found


def request_upload(event: Event, wanted: Wanted, *, by: User, now: datetime) -> Expected:
    """Expect a file for an event, and say how to send it within five minutes.

    Locks the event. Raises NotThere, NotAllowed, EventOver, InvalidInput with the field,
    TooManyFiles.
    """
    (expected,) = request_uploads(event, [wanted], by=by, now=now)
    return expected


def request_uploads(
    event: Event, wanted: Iterable[Wanted], *, by: User, now: datetime
) -> list[Expected]:
    """The same for several: all of them or none. A wrong one is named like `files.2.size`."""
    files = list(wanted)
    if not 1 <= len(files) <= MOST_AT_ONCE:
        raise TooManyAtOnce(field="files")
    with transaction.atomic():
        open_to(by, event)
        require_room(event, for_more=len(files))
        first = next_position(event)
        rows = [
            expect_file(
                event, one, by=by, now=now, position=first + number,
                at=f"files.{number}." if files[1:] else "",
            )
            for number, one in enumerate(files)
        ]  # fmt: skip
    return [Expected(row, permission_to_send(row)) for row in rows]


def next_position(event: Event) -> int:
    """After what is there already. The event is locked."""
    last: int | None = event.media.of_the_team().aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def expect_file(
    event: Event,
    wanted: Wanted,
    *,
    by: User | None,
    now: datetime,
    position: int = 0,
    at: str = "",
) -> MediaFile:
    """Who may has been asked already: for the team above, for answers by what takes bookings."""
    require_allowed(wanted, at=at)
    file = MediaFile(
        event=event,
        given_by=by,
        purpose=wanted.purpose,
        filename=clean_name(wanted.filename),
        content_type=wanted.content_type,
        size=wanted.size,
        alt=wanted.alt.strip()[:300],
        position=position,
        requested_at=now,
    )
    file.save(force_insert=True)
    return file


def permission_to_send(file: MediaFile) -> Upload:
    """Of exactly this size and kind, to a place that the server chose."""
    return store().upload(file.inbox, content_type=file.content_type, size=file.size)


def require_room(event: Event, *, for_more: int) -> None:
    """The event is locked."""
    there = event.media.of_the_team().exclude(state=MediaState.REFUSED).count()
    if there + for_more > MOST_FILES:
        raise TooManyFiles


def require_allowed(wanted: Wanted, *, at: str) -> None:
    allowed = ALLOWED[wanted.purpose]
    name = clean_name(wanted.filename)
    if not name:
        raise NameNeeded(field=f"{at}filename")
    endings = allowed.types.get(wanted.content_type)
    if endings is None:
        kinds = ", ".join(sorted({one[0].upper() for one in allowed.types.values()}))
        words = _("Files of this kind are not taken here. These are: %(kinds)s.")
        raise TypeNotTaken(words % {"kinds": kinds}, field=f"{at}content_type")
    if PurePosixPath(name).suffix.removeprefix(".").lower() not in endings:
        raise NameDoesNotFit(field=f"{at}filename")
    if wanted.size > allowed.largest:
        words = _("The file is too large: at most %(most)d MB are taken.")
        raise FileTooLarge(words % {"most": allowed.largest // MEGABYTE}, field=f"{at}size")
    if wanted.size < 1:
        raise FileEmpty(field=f"{at}size")


def clean_name(name: str) -> str:
    """For people to read: no folders, nothing invisible that turns the letters around."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip()
    return seen if len(seen) <= LONGEST_NAME else seen[-LONGEST_NAME:]


@transaction.atomic
def complete_upload(file: MediaFile, *, by: User, now: datetime) -> None:
    """Say that the file was sent; it is looked into before anybody sees it. Again: no effect.

    Raises NotThere, NotAllowed.
    """
    require(by, Permission.EDIT_EVENTS, file.event.organizer)
    mark_uploaded(file, by=by, now=now)


@transaction.atomic
def mark_uploaded(file: MediaFile, *, by: User | None, now: datetime) -> None:
    awaited = MediaFile.objects.filter(pk=file.pk, state=MediaState.AWAITING)
    is_first = awaited.update(state=MediaState.UPLOADED, uploaded_at=now) == 1
    failpoint("media.uploaded")
    file.refresh_from_db()
    if not is_first:
        return
    note("media.uploaded", file, event=file.event, by=by, now=now, after=facts_of(file))
    announce(FileUploaded(file_id=file.pk), about=file, organizer=file.organizer_id)


def take_file(
    event: Event, wanted: Wanted, content: IO[bytes] | bytes, *, by: User, now: datetime
) -> MediaFile:
    """A file that came through our own form or program: kept at once, looked into as any other.

    Raises what request_upload raises, and StoreAway.
    """
    file = request_upload(event, wanted, by=by, now=now).file
    store().put(file.inbox, content, content_type=file.content_type)
    complete_upload(file, by=by, now=now)
    return file


def wanted_from(
    filename: str, content: IO[bytes], *, purpose: MediaPurpose, alt: str = ""
) -> Wanted:
    """What somebody sends through a form of ours, as its bytes say: what is plainly not taken is
    told at once, where a worker would find it only later. Raises NotTaken, FileEmpty."""
    size = size_of(content)
    if not size:
        raise FileEmpty(field="file")
    try:
        kind = type_of(content)
        if kind in PICTURES:
            inspect(content, kind)
    except Refused as refused:
        raise NotTaken(refused.why.label, field="file") from None
    content.seek(0)
    return Wanted(filename, kind, size, purpose, alt)


def take_file_at_commit(
    event: Event,
    wanted: Wanted,
    content: IO[bytes],
    *,
    by: User,
    now: datetime,
    if_away: Callable[[MediaFile], None],
) -> MediaFile:
    """The same as part of a larger change: nothing is sent anywhere before that stands.

    Where files are kept may be away then; the file is gone again, and `if_away` is told.
    Raises what request_upload raises.
    """
    file = request_upload(event, wanted, by=by, now=now).file

    def keep() -> None:
        try:
            store().put(file.inbox, content, content_type=file.content_type)
        except StoreAway:
            file.delete()
            if_away(file)
        else:
            complete_upload(file, by=by, now=now)

    transaction.on_commit(keep)
    return file


def facts_of(file: MediaFile) -> dict[str, Any]:
    return {"purpose": file.purpose, "content_type": file.content_type, "size": file.size}
