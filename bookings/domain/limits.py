"""How many tickets one person may have, over all bookings.

Two bookings of one mailbox for one event wait for each other, and for nobody else: the lock is on
the two together, until the end of the transaction.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Count

from bookings.domain.selling import LimitExceeded
from bookings.enums import TicketStatus
from bookings.models import Ticket
from events.models import Event, TicketType
from ticketing.core.turns import take_turn


def require_within_limits(
    event: Event,
    wanted: Mapping[TicketType, int],
    *,
    mailbox: str,
    beside: UUID | None = None,
) -> None:
    """Held places count like sold ones, and what the organizer gave for nothing does not.
    `beside` is the booking that is asked about itself."""
    limited = {one: count for one, count in wanted.items() if one.max_per_person is not None}
    if not limited or not mailbox:
        return
    take_turn(event.pk.bytes + mailbox.encode())
    theirs = (
        Ticket.objects.filter(
            event=event,
            booking__mailbox=mailbox,
            ticket_type__in=limited,
            booking__event=event,
            booking__is_comp=False,
        )
        .exclude(status=TicketStatus.VOID)
        .exclude(booking=beside)
        .values_list("ticket_type")
        .annotate(count=Count("*"))
    )
    has = dict(theirs)
    for one, count in limited.items():
        most = one.max_per_person or 0
        if has.get(one.pk, 0) + count > most:
            raise LimitExceeded(most=most, has=has.get(one.pk, 0))
