"""Tickets that were given up: what was paid for them goes back, by the event's terms and once."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from bookings.domain.expiring import locked
from bookings.enums import BookingStatus, TicketStatus
from bookings.models import Booking, Ticket
from payments.domain.policy import due_back, is_called_off
from payments.domain.refunding import left_of, request_refund
from payments.enums import RefundReason
from payments.models import ApprovalLimit, Payment, Refund
from ticketing.core.money import Money


@transaction.atomic
def give_back_booking(booking_id: UUID, *, now: datetime) -> list[Refund]:
    """A booking was given up: what its last tickets cost. Again: no effect.

    Tickets that were given up before had their own refund. Locks booking and payment.
    """
    booking = lock_booking(booking_id)
    if booking.status != BookingStatus.CANCELLED or booking.cancelled_at is None:
        return []
    tickets = tickets_of(booking).filter(voided_at__gte=booking.cancelled_at)
    return give_back(
        booking,
        tickets,
        occasion=f"cancelled:{booking.pk}",
        words=booking.cancel_reason,
        at=booking.cancelled_at,
        now=now,
    )


@transaction.atomic
def give_back_tickets(
    booking_id: UUID, tickets: Collection[UUID], *, occasion: str, now: datetime
) -> list[Refund]:
    """Some tickets of a booking were given up. Once for an occasion, and for a ticket."""
    booking = lock_booking(booking_id)
    gone = list(tickets_of(booking).filter(pk__in=tickets, status=TicketStatus.VOID))
    at = min((one.voided_at for one in gone if one.voided_at), default=now)
    return give_back(booking, gone, occasion=f"tickets:{occasion}", at=at, now=now)


@transaction.atomic
def give_back_of_cancelled_event(booking_id: UUID, *, now: datetime) -> list[Refund]:
    """All that was paid for tickets which stood when the event was called off. Again: no effect."""
    booking = lock_booking(booking_id)
    called_off_at = booking.event.cancelled_at
    if called_off_at is None or booking.confirmed_at is None:
        return []
    stood = [
        one
        for one in tickets_of(booking)
        if one.voided_at is None or one.voided_at >= called_off_at
    ]
    return give_back(booking, stood, occasion=f"event_cancelled:{booking.pk}", at=now, now=now)


def give_back(
    booking: Booking,
    tickets: Collection[Ticket],
    *,
    occasion: str,
    words: str = "",
    at: datetime,
    now: datetime,
) -> list[Refund]:
    """From the payment that bought them; where there are several, from one after the other."""
    payments = Payment.objects.taken().filter(booking=booking)
    known = Refund.objects.counting().filter(payment__in=payments)
    done = {ticket for refund in known for ticket in refund.tickets}
    owed = [one for one in tickets if one.pk not in done]
    return give_back_sum(
        booking,
        due_back(booking, owed, at=at),
        reason=reason_of(booking),
        occasion=occasion,
        words=words,
        tickets=owed,
        now=now,
    )


@transaction.atomic
def give_back_difference(
    booking_id: UUID, money: Money, *, occasion: str, now: datetime
) -> list[Refund]:
    """Tickets were exchanged for cheaper ones by the organizer, whose terms for who hands tickets
    back keep nothing of it. Once for an occasion. Locks booking and payment."""
    return give_back_sum(
        lock_booking(booking_id),
        money,
        reason=RefundReason.ORGANIZER,
        occasion=f"exchanged:{occasion}",
        now=now,
    )


def give_back_sum(
    booking: Booking,
    money: Money,
    *,
    reason: RefundReason,
    occasion: str,
    words: str = "",
    tickets: Collection[Ticket] = (),
    now: datetime,
) -> list[Refund]:
    """From one payment after the other, as far as there is something left of them."""
    refunds, open_sum = [], money
    for payment in Payment.objects.taken().filter(booking=booking).order_by("pk"):
        # What was asked for before is not asked for again, though less is left since.
        if known := payment.refunds.filter(occasion=occasion).first():
            refunds.append(known)
            open_sum -= min(known.money, open_sum)
            continue
        amount = min(left_of(payment), open_sum)
        if not amount:
            continue
        refunds.append(
            request_refund(
                payment,
                amount,
                reason=reason,
                occasion=occasion,
                words=words,
                tickets=[one.pk for one in tickets],
                needs_approval=needs_approval(booking, money),
                by=None,
                now=now,
            )
        )
        open_sum -= amount
    return refunds


def reason_of(booking: Booking) -> RefundReason:
    is_off = is_called_off(booking.event, booked_at=booking.confirmed_at)
    return RefundReason.EVENT_CANCELLED if is_off else RefundReason.BUYER


def needs_approval(booking: Booking, amount: Money) -> bool:
    """Above the organizer's limit, unless it is owed in any case."""
    if reason_of(booking) == RefundReason.EVENT_CANCELLED:
        return False
    return ApprovalLimit.objects.filter(
        organizer=booking.organizer_id, currency=amount.currency, above__lt=amount.minor
    ).exists()


def lock_booking(booking_id: UUID) -> Booking:
    booking = Booking.objects.select_related("event").get(pk=booking_id)
    locked(booking)
    return booking


def tickets_of(booking: Booking) -> QuerySet[Ticket]:
    return Ticket.objects.filter(booking=booking).select_related("line").order_by("number")
