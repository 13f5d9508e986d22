"""What a team does for who has booked: with the same rules as the guest's own acts, and by right of
a role instead of a link."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.domain.permissions import require
from accounts.models import User
from accounts.notifications.domain.addresses import checked_address
from accounts.notifications.enums import Channel
from accounts.permissions import Permission
from bookings.announcements import BookingChanged
from bookings.domain.confirming import (
    NoSuchTicket,
    NothingToChange,
    cancel_booking,
    reissue_ticket,
)
from bookings.domain.expiring import locked, note
from bookings.domain.mails import send_confirmation_again
from bookings.enums import HAVING, TicketStatus
from bookings.models import Booking, Ticket
from bookings.rules import same_mailbox
from ticketing.core.errors import InvalidInput
from ticketing.core.outbox import announce

LONGEST_NOTE = 5_000


class NoteTooLong(InvalidInput):
    code = "note_too_long"
    message = _("This note is too long.")


class AddressNeeded(InvalidInput):
    code = "address_needed"
    message = _("There is no e-mail address to write to. Give the buyer's first.")


def require_office(by: User, booking: Booking) -> None:
    """Raises RoleMayNot, NoSuchOrganizer."""
    require(by, Permission.EDIT_BOOKINGS, booking.organizer)


@transaction.atomic
def cancel_for_guest(
    booking: Booking,
    *,
    tickets: Collection[UUID] | None = None,
    reason: str = "",
    by: User,
    now: datetime,
) -> None:
    """Give up all of it or some tickets, at any time. Raises what cancel_booking does, and
    RoleMayNot, NoSuchOrganizer."""
    require_office(by, booking)
    cancel_booking(booking, tickets=tickets, reason=reason, is_organizer=True, by=by, now=now)


@transaction.atomic
def send_again(booking: Booking, *, by: User, now: datetime) -> None:
    """The confirmation with tickets and links, once more, to the buyer.

    Raises NothingToSend, AddressNeeded, RoleMayNot, NoSuchOrganizer.
    """
    require_office(by, booking)
    if not booking.buyer_email:
        raise AddressNeeded
    send_confirmation_again(booking, now=now)
    note(booking, "bookings.sent_again", by=by, now=now)


@transaction.atomic
def reissue_for_guest(ticket: Ticket, *, by: User, now: datetime) -> None:
    """A new code; the former is dead. Raises NoSuchTicket, RoleMayNot, NoSuchOrganizer."""
    require_office(by, ticket.booking)
    reissue_ticket(ticket, by=by, now=now)


@transaction.atomic
def write_note(booking: Booking, text: str, *, by: User, now: datetime) -> None:
    """For the team alone; takes the place of the former. Locks the booking.

    Raises NoteTooLong, RoleMayNot, NoSuchOrganizer.
    """
    require_office(by, booking)
    if len(text) > LONGEST_NOTE:
        raise NoteTooLong(field="note")
    locked(booking)
    if (before := booking.note) == text:
        return
    booking.note = text
    booking.save(update_fields=["note"])
    after = {"note": text}
    note(booking, "bookings.noted", by=by, now=now, before={"note": before}, after=after)


@transaction.atomic
def correct_buyer(
    booking: Booking, *, email: str, name: str, phone: str = "", by: User, now: datetime
) -> None:
    """Who booked is somebody else, or is written otherwise. Prices and places stay.

    Another address makes the links that went to the former one worthless, kills the codes that
    stood behind them, and gets its own mail. Locks the booking. Raises NothingToChange,
    InvalidAddress, RoleMayNot, NoSuchOrganizer.
    """
    require_office(by, booking)
    locked(booking)
    require_open(booking)
    address = checked_address(email.strip(), Channel.EMAIL) if email.strip() else ""
    if not address and booking.buyer_email:
        raise AddressNeeded(field="email")
    before = {"email": booking.buyer_email, "name": booking.buyer_name}
    is_another = address.casefold() != booking.buyer_email.casefold()
    was_theirs = booking.user is not None and (
        booking.user.email.casefold() == booking.buyer_email.casefold()
    )
    booking.buyer_email, booking.buyer_name, booking.buyer_phone = address, name, phone
    booking.mailbox = same_mailbox(address) if address else ""
    if is_another:
        booking.token_generation += 1
        if was_theirs:
            booking.user = None
    booking.save()
    if is_another and booking.is_confirmed:
        valid = booking.tickets.filter(status=TicketStatus.VALID)
        valid.update(generation=F("generation") + 1)
        send_confirmation_again(booking, now=now)
    announce(BookingChanged(booking_id=booking.pk), about=booking, organizer=booking.organizer_id)
    after = {"email": address, "name": name}
    note(booking, "bookings.buyer_corrected", by=by, now=now, before=before, after=after)


@transaction.atomic
def rename_attendee(ticket: Ticket, *, name: str, email: str = "", by: User, now: datetime) -> None:
    """Who comes with a ticket; a new address gets the ticket by mail. Locks the booking.

    Raises NoSuchTicket, NothingToChange, InvalidAddress, RoleMayNot, NoSuchOrganizer.
    """
    booking = ticket.booking
    require_office(by, booking)
    locked(booking)
    require_open(booking)
    ticket.refresh_from_db(from_queryset=Ticket.objects.select_for_update(of=("self",)))
    if ticket.status == TicketStatus.VOID:
        raise NoSuchTicket
    address = checked_address(email.strip(), Channel.EMAIL) if email.strip() else ""
    before = {"name": ticket.attendee_name, "email": ticket.attendee_email}
    ticket.attendee_name, ticket.attendee_email = name.strip(), address
    ticket.save(update_fields=["attendee_name", "attendee_email"])
    announce(BookingChanged(booking_id=booking.pk), about=booking, organizer=booking.organizer_id)
    after = {"ticket": ticket.number, "name": ticket.attendee_name, "email": address}
    note(booking, "bookings.attendee_renamed", by=by, now=now, before=before, after=after)


def require_open(booking: Booking) -> None:
    if booking.status not in HAVING:
        raise NothingToChange
