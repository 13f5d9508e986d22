"""Tickets for other tickets: of another event of the organizer, or of another type.

The new places are claimed before the old ones are let go, in one transaction: whoever cannot have
the new keeps the old. Every ticket that changes gets a new code. What was paid stays as it was;
what becomes of a difference, `differences` says.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from bookings.announcements import (
    BookingChanged,
    BookingMoved,
    TicketsSwapped,
)
from bookings.domain.announcing import announce_confirmed
from bookings.domain.confirming import NoSuchTicket, NotConfirmed
from bookings.domain.differences import Difference, take_difference, tell_of_difference
from bookings.domain.expiring import BookingHolds, locked, note
from bookings.domain.office import require_office
from bookings.domain.on_behalf import require_open_for_team
from bookings.domain.references import new_reference
from bookings.domain.selling import NoSuchTickets
from bookings.enums import Channel, EntryKind, EntryResult, TicketStatus
from bookings.models import Booking, BookingLine, DoorEntry, Ticket
from bookings.models.ticket import HIGHEST_GENERATION
from events.domain.places import claim_in_pools, release_places
from events.models import Event, Pool, TicketType
from ticketing.core.errors import Conflict, InvalidInput
from ticketing.core.failpoints import failpoint
from ticketing.core.outbox import announce

type Types = Mapping[UUID, TicketType]
"""What a ticket of a type becomes."""


class PaidAsOne(Conflict):
    code = "paid_as_one"
    message = _("This booking was paid as one, so it can be moved as a whole alone.")


class AlreadyIn(Conflict):
    code = "already_in"
    message = _("Somebody came in with one of these tickets already.")


class NotOfThisOrganizer(InvalidInput):
    code = "not_of_this_organizer"
    message = _("Tickets can be moved to another event of the same organizer.")


class SameEvent(InvalidInput):
    code = "same_event"
    message = _("These tickets are for this event already.")


class NothingToExchange(InvalidInput):
    code = "nothing_to_exchange"
    message = _("Please choose at least one valid ticket.")


@dataclass(frozen=True)
class Change:
    """A ticket and what it is to become."""

    ticket: Ticket
    to: TicketType


@transaction.atomic
def move_booking(
    booking: Booking,
    to: Event,
    types: Types,
    *,
    tickets: Collection[UUID] | None = None,
    is_waived: bool = False,
    by: User,
    now: datetime,
) -> Booking:
    """To another event of the organizer: all valid tickets, or some of a booking that cost nothing.

    All of them: the booking itself moves, with its reference, links and payment. Some: they become
    a booking of their own, which is returned. Locks the booking, then takes and gives back places.
    Raises RoleMayNot, NoSuchOrganizer, NotConfirmed, NotOfThisOrganizer, SameEvent,
    EventIsCancelled, SaleOver, NoSuchTicket, NoSuchTickets, NothingToExchange, AlreadyIn,
    PriceDiffers, TaxDiffers, PaidAsOne, SoldOut, AllHeld. `is_waived`: dearer tickets are given
    without the difference.
    """
    require_office(by, booking)
    lock_confirmed(booking)
    if to.organizer_id != booking.organizer_id:
        raise NotOfThisOrganizer(field="event")
    if to.pk == booking.event_id:
        raise SameEvent(field="event")
    require_open_for_team(to, now=now)
    changes = changes_of(booking, types, tickets)
    if any(one.to.event_id != to.pk for one in changes):
        raise NoSuchTickets(field="ticket_type")
    is_whole = len(changes) == valid_of(booking).count()
    if booking.total and not is_whole:
        raise PaidAsOne
    difference = difference_of(booking, changes, is_waived=is_waived, now=now)
    if is_whole:
        move_whole(booking, to, changes, difference, by=by, now=now)
        return booking
    return split_off(booking, to, changes, by=by, now=now)


@transaction.atomic
def swap_tickets(
    booking: Booking,
    tickets: Collection[UUID],
    to: TicketType,
    *,
    is_waived: bool = False,
    by: User,
    now: datetime,
) -> None:
    """To another type of the same event. Within one pool the places stay.

    Locks the booking, then takes and gives back places. Raises RoleMayNot, NoSuchOrganizer,
    NotConfirmed, NoSuchTicket, NoSuchTickets, NothingToExchange, AlreadyIn, PriceDiffers,
    TaxDiffers, SoldOut, AllHeld.
    """
    require_office(by, booking)
    lock_confirmed(booking)
    if to.event_id != booking.event_id or to.withdrawn_at is not None:
        raise NoSuchTickets(field="ticket_type")
    chosen = chosen_of(booking, tickets)
    changes = [Change(one, to) for one in chosen if one.ticket_type_id != to.pk]
    if not changes:
        raise NothingToExchange(field="tickets")
    require_not_in(changes)
    difference = difference_of(booking, changes, is_waived=is_waived, now=now)
    places = take_places(changes, holder=booking.pk, former=booking.pk, now=now)
    for change in changes:
        to_line(change, line_for(booking, change))
    rewrite(changes, places)
    ids = sorted(one.ticket.pk for one in changes)
    announce(
        TicketsSwapped(booking_id=booking.pk, ticket_ids=ids, ticket_type_id=to.pk),
        about=booking,
        organizer=booking.organizer_id,
    )
    tell_of_difference(booking, difference)
    after = {"tickets": [str(one) for one in ids], "ticket_type": to.name, **difference.facts}
    note(booking, "bookings.tickets_swapped", by=by, now=now, after=after)


# --- Which tickets, and whether they may ------------------------------------------------------


def lock_confirmed(booking: Booking) -> None:
    locked(booking)
    if not booking.is_confirmed:
        raise NotConfirmed


def valid_of(booking: Booking) -> QuerySet[Ticket]:
    return booking.tickets.filter(status=TicketStatus.VALID)


def chosen_of(booking: Booking, tickets: Collection[UUID] | None) -> list[Ticket]:
    rows = valid_of(booking).select_related("ticket_type__pool", "line").order_by("number")
    found = list(rows if tickets is None else rows.filter(pk__in=tickets))
    if tickets is not None and len(found) < len(set(tickets)):
        raise NoSuchTicket
    if any(one.generation >= HIGHEST_GENERATION for one in found):
        raise NoSuchTicket
    return found


def changes_of(booking: Booking, types: Types, tickets: Collection[UUID] | None) -> list[Change]:
    chosen = chosen_of(booking, tickets)
    if not chosen:
        raise NothingToExchange(field="tickets")
    if any(
        one.ticket_type_id not in types or types[one.ticket_type_id].withdrawn_at is not None
        for one in chosen
    ):
        raise NoSuchTickets(field="ticket_type")
    changes = [Change(one, types[one.ticket_type_id]) for one in chosen]
    require_not_in(changes)
    return changes


def require_not_in(changes: Sequence[Change]) -> None:
    entries = DoorEntry.objects.filter(
        ticket__in=[one.ticket.pk for one in changes], result=EntryResult.ADMITTED
    )
    last: dict[tuple[UUID | None, UUID], str] = {
        (one.ticket_id, one.check_in_list_id): one.kind for one in entries.order_by("pk")
    }
    if any(kind != EntryKind.UNDONE for kind in last.values()):
        raise AlreadyIn


def difference_of(
    booking: Booking, changes: Sequence[Change], *, is_waived: bool, now: datetime
) -> Difference:
    pairs = [(one.ticket, one.to) for one in changes]
    return take_difference(booking, pairs, is_waived=is_waived, now=now)


# --- Places -----------------------------------------------------------------------------------


def take_places(
    changes: Sequence[Change], *, holder: UUID, former: UUID, now: datetime
) -> dict[UUID, int | None]:
    """The new place of each ticket, claimed. Where pool and holder stay, so does the place."""
    coming = [one for one in changes if not keeps_place(one, is_kept=holder == former)]
    wanted = Counter[Pool](one.to.pool for one in coming)
    claimed = claim_in_pools(wanted, holder=holder, now=now, holds=BookingHolds())
    free = {pool.pk: iter(ids) for pool, ids in claimed.items()}
    failpoint("bookings.exchange_claimed")
    places: dict[UUID, int | None] = {one.ticket.pk: one.ticket.place_id for one in changes}
    return places | {one.ticket.pk: next(free[one.to.pool_id], None) for one in coming}


def keeps_place(change: Change, *, is_kept: bool) -> bool:
    return is_kept and change.ticket.ticket_type.pool_id == change.to.pool_id


def rewrite(
    changes: Sequence[Change], places: Mapping[UUID, int | None], *, former: UUID | None = None
) -> None:
    """Tickets first: a place that is given back is nobody's any more. `former` held the old ones."""
    old = [
        one.ticket.place_id
        for one in changes
        if one.ticket.place_id is not None and one.ticket.place_id != places[one.ticket.pk]
    ]
    holder = former or changes[0].ticket.booking_id
    for one in changes:
        ticket = one.ticket
        ticket.ticket_type, ticket.event_id = one.to, one.to.event_id
        ticket.place_id = places[ticket.pk]
        ticket.generation += 1
        ticket.save()
    if old:
        release_places(holder=holder, places=old)


