"""Looking into what was sent, before anybody sees it. Every step may be the last before the power
fails: the file then stands as it stood, and the whole is done again to the same end."""

import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import IO, Any
from uuid import UUID

from django.db import transaction

from events.domain.asking import lock, note, tell_changed
from events.enums import MediaPurpose, MediaState, Refusal
from events.media.announcements import FileReady, FileRefused
from events.media.inspection import Refused, inspect, type_of
from events.media.kinds import ALLOWED, FORMATS
from events.media.scanning import Infected, NotScannable, ScannerAway, configured_scanner
from events.media.storage import LongerThanAllowed, NotStored, StoreAway, store
from events.media.variants import Variant, colour_of, variants_of
from events.models import Event, MediaFile
from ticketing.core.failpoints import failpoint
from ticketing.core.outbox import Retry, announce
from ticketing.core.pictures import NoPicture, TooManyPixels, read_picture

# Files wait for the scanner as long as it takes somebody to notice that it is away.
ASK_SCANNER_AGAIN = timedelta(minutes=2)
IN_MEMORY = 4 * 1024 * 1024
LONGEST_SHAPE = 8
CHUNK = 256 * 1024
UNDECIDED = [MediaState.UPLOADED, MediaState.SCANNING, MediaState.QUARANTINED]


def look_into(file_id: UUID, *, now: datetime) -> None:
    """Decide whether a file that was sent is taken; make a picture's sizes. Idempotent.

    Its bytes are read once, and all that follows is of these: who sends something else
    afterwards changes nothing. Raises Retry while the scanner or the storage is away.
    """
    file = begin(file_id)
    if file is None:
        return
    failpoint("media.begun")
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as content:
        try:
            facts = examine(file, content)
            facts |= keep(file, facts, content)
        except Refused as refused:
            refuse(file, refused.why, now=now)
        except ScannerAway as error:
            change_state(file, MediaState.QUARANTINED)
            raise Retry(f"scanner: {error}", after=ASK_SCANNER_AGAIN) from error
        except StoreAway as error:
            raise Retry(f"storage: {error}") from error
        else:
            failpoint("media.kept")
            finish(file, facts, now=now)


def begin(file_id: UUID) -> MediaFile | None:
    """None: it is decided already, or gone."""
    waiting = MediaFile.objects.filter(pk=file_id, state__in=UNDECIDED)
    waiting.update(state=MediaState.SCANNING)
    return waiting.select_related("event__organizer").first()


def change_state(file: MediaFile, state: MediaState) -> None:
    MediaFile.objects.filter(pk=file.pk, state=MediaState.SCANNING).update(state=state)


def examine(file: MediaFile, content: IO[bytes]) -> dict[str, Any]:
    """From cheap to dear, and nothing is unpacked that was not scanned."""
    fetch(file, content)
    found = type_of(content)
    allowed = ALLOWED[MediaPurpose(file.purpose)]
    if found not in allowed.types:
        raise Refused(Refusal.TYPE_NOT_ALLOWED)
    if found != file.content_type:
        raise Refused(Refusal.WRONG_TYPE)
    scanner = scan(content)
    inspect(content, found)
    failpoint("media.examined")
    return {"digest": digest_of(content), "scanner": scanner}


def fetch(file: MediaFile, into: IO[bytes]) -> None:
    try:
        size = store().fetch(file.inbox, into, most=file.size)
    except NotStored:
        raise Refused(Refusal.MISSING) from None
    except LongerThanAllowed:
        raise Refused(Refusal.TOO_LARGE) from None
    if size != file.size:
        raise Refused(Refusal.WRONG_SIZE)


def scan(content: IO[bytes]) -> str:
    """Who scanned it; empty without a scanner, which is then known of the file."""
    scanner = configured_scanner()
    if scanner is None:
        return ""
    try:
        scanner.look_at(content)
        return scanner.version()[:100]
    except Infected:
        raise Refused(Refusal.INFECTED) from None
    except NotScannable:
        raise Refused(Refusal.NOT_SCANNABLE) from None


