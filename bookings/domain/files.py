"""Tickets as files: made when they are first asked for, kept, and given by a short-lived link.

A file is found by the digest of all that stands in it, so that one of a former name, date or code
is never given again. Where files are kept may be away: then who asks gets the file itself.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bookings.announcements import FileWanted
from bookings.domain.codes import codes_of
from bookings.models import Booking, Ticket, TicketFile
from bookings.printing.press import print_tickets
from bookings.printing.sheets import Sheet, digest_of, facts_of
from bookings.queries.bookings import to_print
from bookings.words import language_of
from events.media.storage import StoreAway, store
from ticketing.core.errors import Conflict
from ticketing.core.failpoints import failpoint
from ticketing.core.outbox import Retry, announce, is_behind

PDF = "application/pdf"
# Longer than any link to it lives.
DISCARDED_FOR = timedelta(minutes=30)
KEPT = timedelta(days=60)
CLEARED_AT_ONCE = 500
# So many files take one worker some seconds.
A_RUSH = 100


class NothingToPrint(Conflict):
    code = "not_confirmed"
    message = _("There is no ticket that would open the door.")


@dataclass(frozen=True)
class Printed:
    """A file by its link, or the file itself where none is stored yet."""

    filename: str
    link: str = ""
    content: bytes = b""


def sheets_of(booking: Booking, tickets: Sequence[Ticket]) -> list[Sheet]:
    """One for each ticket that opens the door, in the language of the booking."""
    valid = [one for one in tickets if one.is_valid]
    for one in valid:
        one.event, one.booking = booking.event, booking
    codes = codes_of(valid)
    facts = facts_of(booking.event, language_of(booking))
    return [
        Sheet(
            **facts,
            kind=one.line.name,
            name=one.attendee_name,
            serial=one.serial,
            code=codes[one.pk],
        )
        for one in valid
    ]


def printed(booking: Booking, *, ticket: Ticket | None = None) -> Printed:
    """All tickets of the booking, or one of them. Who asks has been seen to be allowed to.

    Raises NothingToPrint.
    """
    found = to_print(Booking.objects.all()).get(pk=booking.pk)
    sheets = sheets_for(found, ticket.pk if ticket else None)
    filename = f"{sheets[0].serial if ticket else booking.reference}.pdf"
    kept = TicketFile.objects.filter(
        digest=digest_of(sheets), discarded_at=None, stored_at__isnull=False
    ).first()
    if kept is not None:
        return Printed(filename, link=store().link(kept.name, filename=filename, content_type=PDF))
    content = print_tickets(sheets)
    want_file(booking, ticket)
    return Printed(filename, content=content)


def sheets_for(booking: Booking, ticket: UUID | None) -> Sequence[Sheet]:
    tickets = [one for one in booking.tickets.all() if ticket is None or one.pk == ticket]
    sheets = sheets_of(booking, tickets) if booking.is_confirmed else []
    if not sheets:
        raise NothingToPrint
    return sheets


@transaction.atomic
def want_file(booking: Booking, ticket: Ticket | None) -> None:
    """Let a worker keep it, so that it need not be made again."""
    announce(
        FileWanted(booking_id=booking.pk, ticket_id=ticket.pk if ticket else None),
        about=booking,
        organizer=booking.organizer_id,
    )


def prepare_file(booking_id: UUID, *, now: datetime) -> None:
    """Before anybody asks. Not in a rush: a file takes longer than all else about a booking, mails
    would wait for it, and who asks for one that was not prepared gets it all the same."""
    if not is_behind("pdf", by=A_RUSH):
        keep_file(booking_id, now=now)


def keep_file(booking_id: UUID, *, ticket: UUID | None = None, now: datetime) -> None:
    """Make the file and store it, as the tickets are now. Again: no effect.

    No transaction is open while it is made and stored. Raises Retry while the store is away.
    """
    booking = to_print(Booking.objects.all()).filter(pk=booking_id).first()
    if booking is None:
        return
    try:
        sheets = sheets_for(booking, ticket)
    except NothingToPrint:
        return
    row = row_for(booking, digest_of(sheets))
    if row.stored_at is not None:
        return
    content = print_tickets(sheets)
    failpoint("bookings.printed")
    with answering():
        store().put(row.name, content, content_type=PDF)
    failpoint("bookings.file_stored")
    kept = TicketFile.objects.filter(pk=row.pk, discarded_at=None).update(stored_at=now)
    if not kept:
        # Discarded meanwhile, and perhaps cleared away before it was put there.
        with answering():
            store().clear(row.pk, places=("private",))


def row_for(booking: Booking, digest: str) -> TicketFile:
    row = TicketFile(
        booking=booking, event=booking.event, organizer_id=booking.organizer_id, digest=digest
    )
    TicketFile.objects.bulk_create([row], ignore_conflicts=True)
    return TicketFile.objects.get(digest=digest, discarded_at=None)


@contextmanager
def answering() -> Iterator[None]:
    try:
        yield
    except StoreAway as error:
        raise Retry(f"storage: {error}") from error


def discard_files(booking_id: UUID, *, now: datetime) -> int:
    """What was made of the booking is given no more: something of it is different."""
    files = TicketFile.objects.filter(booking=booking_id, discarded_at=None)
    return files.update(discarded_at=now)


def clear_files(*, now: datetime) -> int:
    """Take away what is old or discarded; returns how many. All of it may be done again."""
    old = TicketFile.objects.filter(discarded_at=None, created_at__lt=now - KEPT)
    old.update(discarded_at=now)
    gone = TicketFile.objects.filter(discarded_at__lt=now - DISCARDED_FOR)
    cleared = 0
    for row in gone.order_by("discarded_at")[:CLEARED_AT_ONCE]:
        try:
            store().clear(row.pk, places=("private",))
        except StoreAway:
            break
        row.delete()
        cleared += 1
    return cleared