# --- Lines ------------------------------------------------------------------------------------


def line_for(booking: Booking, change: Change) -> BookingLine:
    """Of the new type at the price that was paid: the one there is, or another at the end."""
    unit = change.ticket.line.unit_price
    lines = list(booking.lines.order_by("position"))
    for line in lines:
        if line.ticket_type_id == change.to.pk and line.unit_price == unit:
            return line
    return BookingLine(
        booking=booking,
        ticket_type=change.to,
        position=lines[-1].position + 1,
        name=change.to.name,
        quantity=0,
        unit_price=unit,
        total=0,
    )


def to_line(change: Change, line: BookingLine) -> None:
    """One ticket's share of the money goes with it: the sum stays what it was."""
    ticket = change.ticket
    old = BookingLine.objects.get(pk=ticket.line_id)
    for part in ("fees", "tax", "discount"):
        share = getattr(old, part) // old.quantity
        setattr(line, part, getattr(line, part) + share)
        setattr(old, part, getattr(old, part) - share)
    line.quantity, old.quantity = line.quantity + 1, old.quantity - 1
    line.total, old.total = line.unit_price * line.quantity, old.unit_price * old.quantity
    line.save()
    ticket.line = line
    ticket.save(update_fields=["line"])
    if old.quantity:
        old.save()
    else:
        old.tickets.update(line=line)  # what was void before it was certain
        old.delete()