def digest_of(content: IO[bytes]) -> str:
    content.seek(0)
    digest = sha256()
    while chunk := content.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def keep(file: MediaFile, facts: dict[str, Any], content: IO[bytes]) -> dict[str, Any]:
    """Put what was looked into where it stays, and beside it the sizes of what is shown."""
    made: dict[str, Any] = {}
    if file.is_public:
        made = make_sizes(file, content)
    file.digest = facts["digest"]
    content.seek(0)
    store().put(file.original, content, content_type=file.content_type)
    return made


def make_sizes(file: MediaFile, content: IO[bytes]) -> dict[str, Any]:
    content.seek(0)
    try:
        picture = read_picture(content, formats=[FORMATS[file.content_type]])
    except TooManyPixels:
        raise Refused(Refusal.TOO_MANY_PIXELS) from None
    except NoPicture:
        raise Refused(Refusal.BROKEN) from None
    if max(picture.size) > LONGEST_SHAPE * min(picture.size):
        raise Refused(Refusal.ODD_SHAPE)
    variants = put_all(variants_of(picture, folder=file.folder))
    return {
        "width": picture.width,
        "height": picture.height,
        "colour": colour_of(picture),
        "variants": [one.as_facts() for one in variants],
    }


def put_all(variants: Iterable[tuple[Variant, bytes]]) -> list[Variant]:
    kept = []
    for variant, content in variants:
        store().put(variant.name, content, content_type=variant.type)
        kept.append(variant)
        failpoint("media.size_kept")
    return kept


def finish(file: MediaFile, facts: dict[str, Any], *, now: datetime) -> None:
    def settle(row: MediaFile) -> None:
        for name, value in facts.items():
            setattr(row, name, value)
        row.save(update_fields=["state", "settled_at", *facts])
        note("media.ready", row, event=row.event, by=None, now=now, after={"digest": row.digest})
        announce(
            FileReady(file_id=row.pk, event_id=row.event_id, purpose=row.purpose),
            about=row,
            organizer=row.organizer_id,
        )
        show(row, now=now)

    if not settled(file, MediaState.READY, settle, now=now):
        # Deleted while it was looked into, perhaps after its folder was cleared.
        store().clear(file.folder)
    failpoint("media.finished")


def show(file: MediaFile, *, now: datetime) -> None:
    """A cover is shown as soon as it can be; the event is locked."""
    event = file.event
    if file.purpose == MediaPurpose.COVER and event.is_open:
        event.cover = file
        event.save(update_fields=["cover"])
        tell_changed(event, ["cover"], now=now)
    elif file.purpose == MediaPurpose.GALLERY:
        tell_changed(event, ["gallery"], now=now)


def refuse(file: MediaFile, why: Refusal, *, now: datetime) -> None:
    def settle(row: MediaFile) -> None:
        row.refusal = why.value
        row.save(update_fields=["state", "settled_at", "refusal"])
        note("media.refused", row, event=row.event, by=None, now=now, after={"reason": why.value})
        announce(
            FileRefused(file_id=row.pk, event_id=row.event_id, reason=why.value),
            about=row,
            organizer=row.organizer_id,
        )

    settled(file, MediaState.REFUSED, settle, now=now)


@transaction.atomic
def settled(
    file: MediaFile, state: MediaState, settle: Callable[[MediaFile], None], *, now: datetime
) -> bool:
    """Lock event and file and decide, unless somebody has; False if the file is gone."""
    try:
        lock(file.event)
    except Event.DoesNotExist:
        return False
    row = MediaFile.objects.select_for_update().filter(pk=file.pk).first()
    if row is None:
        return False
    if row.state == MediaState.SCANNING:
        row.event = file.event
        row.state, row.settled_at = state, now
        settle(row)
    return True
