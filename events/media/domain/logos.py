"""The sign of an organizer, as it stands on its tickets."""

from datetime import datetime
from io import BytesIO
from typing import IO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.permissions import require
from accounts.models import Organizer, User
from accounts.permissions import Permission
from events.enums import Refusal
from events.media.inspection import Refused, inspect, size_of, type_of
from events.media.kinds import FORMATS, MEGABYTE
from events.models import Logo
from ticketing.core.errors import InvalidInput
from ticketing.core.pictures import NoPicture, TooManyPixels, read_picture

MOST_BYTES = 5 * MEGABYTE
# At 300 dots to the inch about 4 by 1.5 centimetres.
LARGEST = (480, 180)


class LogoRefused(InvalidInput):
    code = "logo_refused"
    message = _("This is no picture that can be taken as a logo.")


class LogoTooLarge(InvalidInput):
    code = "file_too_large"
    message = _("A logo may have five megabytes at most.")


@transaction.atomic
def set_logo(organizer: Organizer, content: IO[bytes], *, by: User, now: datetime) -> Logo:
    """In place of the former. Its pixels are drawn anew and nothing else of the file is kept.

    Raises RoleMayNot, NoSuchOrganizer, LogoRefused, LogoTooLarge.
    """
    require(by, Permission.EDIT_ORGANIZER, organizer)
    if size_of(content) > MOST_BYTES:
        raise LogoTooLarge(field="file")
    facts = {"picture": drawn(content), "set_by": by, "set_at": now}
    logo, _is_new = Logo.objects.update_or_create(organizer=organizer, defaults=facts)
    record(
        action="organizers.logo_set",
        by=by,
        on=organizer,
        organizer=organizer.pk,
        after={"bytes": len(logo.picture)},
        now=now,
    )
    return logo


@transaction.atomic
def take_logo_away(organizer: Organizer, *, by: User, now: datetime) -> None:
    """Raises RoleMayNot, NoSuchOrganizer."""
    require(by, Permission.EDIT_ORGANIZER, organizer)
    gone, _of_what = Logo.objects.filter(organizer=organizer).delete()
    if gone:
        record(
            action="organizers.logo_taken_away",
            by=by,
            on=organizer,
            organizer=organizer.pk,
            now=now,
        )


def drawn(content: IO[bytes]) -> bytes:
    """Small, and on white as on paper."""
    try:
        encoding = looked_into(content)
        content.seek(0)
        picture = read_picture(content, formats=[encoding])
    except Refused as refused:
        raise LogoRefused(str(refused.why.label), field="file") from None
    except TooManyPixels:
        raise LogoRefused(str(Refusal.TOO_MANY_PIXELS.label), field="file") from None
    except NoPicture:
        raise LogoRefused(field="file") from None
    picture.thumbnail(LARGEST)
    out = BytesIO()
    # A JPEG is put into a PDF as it is; a PNG would be packed anew for each, 13 ms of a core.
    picture.save(out, "JPEG", quality=90, subsampling=0, optimize=True)
    return out.getvalue()


def looked_into(content: IO[bytes]) -> str:
    """Which picture it is, by its bytes. Raises Refused."""
    kind = type_of(content)
    if kind not in FORMATS:
        raise Refused(Refusal.TYPE_NOT_ALLOWED)
    inspect(content, kind)
    return FORMATS[kind]
