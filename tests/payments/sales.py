"""What happens to a booking that was paid."""

from datetime import timedelta

from bookings.domain.confirming import cancel_booking
from tests.events.factories import NOW
from ticketing.core.outbox import deliver_all

LATER = NOW + timedelta(hours=1)


def tickets_of(booking):
    return list(booking.tickets.select_related("line"))


def give_up(booking, count=None, *, now=LATER):
    tickets = None if count is None else [one.pk for one in tickets_of(booking)[:count]]
    cancel_booking(booking, tickets=tickets, by=None, now=now)
    deliver_all()
