"""Where files are: a bucket, or a folder of this machine; the same contract for both, and one
suite of tests that holds them to it (tests/events/media/test_storage.py).

Names begin with who may read them: `uploads/` nobody, `private/` who has a short-lived link,
`public/` everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.http import content_disposition_header

UPLOAD_WITHIN = timedelta(minutes=5)
LINKS_LIVE = timedelta(minutes=10)
PLACES = ("uploads", "private", "public")
FOREVER = "public, max-age=31536000, immutable"


class NotStored(Exception):
    """There is no such file."""


class LongerThanAllowed(Exception):
    """The file is larger than whoever reads it takes."""


class StoreAway(Exception):
    """Where files are kept does not answer; it will again."""


@dataclass(frozen=True)
class Upload:
    """How to send a file: a form with these fields, and then the file as `file`."""

    url: str
    fields: Mapping[str, str]
    method: str = "POST"


class Store(Protocol):
    def upload(self, name: str, *, content_type: str, size: int) -> Upload:
        """A permission to put exactly this there within `UPLOAD_WITHIN`; asks nobody."""

    def put(self, name: str, content: IO[bytes] | bytes, *, content_type: str) -> None:
        """Raises StoreAway."""

    def fetch(self, name: str, into: IO[bytes], *, most: int) -> int:
        """Returns the size. Raises NotStored, LongerThanAllowed, StoreAway."""

    def link(self, name: str, *, filename: str, content_type: str) -> str:
        """An address that gives the file to be saved, for `LINKS_LIVE`; asks nobody."""

    def clear(self, folder: UUID, *, places: tuple[str, ...] = PLACES) -> None:
        """Take away what lies in the folder, if anything does. Raises StoreAway."""


def store() -> Store:
    if settings.MEDIA_BUCKET:
        from events.media.storage.bucket import Bucket  # noqa: PLC0415 - loads Amazon's library

        return Bucket()
    from events.media.storage.folder import Folder  # noqa: PLC0415 - the other one is not needed

    return Folder()


def public_address(name: str) -> str:
    """Where browsers find what lies in `public/`: below this site without a bucket."""
    return f"{settings.MEDIA_URL}{name}"


def attachment(filename: str) -> str:
    """A Content-Disposition that saves the file, whatever its name holds (RFC 6266)."""
    return content_disposition_header(as_attachment=True, filename=filename) or "attachment"
