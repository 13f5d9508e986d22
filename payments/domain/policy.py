"""What comes back for tickets that are handed back: one function for page, mail and refund."""

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal

from bookings.models import Booking, Ticket
from events.enums import EventStatus
from events.models import Event
from ticketing.core.money import Money

WHOLE = Decimal(1)


def due_back(booking: Booking, tickets: Collection[Ticket], *, at: datetime) -> Money:
    """Of each ticket its price, all in and after the code and after what came back of it before,
    less what the event's terms keep.

    All of it if the event will not be, or was put off after the booking; nothing after the last
    day. Tickets come with their lines, the booking with its event.
    """
    share = share_back(booking.event, booked_at=booking.confirmed_at, at=at)
    prices = [Money(one.line.unit_price - one.taken_off, booking.currency) for one in tickets]
    return sum((price.share(share) for price in prices), Money.zero(booking.currency))


def share_back(event: Event, *, booked_at: datetime | None, at: datetime) -> Decimal:
    """Which part of a price comes back, for what is handed back at a moment."""
    if is_called_off(event, booked_at=booked_at):
        return WHOLE
    last = last_moment(event)
    if last is None or at > last:
        return Decimal(0)
    return WHOLE - event.refund_fee_percent / 100


def is_called_off(event: Event, *, booked_at: datetime | None) -> bool:
    """It will not be, or not when it was to be for who booked."""
    if event.status == EventStatus.CANCELLED or event.cancelled_at is not None:
        return True
    put_off = event.postponed_at
    return put_off is not None and (booked_at is None or booked_at <= put_off)


def last_moment(event: Event) -> datetime | None:
    """Until when tickets can be handed back; None where that is not offered."""
    if event.refund_until_days is None or event.starts_at is None:
        return None
    return event.starts_at - timedelta(days=event.refund_until_days)
