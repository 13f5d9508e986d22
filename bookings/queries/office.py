"""What a team looks at: what it sells from, whom it looks for, and all there is of one booking."""

import re
import time
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.audit.models import Entry
from accounts.notifications.models import Message
from bookings.enums import EntryKind, EntryResult
from bookings.models import Booking, DoorEntry, Ticket
from bookings.queries.sales import Sale
from bookings.rules import REFERENCE, same_mailbox, spelled_reference
from events.models import Event, Question, TicketType
from events.queries.terms import terms_of, with_terms


def office_sale(event: Event, *, now: datetime) -> Sale:
    """As the public's, of any event, and of this very moment."""
    asked = Question.objects.filter(event=OuterRef("pk"), withdrawn_at=None)
    rows = with_terms(Event.objects.select_related("organizer", "venue"))
    found = rows.annotate(has_questions=Exists(asked)).get(pk=event.pk)
    types = list(TicketType.objects.filter(event=found).select_related("pool"))
    for one in types:
        one.event = found
    return Sale(
        event=found,
        ticket_types={one.pk: one for one in types},
        terms=terms_of(found, now=now),
        has_questions=found.has_questions,
        as_of=now,
        read_at=time.monotonic(),
    )


# --- Finding what somebody asks about -----------------------------------------------------------


def bookings_matching(
    rows: QuerySet[Booking], words: str, *, scanned: UUID | None = None
) -> QuerySet[Booking]:
    """By reference, serial, address, discount code, or a part of a name; also that of who comes
    along. `scanned` is the ticket that a whole code names."""
    said = words.strip()
    if scanned is not None:
        return rows.filter(tickets=scanned)
    if (serial := serial_in(said)) and rows.filter(reference=serial[0]).exists():
        return rows.filter(reference=serial[0])
    if "@" in said:
        theirs = Ticket.objects.filter(booking=OuterRef("pk"), attendee_email__iexact=said)
        return rows.filter(Q(mailbox=same_mailbox(said)) | Exists(theirs))
    named = Ticket.objects.filter(booking=OuterRef("pk"), attendee_name__icontains=said)
    code = Q(code__code=said.upper())
    starts = Q(buyer_email__istartswith=said)
    return rows.filter(Q(buyer_name__icontains=said) | starts | code | Exists(named))


def tickets_matching(
    rows: QuerySet[Ticket], words: str, *, scanned: UUID | None = None
) -> QuerySet[Ticket]:
    """The same, of tickets: a serial finds that ticket alone."""
    said = words.strip()
    if scanned is not None:
        return rows.filter(pk=scanned)
    if serial := serial_in(said):
        found = rows.filter(booking__reference=serial[0])
        if found.exists():
            return found.filter(number=serial[1]) if serial[1] else found
    if "@" in said:
        theirs = Q(attendee_email__iexact=said) | Q(booking__mailbox=same_mailbox(said))
        return rows.filter(theirs)
    named = Q(attendee_name__icontains=said) | Q(booking__buyer_name__icontains=said)
    return rows.filter(named | Q(booking__code__code=said.upper()))


def serial_in(words: str) -> tuple[str, int | None] | None:
    """`k7q2-m9xa`, `K7Q2M9XA-2`: what is printed, as people type it."""
    reference, _, number = words.rpartition("-")
    if reference and number.isdigit() and len(number) <= 4:
        typed = spelled_reference(reference)
        if re.fullmatch(REFERENCE, typed):
            return typed, int(number)
    typed = spelled_reference(words)
    return (typed, None) if re.fullmatch(REFERENCE, typed) else None


# --- Who came in --------------------------------------------------------------------------------


def with_entry(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With `came_in_at`: when somebody first came in with it, not undone since, at any list."""
    entries = DoorEntry.objects.filter(
        ticket=OuterRef("pk"), result=EntryResult.ADMITTED, kind=EntryKind.IN
    )
    return tickets.annotate(
        came_in_at=Subquery(standing(entries).order_by("pk").values("occurred_at")[:1])
    )


def standing(entries: QuerySet[DoorEntry]) -> QuerySet[DoorEntry]:
    """Those that nobody took back."""
    undone = DoorEntry.objects.filter(
        ticket=OuterRef("ticket"),
        check_in_list=OuterRef("check_in_list"),
        result=EntryResult.ADMITTED,
        kind=EntryKind.UNDONE,
        turn=OuterRef("turn"),
    )
    return entries.filter(~Exists(undone))


def came_in(tickets: QuerySet[Ticket], *, has: bool) -> QuerySet[Ticket]:
    entries = DoorEntry.objects.filter(
        ticket=OuterRef("pk"), result=EntryResult.ADMITTED, kind=EntryKind.IN
    )
    there = Exists(standing(entries))
    return tickets.filter(there if has else ~there)


# --- One booking, with all there is of it -------------------------------------------------------


def mails_about(booking: Booking, tickets: Sequence[Ticket]) -> QuerySet[Message]:
    """What was written of it, by the keys under which that is done. The newest first."""
    about = Q(key__startswith=f"booking-confirmed:{booking.pk}")
    for kind in ("booking-cancelled", "booking-exchanged", "booking-held"):
        about |= Q(key__startswith=f"{kind}:{booking.pk}")
    for ticket in tickets:
        for kind in ("ticket-for-you", "ticket-renewed", "ticket-void"):
            about |= Q(key__startswith=f"{kind}:{ticket.pk}")
    addresses = {booking.buyer_email, *(one.attendee_email for one in tickets)} - {""}
    told = Q(address__in=addresses, key__contains=f":{booking.pk}:")
    return Message.objects.filter(about | told).order_by("-pk")


def acts_on(booking: Booking, tickets: Sequence[Ticket]) -> QuerySet[Entry]:
    """From the audit record, the newest first, each with its words."""
    things = [str(booking.pk), *(str(one.pk) for one in tickets)]
    return (
        Entry.objects.filter(object_id__in=things, organizer=booking.organizer_id)
        .prefetch_related("payloads")
        .order_by("-pk")
    )
