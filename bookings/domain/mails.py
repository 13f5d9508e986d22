"""What is written to who booked and who comes along. Each under a key of its own, so that whoever
asks again, or dies in between, writes nothing twice."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notifications.domain.addresses import InvalidAddress
from accounts.notifications.domain.messages import notify
from bookings import words
from bookings.domain.links import booking_link, calendar_link, ticket_link, tickets_link
from bookings.enums import BookingStatus, TicketStatus
from bookings.models import Booking, Ticket
from bookings.queries.bookings import fetch_rest
from ticketing.core.errors import Conflict
from ticketing.core.failpoints import failpoint
from ticketing.core.ids import new_id


class NothingToSend(Conflict):
    code = "not_confirmed"
    message = _("Only the tickets of a confirmed booking can be sent.")


@dataclass(frozen=True)
class Reader:
    """Somebody who is written to about a booking: who made it, or who comes along."""

    to: User | str
    address: str
    name: str
    link: str
    is_buyer: bool = False


def booking_to_tell(booking_id: UUID) -> Booking | None:
    """As mails need it; None if there is nobody to write to."""
    booking = booking_to_look_at(booking_id)
    return booking if booking is not None and booking.buyer_email else None


def booking_to_look_at(booking_id: UUID) -> Booking | None:
    shown = Booking.objects.select_related("user", "event__venue")
    booking = shown.filter(pk=booking_id).first()
    if booking is not None:
        fetch_rest(booking)
    return booking


@transaction.atomic
def send_confirmation(booking_id: UUID, *, now: datetime) -> bool:
    """The buyer's mail, and one to everybody who comes along and has an address. A booking that
    was given up meanwhile gets none. Again: no effect.

    Whether it stands: one whose event was cancelled before it was certain is not confirmed to
    anybody, but to be ended.
    """
    booking = booking_to_look_at(booking_id)
    if booking is None or not booking.is_confirmed:
        return True
    if booking.event.cancelled_at is not None:
        return False
    if not booking.buyer_email:
        return True
    write_confirmation(booking, key=f"booking-confirmed:{booking.pk}", now=now)
    failpoint("bookings.mail_written")
    send_tickets_along(booking, now=now)
    return True


@transaction.atomic
def send_confirmation_again(booking: Booking, *, now: datetime) -> None:
    """Because somebody asks for it. Whoever calls has seen to it that they may.

    Raises NothingToSend.
    """
    found = booking_to_tell(booking.pk)
    if found is None or not found.is_confirmed:
        raise NothingToSend
    write_confirmation(found, key=f"booking-confirmed:{found.pk}:{new_id()}", now=now)


@transaction.atomic
def send_exchanged_tickets(booking_id: UUID, *, key: str, now: datetime) -> None:
    """They are for something else now and have new codes: as if just confirmed. Once per `key`."""
    booking = booking_to_tell(booking_id)
    if booking is not None and booking.is_confirmed:
        write_confirmation(booking, key=f"booking-exchanged:{booking.pk}:{key}", now=now)
        send_tickets_along(booking, now=now)


def write_confirmation(booking: Booking, *, key: str, now: datetime) -> None:
    reader, language = buyer_of(booking), words.language_of(booking)
    facts = facts_of(booking)
    with translation.override(language):
        facts |= {
            "reference": booking.reference,
            "tickets": words.tickets_in_words(valid(booking)),
            "link": reader.link,
            "link_tickets": tickets_link(booking),
            "link_calendar": calendar_link(booking),
            "paid": words.total_in_words(booking, language),
            "refunds": words.refunds_in_words(booking, language),
            "terms": words.terms_in_words(booking.event),
        }
    write("booking_confirmed", booking, reader, facts, key=key, now=now)


def send_tickets_along(booking: Booking, *, now: datetime) -> None:
    """To who comes along: their own ticket and no other. Once per ticket, code and address."""
    for ticket in valid(booking):
        if reader := holder_of(ticket, booking):
            facts = {
                **facts_of(booking),
                "ticket": words.ticket_in_words(ticket),
                "link": reader.link,
                "buyer": booking.buyer_name,
            }
            key = f"ticket-for-you:{ticket.pk}:{ticket.generation}:{digest(reader.address)}"
            write("ticket_for_you", booking, reader, facts, key=key, now=now)


@transaction.atomic
def send_changed_tickets(booking_id: UUID, *, now: datetime) -> None:
    """Who was named only now gets a ticket too."""
    booking = booking_to_tell(booking_id)
    if booking is not None and booking.is_confirmed:
        send_tickets_along(booking, now=now)


@transaction.atomic
def send_renewed_ticket(ticket_id: UUID, *, generation: int, now: datetime) -> None:
    """To who has the ticket; a code that was followed by another is not sent any more."""
    found = Ticket.objects.filter(pk=ticket_id, generation=generation).first()
    booking = booking_to_tell(found.booking_id) if found else None
    if booking is None:
        return
    for ticket in valid(booking):
        if ticket.pk == ticket_id:
            reader = holder_of(ticket, booking) or buyer_of(booking)
            facts = {
                **facts_of(booking),
                "ticket": words.ticket_in_words(ticket),
                "link": ticket_link(ticket),
            }
            key = f"ticket-renewed:{ticket.pk}:{generation}"
            write("ticket_renewed", booking, reader, facts, key=key, now=now)


@transaction.atomic
def send_cancellation(booking_id: UUID, *, now: datetime) -> None:
    """Of a booking that was certain; a hold that was let go of is nobody's loss."""
    booking = booking_to_tell(booking_id)
    if booking is None or booking.status != BookingStatus.CANCELLED:
        return
    reader = buyer_of(booking)
    facts = {
        **facts_of(booking),
        "reference": booking.reference,
        "link": reader.link,
        "paid": words.total_in_words(booking, words.language_of(booking)),
        "reason": booking.cancel_reason,
    }
    write(
        "booking_cancelled", booking, reader, facts, key=f"booking-cancelled:{booking.pk}", now=now
    )
    tell_void(booking, booking.tickets.all(), now=now)


