from datetime import datetime, timedelta

from events.media.announcements import FileDeleted, FileReady, FileRefused, FileUploaded
from events.media.domain import clearing, processing
from ticketing.core.outbox import subscribe

# A large picture with a slow scanner; then another worker may begin.
LEASE = timedelta(minutes=5)
# While the scanner is away a file asks again every few minutes, for weeks if need be.
MOST_RETRIES = 20_000


@subscribe(FileUploaded, queue="default", lease=LEASE, most_retries=MOST_RETRIES)
def look_into(event: FileUploaded, *, now: datetime) -> None:
    processing.look_into(event.file_id, now=now)


@subscribe(FileReady, FileRefused, queue="default", most_retries=MOST_RETRIES)
def clear_upload(event: FileReady | FileRefused, *, now: datetime) -> None:
    clearing.clear_upload(event.file_id)


@subscribe(FileDeleted, queue="default", most_retries=MOST_RETRIES)
def clear_folder(event: FileDeleted, *, now: datetime) -> None:
    clearing.clear_folder(event.folder)
