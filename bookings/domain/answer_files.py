"""Files that answer a question: sent while booking, looked into like all others, and read by who
booked and by the team that may see who comes."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.domain.permissions import require
from accounts.models import User
from accounts.permissions import Permission
from bookings.enums import BookingStatus
from bookings.models import AnswerFile, Booking, Ticket
from events.enums import MediaPurpose
from events.media.domain.links import Link, short_link
from events.media.domain.uploads import expect_file, mark_uploaded, wanted_from
from events.media.storage import StoreAway, store
from events.models import MediaFile
from ticketing.core.errors import Conflict, TryLater

# Of one booking, those that others have taken the place of included.
MOST_FILES = 50
# Who comes back to what ran out, and books the same once more, does so within the day.
NEEDED_FOR = timedelta(days=1)
CLEARED_AT_ONCE = 500
NEVER_CERTAIN = [BookingStatus.EXPIRED, BookingStatus.CANCELLED]


class TooManyFiles(Conflict):
    code = "too_many_files"
    message = _("So many files cannot be sent with one booking.")


class FilesAway(TryLater):
    code = "unavailable"
    message = _("Files cannot be kept just now. Please try again in a moment.")


def take_answer(
    booking: Booking, filename: str, content: IO[bytes], *, by: User | None, now: datetime
) -> MediaFile:
    """Keep a file for a booking. It answers nothing before `change_booking` gets its id.

    Who asks has been seen to open the booking. Raises TooManyFiles, FilesAway, and InvalidInput
    for what is plainly not taken.
    """
    wanted = wanted_from(filename, content, purpose=MediaPurpose.ANSWER)
    with transaction.atomic():
        Booking.objects.select_for_update(no_key=True).get(pk=booking.pk)
        if AnswerFile.objects.filter(booking=booking).count() >= MOST_FILES:
            raise TooManyFiles
        file = expect_file(booking.event, wanted, by=by, now=now)
        AnswerFile.objects.create(file=file, event=booking.event, booking=booking)
    try:
        store().put(file.inbox, content, content_type=file.content_type)
    except StoreAway:
        file.delete()
        raise FilesAway from None
    mark_uploaded(file, by=by, now=now)
    return file


def forget_unused(booking: Booking) -> None:
    """What was sent and answers nothing any more, since another took its place."""
    files = list(AnswerFile.objects.filter(booking=booking).select_related("file"))
    if not files:
        return
    booking.refresh_from_db(fields=["answers"])
    used = {value for answers in all_answers(booking) for value in texts(answers)}
    for one in files:
        if str(one.pk) not in used:
            one.file.delete()


def all_answers(booking: Booking) -> list[dict[str, Any]]:
    return [booking.answers, *(one.answers for one in Ticket.objects.filter(booking=booking))]


def texts(answers: dict[str, Any]) -> Collection[str]:
    return [value for value in answers.values() if isinstance(value, str)]


def clear_answer_files(*, now: datetime) -> int:
    """Each hour: what was sent for bookings that never became certain. Returns how many."""
    gone = AnswerFile.objects.filter(
        booking__status__in=NEVER_CERTAIN,
        booking__confirmed_at=None,
        file__requested_at__lt=now - NEEDED_FOR,
    ).select_related("file")[:CLEARED_AT_ONCE]
    for one in gone:
        one.file.delete()
    return len(gone)


def link_to_answer(booking: Booking, file: UUID, *, by: User, now: datetime) -> Link | None:
    """For the team that may see who comes, for ten minutes; None for what is no file of it.

    Raises NotThere, NotAllowed, NotReadyYet.
    """
    require(by, Permission.SEE_BOOKINGS, booking.organizer)
    found = (
        AnswerFile.objects.filter(booking=booking).select_related("file").filter(pk=file).first()
    )
    return short_link(found.file, now=now) if found else None
