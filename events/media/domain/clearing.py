"""Taking away what is stored and nobody needs. All of it may be done again."""

from datetime import datetime, timedelta
from uuid import UUID

from events.enums import MediaState, Refusal
from events.media.domain.processing import refuse
from events.media.storage import StoreAway, store
from events.models import MediaFile
from ticketing.core.outbox import Retry

# Nobody sends a file a day after they were allowed to; the permission was for minutes.
AWAITED_FOR = timedelta(days=1)
REFUSED_KEPT = timedelta(days=30)
# What could not be looked into in this time lets the worker die each time.
LOOKED_INTO_FOR = timedelta(days=3)
AT_ONCE = 500


def clear_folder(folder: UUID) -> None:
    """What is stored of a file that was deleted, unless a copy of its event shares it."""
    if not MediaFile.objects.filter(folder=folder).exists():
        clear(folder)


def clear_upload(file_id: UUID) -> None:
    """What was sent of a file that is decided: if it is taken, it was kept elsewhere."""
    decided = [MediaState.READY, MediaState.REFUSED]
    file = MediaFile.objects.filter(pk=file_id, state__in=decided).first()
    if file is None:
        return
    if file.state == MediaState.REFUSED:
        clear(file.folder)
    else:
        clear(file.folder, "uploads")


def clear(folder: UUID, *places: str) -> None:
    try:
        store().clear(folder, places=places) if places else store().clear(folder)
    except StoreAway as error:
        raise Retry(f"storage: {error}") from error


def sweep_files(*, now: datetime) -> int:
    """Each night: rows of files that never came or were refused long ago. Returns how many."""
    never_came = MediaFile.objects.filter(
        state=MediaState.AWAITING, requested_at__lt=now - AWAITED_FOR
    )
    long_ago = MediaFile.objects.filter(
        state=MediaState.REFUSED, requested_at__lt=now - REFUSED_KEPT
    )
    for stuck in MediaFile.objects.filter(
        state=MediaState.SCANNING, uploaded_at__lt=now - LOOKED_INTO_FOR
    ).select_related("event")[:AT_ONCE]:
        refuse(stuck, Refusal.BROKEN, now=now)
    gone = [*never_came[:AT_ONCE], *long_ago[:AT_ONCE]]
    for file in gone:
        file.delete()
    return len(gone)
