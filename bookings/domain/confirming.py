"""Making a hold certain, changing who comes, and giving tickets up."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.models import User
from bookings.announcements import (
    BookingCancelled,
    BookingChanged,
    TicketReissued,
    TicketsCancelled,
)
from bookings.domain.announcing import announce_confirmed
from bookings.domain.answers import kept_answers, questions_of, require_answered
from bookings.domain.expiring import BookingHolds, give_up_hold, guard, locked, note
from bookings.domain.holding import BuyerNeeded
from bookings.domain.limits import require_within_limits
from bookings.domain.selling import EventIsCancelled, TermsNotAccepted
from bookings.domain.wishes import Attendee, Buyer
from bookings.enums import HAVING, HOLDING, BookingStatus, TicketStatus
from bookings.models import Booking, Ticket
from bookings.models.ticket import HIGHEST_GENERATION
from bookings.rules import same_mailbox
from events.domain.codes import release_code_uses
from events.domain.places import claim_in_pools, release_places
from events.enums import EventStatus, QuestionScope
from events.models import Question
from ticketing.core.errors import Conflict, DomainError, InvalidInput, NotThere
from ticketing.core.failpoints import failpoint
from ticketing.core.outbox import announce

BUYER = ["buyer_email", "buyer_name", "buyer_phone", "mailbox"]


class HoldExpired(Conflict):
    code = "hold_expired"
    message = _("The time for these places ran out, and they are free for others again.")


class PaymentNeeded(Conflict):
    code = "payment_needed"
    message = _("This booking costs something and has not been paid.")


class NotConfirmed(Conflict):
    code = "not_confirmed"
    message = _("This booking is not confirmed.")


class TooLateToCancel(Conflict):
    code = "too_late_to_cancel"
    message = _("The event has begun, so its tickets cannot be given back any more.")


class NoSuchTicket(NotThere):
    code = "no_such_ticket"
    message = _("This booking has no such ticket.")


class NothingToChange(InvalidInput):
    code = "nothing_to_change"
    message = _("This is closed and does not change any more.")


class Typed(TypedDict, total=False):
    """What somebody typed about a booking; what is not named stays as it is."""

    buyer: Buyer | None
    attendees: Mapping[UUID, Attendee] | None
    answers: Mapping[str, Any] | None
    has_accepted_terms: bool


@transaction.atomic
def confirm_free_booking(booking: Booking, *, by: User | None, now: datetime) -> None:
    """A held booking that costs nothing becomes certain; again: no effect.

    Locks the booking. Raises HoldExpired, PaymentNeeded, BuyerNeeded, TermsNotAccepted,
    AnswerNeeded, EventIsCancelled.
    """
    locked(booking)
    if booking.is_confirmed:
        return
    require_confirmable(booking, now=now)
    confirm(booking, by=by, now=now)


def finish_free_booking(
    booking: Booking, *, by: User | None, now: datetime, **typed: Unpack[Typed]
) -> None:
    """`change_booking` and `confirm_free_booking` at once. What was typed is kept also where it is
    not confirmed. Locks the booking. Raises what both raise."""
    refused = None
    with transaction.atomic():
        locked(booking)
        change(booking, by=by, now=now, **typed)
        if booking.is_confirmed:
            return
        try:
            require_confirmable(booking, now=now)
        except DomainError as error:
            refused = error
        else:
            confirm(booking, by=by, now=now)
    if refused is not None:
        raise refused


def require_confirmable(booking: Booking, *, now: datetime) -> None:
    if not booking.costs_nothing:
        raise PaymentNeeded
    require_held(booking, now=now)
    require_complete(booking)


def begin_paying(booking: Booking, *, until: datetime, now: datetime) -> None:
    """Whoever holds it is about to pay: nobody takes the places away until then.

    All that can be in the way is said now, since after paying nothing is. The booking is locked.
    Raises HoldExpired, EventIsCancelled, BuyerNeeded, TermsNotAccepted, AnswerNeeded.
    """
    if booking.status != BookingStatus.HELD or booking.has_run_out(now=now):
        raise HoldExpired
    require_complete(booking)
    guard(booking, until=until)


def seat_paid_booking(booking: Booking, *, now: datetime) -> None:
    """Confirm what was paid for: with the places that are held, or with others of the same kind
    where those are gone. The booking is locked. Raises SoldOut, AllHeld, HoldExpired."""
    if booking.status in HOLDING:
        confirm_paid_booking(booking, now=now)
    else:
        reseat_booking(booking, now=now)


def confirm_paid_booking(booking: Booking, *, now: datetime) -> None:
    """Its money was taken: nothing is asked any more. The booking is locked, and held."""
    if booking.status not in HOLDING:
        raise HoldExpired
    confirm(booking, by=None, now=now)


def require_complete(booking: Booking) -> None:
    if booking.event.status == EventStatus.CANCELLED:
        raise EventIsCancelled
    if not booking.buyer_email:
        raise BuyerNeeded(field="buyer.email")
    if booking.event.asks_to_accept_terms and booking.terms_accepted_at is None:
        raise TermsNotAccepted(field="terms_accepted")
    require_answered(questions_of(booking.event_id), booking)


def confirm(booking: Booking, *, by: User | None, now: datetime) -> None:
    """The booking is locked and may be confirmed: it costs nothing, or it was paid for."""
    before = booking.status
    booking.status, booking.confirmed_at = BookingStatus.CONFIRMED, now
    booking.save(update_fields=["status", "confirmed_at"])
    booking.tickets.filter(status=TicketStatus.RESERVED).update(status=TicketStatus.VALID)
    failpoint("bookings.confirmed")
    announce_confirmed(booking)
    note(booking, "bookings.confirmed", by=by, now=now, before={"status": before})


def require_held(booking: Booking, *, now: datetime) -> None:
    if booking.status not in HOLDING or booking.has_run_out(now=now):
        raise HoldExpired


@transaction.atomic
def reseat_booking(booking: Booking, *, now: datetime) -> None:
    """Money came for a hold that had run out: the same places' worth again, and certain.

    Locks the booking. Raises SoldOut, AllHeld; then what was paid is given back.
    """
    locked(booking)
    if booking.status != BookingStatus.EXPIRED:
        raise HoldExpired
    void = list(booking.tickets.select_related("ticket_type__pool").order_by("number"))
    wanted: dict[Any, int] = {}
    for ticket in void:
        pool = ticket.ticket_type.pool
        wanted[pool] = wanted.get(pool, 0) + 1
    places = claim_in_pools(wanted, holder=booking.pk, now=now, holds=BookingHolds())
    free = {pool: iter(ids) for pool, ids in places.items()}
    Ticket.objects.bulk_create(
        Ticket(
            booking=booking,
            organizer_id=booking.organizer_id,
            line_id=ticket.line_id,
            event_id=ticket.event_id,
            ticket_type=ticket.ticket_type,
            place_id=next(free[ticket.ticket_type.pool], None),
            number=len(void) + ticket.number,
            status=TicketStatus.RESERVED,
            attendee_name=ticket.attendee_name,
            attendee_email=ticket.attendee_email,
            answers=ticket.answers,
        )
        for ticket in void
    )
    confirm(booking, by=None, now=now)


@transaction.atomic
def change_booking(
    booking: Booking, *, by: User | None, now: datetime, **typed: Unpack[Typed]
) -> None:
    """Who comes and what they answer, now or later. Prices and places stay as they are.

    Locks the booking. Raises NothingToChange, NoSuchTicket, AnswerUnclear, LimitExceeded.
    """
    locked(booking)
    change(booking, by=by, now=now, **typed)


def change(
    booking: Booking,
    *,
    buyer: Buyer | None = None,
    attendees: Mapping[UUID, Attendee] | None = None,
    answers: Mapping[str, Any] | None = None,
    has_accepted_terms: bool = False,
    by: User | None,
    now: datetime,
) -> None:
    """The booking is locked."""
    if booking.status not in HAVING:
        raise NothingToChange
    attendees = attendees or {}
    is_answered = bool(answers) or any(one.answers for one in attendees.values())
    asked = questions_of(booking.event_id) if is_answered else []
    tickets = {one.pk: one for one in those_that_count(booking)} if buyer or attendees else {}
    if buyer is not None:
        set_buyer(booking, buyer, tickets.values())
    if answers is not None:
        given = kept_answers(asked, answers, scope=QuestionScope.ORDER, where="answers")
        booking.answers = with_answers(booking.answers, answers, given)
    if has_accepted_terms:
        booking.terms_accepted_at = booking.terms_accepted_at or now
    booking.save(update_fields=[*BUYER, "answers", "terms_accepted_at"])
    for ticket_id, attendee in attendees.items():
        if ticket_id not in tickets:
            raise NoSuchTicket
        name_attendee(tickets[ticket_id], attendee, asked)
    if booking.is_confirmed:
        announce(
            BookingChanged(booking_id=booking.pk), about=booking, organizer=booking.organizer_id
        )
    changed = [name for name, value in (("buyer", buyer), ("attendees", attendees)) if value]
    note(booking, "bookings.changed", by=by, now=now, after={"changed": changed})


def those_that_count(booking: Booking) -> list[Ticket]:
    live = booking.tickets.exclude(status=TicketStatus.VOID)
    return list(live.select_related("ticket_type").order_by())


def name_attendee(ticket: Ticket, attendee: Attendee, asked: Sequence[Question]) -> None:
    """Written only if it is different: most tickets of a guest stay as they are."""
    before = ticket.attendee_name, ticket.attendee_email, ticket.answers
    where = f"tickets.{ticket.number}.answers"
    given = kept_answers(asked, attendee.answers, scope=QuestionScope.TICKET, where=where)
    after = attendee.name, attendee.email, with_answers(ticket.answers, attendee.answers, given)
    if after != before:
        ticket.attendee_name, ticket.attendee_email, ticket.answers = after
        ticket.save(update_fields=["attendee_name", "attendee_email", "answers"])


def with_answers(
    before: Mapping[str, Any], sent: Mapping[str, Any], kept: Mapping[str, Any]
) -> dict[str, Any]:
    """What was sent counts, also where it was emptied; of the rest everything stays."""
    return {**{key: answer for key, answer in before.items() if key not in sent}, **kept}


def set_buyer(booking: Booking, buyer: Buyer, tickets: Iterable[Ticket]) -> None:
    booking.buyer_email, booking.buyer_name = buyer.email, buyer.name
    booking.buyer_phone, booking.mailbox = buyer.phone, same_mailbox(buyer.email)
    # Tickets, not lines: a type can stand in several lines, and some may be given up by now.
    wanted = Counter(one.ticket_type for one in tickets)
    require_within_limits(booking.event, wanted, mailbox=booking.mailbox, beside=booking.pk)


@transaction.atomic
def cancel_booking(
    booking: Booking,
    *,
    tickets: Collection[UUID] | None = None,
    reason: str = "",
    why: str = "",
    is_organizer: bool = False,
    by: User | None,
    now: datetime,
) -> None:
    """Give up a booking, or some of its tickets; their places are free at once. Again: no effect.

    What was paid is given back by whoever knows of it, who listens; `why` is a word for them,
    `reason` for people. Locks the booking. Raises NotConfirmed, NoSuchTicket, and TooLateToCancel unless the organizer does it.
    """
    locked(booking)
    if booking.status == BookingStatus.HELD:
        give_up_hold(booking, by=by, now=now)
        return
    if booking.status == BookingStatus.CANCELLED:
        return
    if booking.status != BookingStatus.CONFIRMED:
        raise NotConfirmed
    begins_at = booking.event.starts_at
    if not is_organizer and begins_at is not None and begins_at <= now:
        raise TooLateToCancel
    valid = {one.pk: one for one in booking.tickets.filter(status=TicketStatus.VALID)}
    chosen = set(valid) if tickets is None else set(tickets)
    if unknown := chosen - set(valid):
        if booking.tickets.filter(pk__in=unknown).count() < len(unknown):
            raise NoSuchTicket
        chosen &= set(valid)
    void(booking, [valid[one] for one in chosen], now=now)
    if chosen == set(valid):
        close(booking, reason=reason, why=why, by=by, now=now)
    elif chosen:
        announce(
            TicketsCancelled(booking_id=booking.pk, ticket_ids=sorted(chosen)),
            about=booking,
            organizer=booking.organizer_id,
        )
        after = {"tickets": [str(one) for one in sorted(chosen)], "reason": reason}
        note(booking, "bookings.tickets_cancelled", by=by, now=now, after=after)


def void(booking: Booking, tickets: Collection[Ticket], *, now: datetime) -> None:
    places = [one.place_id for one in tickets if one.place_id is not None]
    Ticket.objects.filter(pk__in=[one.pk for one in tickets]).update(
        status=TicketStatus.VOID, voided_at=now, place=None
    )
    if places:
        release_places(holder=booking.pk, places=places)


def close(booking: Booking, *, reason: str, why: str = "", by: User | None, now: datetime) -> None:
    booking.status, booking.cancelled_at = BookingStatus.CANCELLED, now
    booking.cancel_reason = reason
    booking.save(update_fields=["status", "cancelled_at", "cancel_reason"])
    if booking.code_id is not None:
        release_code_uses(holder=booking.pk)
    announce(
        BookingCancelled(booking_id=booking.pk, was_confirmed=True, why=why),
        about=booking,
        organizer=booking.organizer_id,
    )
    note(booking, "bookings.cancelled", by=by, now=now, after={"reason": reason})


@transaction.atomic
def reissue_ticket(ticket: Ticket, *, by: User | None, now: datetime) -> None:
    """A new code; the former is dead in the same commit. Raises NoSuchTicket."""
    locked(ticket.booking)
    ticket.refresh_from_db(from_queryset=Ticket.objects.select_for_update(of=("self",)))
    if not ticket.is_valid or ticket.generation >= HIGHEST_GENERATION:
        raise NoSuchTicket
    ticket.generation += 1
    ticket.save(update_fields=["generation"])
    announce(
        TicketReissued(ticket_id=ticket.pk, generation=ticket.generation),
        about=ticket,
        organizer=ticket.organizer_id,
    )
    record(
        action="tickets.reissued",
        by=by,
        on=ticket,
        organizer=ticket.organizer_id,
        after={"generation": ticket.generation},
        now=now,
    )
