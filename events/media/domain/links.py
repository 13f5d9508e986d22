"""Files that are not for everybody: one link for one person, for a few minutes."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.domain.permissions import require
from accounts.models import User
from accounts.permissions import Permission
from events.media.storage import LINKS_LIVE, store
from events.models import MediaFile
from ticketing.core.errors import Conflict


class NotReadyYet(Conflict):
    code = "not_ready_yet"
    message = _("This file was not looked into yet.")


@dataclass(frozen=True)
class Link:
    address: str
    expires_at: datetime


def link_for_team(file: MediaFile, *, by: User, now: datetime) -> Link:
    """The file as it was sent, to be saved. Raises NotThere, NotAllowed, NotReadyYet."""
    require(by, Permission.SEE_EVENTS, file.event.organizer)
    return short_link(file, now=now)


def short_link(file: MediaFile, *, now: datetime) -> Link:
    """Whoever asks for it has seen to it that the reader may."""
    if not file.is_ready:
        raise NotReadyYet
    address = store().link(file.original, filename=file.filename, content_type=file.content_type)
    return Link(address, now + LINKS_LIVE)
