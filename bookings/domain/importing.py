"""Bookings that were made elsewhere, out of a file: looked over, then booked line by line.

What the file says is kept with a problem in words where it cannot be booked. Booking goes on in
batches that call each other through the outbox, so that a worker that dies goes on where it was.
Each line has a key of its own, and the database refuses to book one twice for an event.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit.domain.records import record
from accounts.domain.permissions import require
from accounts.models import User
from accounts.notifications.domain.messages import supported_language
from accounts.permissions import Permission
from bookings.announcements import ImportDue
from bookings.domain.import_files import ReadLine, read_lines
from bookings.domain.on_behalf import require_open_for_team, take_for, wish
from bookings.domain.wishes import Attendee, Buyer, WantedLine
from bookings.enums import ImportState, LineState
from bookings.models import Booking, BookingImport, ImportLine
from bookings.queries.office import office_sale
from bookings.queries.sales import Sale
from events.models import Event
from ticketing.core.errors import Conflict, DomainError
from ticketing.core.failpoints import failpoint
from ticketing.core.outbox import announce

BOOKED_AT_ONCE = 20
WRITTEN_AT_ONCE = 1_000


class NothingToImport(Conflict):
    code = "nothing_to_import"
    message = gettext_lazy("No line of this file can be booked.")


@transaction.atomic
def read_import(
    event: Event, content: bytes, *, filename: str, is_comp: bool = False, by: User, now: datetime
) -> BookingImport:
    """Look a file over: nothing is booked yet. Raises FileUnreadable and its kin, RoleMayNot,
    NoSuchOrganizer, EventIsCancelled, SaleOver."""
    require(by, Permission.EDIT_BOOKINGS, event.organizer)
    require_open_for_team(event, now=now)
    lines = read_lines(event, content)
    made = BookingImport(
        event=event, person=by, filename=filename[:200], is_comp=is_comp, created_at=now
    )
    made.save(force_insert=True)
    known = set(
        ImportLine.objects.filter(
            event=event, state=LineState.BOOKED, key__in=[one.key for one in lines]
        ).values_list("key", flat=True)
    )
    ImportLine.objects.bulk_create(
        [line_of(made, one, is_known=one.key in known) for one in lines],
        batch_size=WRITTEN_AT_ONCE,
    )
    note("bookings.import_read", made, by=by, now=now, after={"lines": len(lines)})
    return made


def line_of(made: BookingImport, line: ReadLine, *, is_known: bool) -> ImportLine:
    state = LineState.KNOWN if is_known else LineState.WAITING
    return ImportLine(
        of=made,
        event_id=made.event_id,
        organizer_id=made.organizer_id,
        number=line.number,
        key=line.key,
        state=LineState.WRONG if line.problem else state,
        said=line.said,
        problem=line.problem,
    )


@transaction.atomic
def begin_import(begun: BookingImport, *, by: User, now: datetime) -> None:
    """Book the lines that can be. Again: no effect. Locks the import.

    Raises NothingToImport, RoleMayNot, NoSuchOrganizer.
    """
    require(by, Permission.EDIT_BOOKINGS, begun.organizer)
    begun.refresh_from_db(from_queryset=BookingImport.objects.select_for_update(of=("self",)))
    if begun.state != ImportState.PREVIEW:
        return
    waiting = begun.lines.filter(state=LineState.WAITING).count()
    if not waiting:
        raise NothingToImport
    begun.state, begun.begun_at, begun.person = ImportState.RUNNING, now, by
    begun.save(update_fields=["state", "begun_at", "person"])
    call_batch(begun, after=0)
    note("bookings.import_begun", begun, by=by, now=now, after={"lines": waiting})


def call_batch(running: BookingImport, *, after: int) -> None:
    due = ImportDue(import_id=running.pk, after=after)
    announce(due, about=running, organizer=running.organizer_id)


@transaction.atomic
def book_batch(due: ImportDue, *, now: datetime) -> int:
    """Some lines, and the call for the next; returns how many were looked at.

    Whoever began it must still be allowed to: else the rest is refused. Locks the import.
    """
    rows = BookingImport.objects.select_for_update(of=("self",))
    running = rows.filter(pk=due.import_id).first()
    if running is None or running.state != ImportState.RUNNING:
        return 0
    waiting = running.lines.filter(state=LineState.WAITING, number__gt=due.after)
    lines = list(waiting.order_by("number")[:BOOKED_AT_ONCE])
    person = running.person
    with translation.override(supported_language(person.locale if person else "en")):
        book_lines(running, lines, now=now)
    failpoint("bookings.import_batch_booked")
    if len(lines) == BOOKED_AT_ONCE:
        call_batch(running, after=lines[-1].number)
    else:
        running.state, running.finished_at = ImportState.DONE, now
        running.save(update_fields=["state", "finished_at"])
        after = {"booked": running.lines.filter(state=LineState.BOOKED).count()}
        note("bookings.import_done", running, by=person, now=now, after=after)
    return len(lines)


def book_lines(running: BookingImport, lines: Sequence[ImportLine], *, now: datetime) -> None:
    person = running.person
    try:
        if person is None:
            raise NothingToImport(_("Whoever began this has no account any more."))
        require(person, Permission.EDIT_BOOKINGS, running.organizer)
        sale = office_sale(running.event, now=now)
        require_open_for_team(sale.event, now=now)
    except DomainError as error:
        for line in lines:
            refuse(line, str(error))
        return
    for line in lines:
        book_line(running, line, sale, by=person, now=now)


def book_line(
    running: BookingImport, line: ImportLine, sale: Sale, *, by: User, now: datetime
) -> None:
    """It is booked, or stands there with its problem and changed nothing."""
    try:
        with transaction.atomic():
            booking = booked(running, line.said, sale, by=by, now=now)
            line.state, line.booking, line.problem = LineState.BOOKED, booking, ""
            line.save(update_fields=["state", "booking", "problem"])
    except DomainError as error:
        refuse(line, str(error))
    except IntegrityError as error:
        if "bookings_importline_booked_once" not in str(error):
            raise
        line.state, line.booking = LineState.KNOWN, None
        line.save(update_fields=["state", "booking"])


def refuse(line: ImportLine, problem: str) -> None:
    line.state, line.booking, line.problem = LineState.REFUSED, None, problem
    line.save(update_fields=["state", "booking", "problem"])


def booked(
    running: BookingImport, said: Mapping[str, object], sale: Sale, *, by: User, now: datetime
) -> Booking:
    """For nothing: what it cost was paid where it was booked first."""
    names = [str(one) for one in list_in(said, "attendees")]
    line = WantedLine(
        ticket_type=UUID(str(said["ticket_type"])),
        quantity=int(str(said["quantity"])),
        attendees=[Attendee(name=one) for one in names],
    )
    buyer = Buyer(email=str(said["email"]), name=str(said["name"]), phone=str(said["phone"]))
    answers = said.get("answers")
    wanted = wish(
        sale,
        [line],
        buyer=buyer,
        answers=answers if isinstance(answers, dict) else {},
        language=str(said["language"]),
    )
    return take_for(
        sale,
        wanted,
        is_comp=running.is_comp,
        is_paid_elsewhere=True,
        remark=str(said["note"]),
        by=by,
        now=now,
    )


def list_in(said: Mapping[str, object], name: str) -> list[object]:
    found = said.get(name)
    return found if isinstance(found, list) else []


def note(
    action: str, row: BookingImport, *, by: User | None, now: datetime, after: Mapping[str, object]
) -> None:
    record(action=action, by=by, on=row, organizer=row.organizer_id, after=after, now=now)
