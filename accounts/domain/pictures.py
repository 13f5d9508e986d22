"""A person's picture: read as a picture and written anew, so that nothing else comes along."""

import logging
from base64 import b64encode
from datetime import datetime
from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import ImageOps

from accounts.audit.domain.records import record
from accounts.models import User
from ticketing.core import pictures
from ticketing.core.errors import InvalidInput
from ticketing.core.ids import new_id

logger = logging.getLogger(__name__)

LARGEST_FILE = 5 * 1024 * 1024
FORMATS = ("JPEG", "PNG", "WEBP")
SIDE = 256


class NoPicture(InvalidInput):
    code = "picture_invalid"
    message = _("This file is no JPEG, PNG or WebP picture of at most 5 MB.")


def square_picture(file: IO[bytes]) -> bytes:
    """A WebP of 256 by 256 pixels without any metadata. Raises NoPicture."""
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise NoPicture(field="picture")
    try:
        picture = pictures.read_picture(BytesIO(content), formats=FORMATS)
    except pictures.NoPicture:
        raise NoPicture(field="picture") from None
    out = BytesIO()
    ImageOps.fit(picture, (SIDE, SIDE)).save(out, "WEBP", quality=82)
    return out.getvalue()


def change_picture(user: User, file: IO[bytes] | None, *, now: datetime) -> None:
    """Put a new picture in the place of the present one, or none."""
    content = square_picture(file) if file else None
    before = user.picture.name
    # Written before the transaction: a file too many does no harm, one too few would.
    name = f"people/{new_id()}.webp"
    user.picture.name = default_storage.save(name, ContentFile(content)) if content else ""
    with transaction.atomic():
        user.save(update_fields=["picture"])
        record(action="people.picture_changed", by=user, on=user, now=now)
        if before:
            transaction.on_commit(lambda: default_storage.delete(before))


def picture_as_data(user: User) -> str:
    """An address that carries the picture itself: a person's own page asks nobody else for it.

    Empty if there is none, or where pictures are kept is away: the page goes on without.
    """
    if not user.picture:
        return ""
    try:
        with default_storage.open(str(user.picture.name)) as file:
            content = file.read()
    except Exception as error:  # noqa: BLE001 - a bucket's errors and a folder's have no common kind
        logger.warning("picture_unreadable", extra={"reason": type(error).__name__})
        return ""
    return f"data:image/webp;base64,{b64encode(content).decode()}"