@transaction.atomic
def send_tickets_cancelled(
    booking_id: UUID, *, tickets: Collection[UUID], key: str, now: datetime
) -> None:
    booking = booking_to_tell(booking_id)
    if booking is None or not booking.is_confirmed:
        return  # cancelled as a whole since: that is told by its own mail
    gone = [one for one in booking.tickets.all() if one.pk in tickets]
    reader, language = buyer_of(booking), words.language_of(booking)
    facts = facts_of(booking)
    with translation.override(language):
        facts |= {
            "reference": booking.reference,
            "tickets": words.tickets_in_words(gone),
            "left": words.tickets_in_words(valid(booking)),
            "paid": words.total_in_words(booking, language),
            "link": reader.link,
        }
    write("tickets_cancelled", booking, reader, facts, key=f"tickets-cancelled:{key}", now=now)
    tell_void(booking, gone, now=now)


def tell_void(booking: Booking, tickets: Collection[Ticket], *, now: datetime) -> None:
    for ticket in tickets:
        if ticket.status == TicketStatus.VOID and (reader := holder_of(ticket, booking)):
            facts = {**facts_of(booking), "ticket": words.ticket_in_words(ticket)}
            write("ticket_void", booking, reader, facts, key=f"ticket-void:{ticket.pk}", now=now)


def facts_of(booking: Booking) -> dict[str, Any]:
    """What every mail about a booking says."""
    said = words.said(booking.event, words.language_of(booking))
    return {"event": said.title, "when": said.when, "where": said.where}


def valid(booking: Booking) -> list[Ticket]:
    return [one for one in booking.tickets.all() if one.is_valid]


def readers_of(booking: Booking) -> Iterator[Reader]:
    """Who booked, and who comes along with an address: each address once."""
    told = {booking.buyer_email.casefold()}
    yield buyer_of(booking)
    for ticket in valid(booking):
        reader = holder_of(ticket, booking)
        if reader and reader.address.casefold() not in told:
            told.add(reader.address.casefold())
            yield reader


def buyer_of(booking: Booking) -> Reader:
    user = booking.user
    is_theirs = user is not None and user.email.casefold() == booking.buyer_email.casefold()
    return Reader(
        to=user if user is not None and is_theirs else booking.buyer_email,
        address=booking.buyer_email,
        name=booking.buyer_name,
        link=booking_link(booking),
        is_buyer=True,
    )


def holder_of(ticket: Ticket, booking: Booking) -> Reader | None:
    """Who comes with the ticket, if that is somebody else with an address of their own."""
    address = ticket.attendee_email
    if not address or address.casefold() == booking.buyer_email.casefold():
        return None
    return Reader(address, address, ticket.attendee_name, ticket_link(ticket))


def write(
    kind: str, booking: Booking, reader: Reader, facts: dict[str, Any], *, key: str, now: datetime
) -> None:
    """An address that nothing can be sent to stops nobody else's mail."""
    context = {**facts, "name": reader.name}
    try:
        notify(kind, to=reader.to, key=key, context=context, now=now, locale=booking.language)
    except InvalidAddress:
        return


def digest(address: str) -> str:
    """Keys are read by staff: an address does not stand in one."""
    return sha256(address.casefold().encode()).hexdigest()[:24]
