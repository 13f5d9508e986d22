"""What happens to files."""

from dataclasses import dataclass
from uuid import UUID

from ticketing.core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class FileUploaded(Event, name="media.file_uploaded", version=1):
    """Somebody says that a file was sent; nobody has looked into it yet."""

    file_id: UUID


@dataclass(frozen=True, kw_only=True)
class FileReady(Event, name="media.file_ready", version=1):
    """A file was looked into and found good; a picture has its sizes."""

    file_id: UUID
    event_id: UUID
    purpose: str


@dataclass(frozen=True, kw_only=True)
class FileRefused(Event, name="media.file_refused", version=1):
    """A file was not taken; `reason` says why."""

    file_id: UUID
    event_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class FileDeleted(Event, name="media.file_deleted", version=1):
    """A file is gone; what was stored of it goes with the last that shares its folder."""

    folder: UUID