# --- Moving -----------------------------------------------------------------------------------


def move_whole(
    booking: Booking,
    to: Event,
    changes: Sequence[Change],
    difference: Difference,
    *,
    by: User,
    now: datetime,
) -> None:
    """In place: the lines say the new type, whatever of them was given up before."""
    former = booking.event_id
    places = take_places(changes, holder=booking.pk, former=booking.pk, now=now)
    for line in {one.ticket.line_id: one for one in changes}.values():
        BookingLine.objects.filter(pk=line.ticket.line_id).update(
            ticket_type=line.to, name=line.to.name
        )
    rewrite(changes, places)
    booking.event = to
    booking.save(update_fields=["event"])
    ids = sorted(one.ticket.pk for one in changes)
    announce(
        BookingMoved(
            booking_id=booking.pk, from_event_id=former, to_event_id=to.pk, ticket_ids=ids
        ),
        about=booking,
        organizer=booking.organizer_id,
    )
    tell_of_difference(booking, difference)
    before = {"event": str(former)}
    after = {"event": str(to.pk), "tickets": len(ids), **difference.facts}
    note(booking, "bookings.moved", by=by, now=now, before=before, after=after)


def split_off(
    booking: Booking, to: Event, changes: Sequence[Change], *, by: User, now: datetime
) -> Booking:
    """A booking of their own for some tickets that cost nothing; the rest stays."""
    made = Booking(
        reference=new_reference(),
        event=to,
        organizer_id=booking.organizer_id,
        status=booking.status,
        channel=Channel.OFFICE,
        booked_by=by,
        created_at=now,
        confirmed_at=now,
        total=0,
        **{
            name: getattr(booking, name)
            for name in (
                "user", "language", "buyer_email", "buyer_name", "buyer_phone", "mailbox",
                "billing", "terms_accepted_at", "currency", "is_comp",
            )
        },
    )  # fmt: skip
    made.save(force_insert=True)
    places = take_places(changes, holder=made.pk, former=booking.pk, now=now)
    lines: dict[UUID, BookingLine] = {}
    for number, change in enumerate(changes, 1):
        line = lines.get(change.to.pk) or BookingLine(
            booking=made,
            ticket_type=change.to,
            position=len(lines),
            name=change.to.name,
            quantity=0,
            unit_price=0,
            total=0,
        )
        lines[change.to.pk] = line
        to_line(change, line)
        change.ticket.booking, change.ticket.number = made, number
    rewrite(changes, places, former=booking.pk)
    announce_confirmed(made)
    announce(BookingChanged(booking_id=booking.pk), about=booking, organizer=booking.organizer_id)
    facts = {"from": booking.reference, "to": made.reference, "tickets": len(changes)}
    note(made, "bookings.confirmed", by=by, now=now, after=facts)
    note(booking, "bookings.tickets_moved", by=by, now=now, after=facts)
    return made
