"""A folder of this machine, for a run without a bucket. What a bucket's presigned addresses are
there, signed addresses of this site are here (events/media/views.py)."""

import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Self
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils._os import safe_join

from events.media.storage import (
    PLACES,
    LongerThanAllowed,
    NotStored,
    StoreAway,
    Upload,
)
from ticketing.core.ids import new_id


class NoPermission(Exception):
    """The address was not made by us, or its time is over."""


@dataclass(frozen=True)
class Permission:
    """What one of our addresses allows, for a while; it cannot be made or changed elsewhere."""

    name: str
    content_type: str

    @classmethod
    def read(cls, token: str, *, lives: timedelta) -> Self:
        try:
            return cls(**signing.loads(token, salt=cls.__name__, max_age=lives))
        except (signing.BadSignature, TypeError):
            raise NoPermission from None

    @property
    def token(self) -> str:
        return signing.dumps(asdict(self), salt=type(self).__name__)


@dataclass(frozen=True)
class ToPut(Permission):
    size: int


@dataclass(frozen=True)
class ToGet(Permission):
    filename: str


class Folder:
    def upload(self, name: str, *, content_type: str, size: int) -> Upload:
        token = ToPut(name, content_type, size).token
        address = settings.SITE_URL + reverse("files:upload", args=[token])
        return Upload(address, {"key": name, "Content-Type": content_type})

    def put(self, name: str, content: IO[bytes] | bytes, *, content_type: str) -> None:
        target = self.path(name)
        draft = target.with_name(f".{new_id()}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("xb") as file:
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    shutil.copyfileobj(content, file)
            draft.replace(target)  # nobody ever sees half of it
        except OSError as error:
            raise StoreAway(str(error)) from error
        finally:
            with suppress(OSError):
                draft.unlink()

    def fetch(self, name: str, into: IO[bytes], *, most: int) -> int:
        with self.open(name) as file:
            size = Path(file.name).stat().st_size
            if size > most:
                raise LongerThanAllowed
            shutil.copyfileobj(file, into)
        return size

    def open(self, name: str) -> Any:
        """Raises NotStored, StoreAway."""
        try:
            return self.path(name).open("rb")
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NotStored from None
        except OSError as error:
            raise StoreAway(str(error)) from error

    def link(self, name: str, *, filename: str, content_type: str) -> str:
        token = ToGet(name, content_type, filename).token
        return settings.SITE_URL + reverse("files:private", args=[token])

    def clear(self, folder: UUID, *, places: tuple[str, ...] = PLACES) -> None:
        for place in places:
            path = self.path(f"{place}/{folder}")
            try:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            except OSError as error:
                raise StoreAway(str(error)) from error

    def path(self, name: str) -> Path:
        return Path(safe_join(settings.MEDIA_ROOT, name))
