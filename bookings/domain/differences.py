"""What tickets cost more or less than those they are exchanged for.

What was sold stays written as it was sold: booking, lines, ledger and invoice say what was paid.
What of a ticket's price comes back stands on the ticket, so that it never comes back again, and
goes back as a refund, which has its own posting and credit note. Nothing more can be asked for
here: dearer tickets are given without it, or not at all.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from bookings.announcements import DifferenceDue
from bookings.models import Booking, Ticket
from events.domain.prices import Line, Terms, compute_price
from events.enums import TaxKind
from events.models import TicketType
from events.queries.terms import terms
from ticketing.core.errors import Conflict
from ticketing.core.outbox import announce


class PriceDiffers(Conflict):
    code = "price_differs"
    message = _(
        "These tickets cost more, and the difference cannot be asked for here. Say that they are"
        " given without it; or cancel these tickets and book the others, which are then paid."
    )


class TaxDiffers(Conflict):
    code = "tax_differs"
    message = _(
        "These tickets are in another currency, or taxed otherwise than what was paid. Cancel them"
        " and book the others."
    )


@dataclass(frozen=True)
class Difference:
    """Of all tickets together, in the smallest unit."""

    back: int = 0
    waived: int = 0

    @property
    def facts(self) -> dict[str, int]:
        """For the record, where there is one."""
        both = {"given_back": self.back, "not_charged": self.waived}
        return {name: amount for name, amount in both.items() if amount}


def take_difference(
    booking: Booking,
    exchanged: Collection[tuple[Ticket, TicketType]],
    *,
    is_waived: bool,
    now: datetime,
) -> Difference:
    """Note on each ticket what comes back of its price; whoever writes the tickets keeps it.

    By today's prices, all in: of a cheaper ticket the difference, but never more than was paid
    above its price. The booking is locked. Raises PriceDiffers, TaxDiffers.
    """
    if not booking.total:
        return Difference()
    events = {one.event_id: one.event for pair in exchanged for one in pair}
    made_with = {key: terms(event, now=now) for key, event in events.items()}
    back = waived = 0
    for ticket, to in exchanged:
        of, new_terms = ticket.ticket_type, made_with[to.event_id]
        if taxed(of, made_with[of.event_id]) != taxed(to, new_terms):
            raise TaxDiffers(field="ticket_type")
        before, after = price(of, made_with[of.event_id]), price(to, new_terms)
        paid = ticket.line.unit_price - ticket.taken_off
        comes_back = min(max(before - after, 0), max(paid - after, 0))
        ticket.taken_off += comes_back
        back, waived = back + comes_back, waived + max(after - before, 0)
    if waived and not is_waived:
        raise PriceDiffers(field="ticket_type")
    return Difference(back, waived)


def price(ticket_type: TicketType, made_with: Terms) -> int:
    return compute_price([Line(ticket_type, 1)], made_with).total


def taxed(ticket_type: TicketType, made_with: Terms) -> tuple[str, Decimal, tuple[str, str]]:
    """What the tax in a price hangs on: no region where there is none."""
    percent = made_with.percents.get(TaxKind(ticket_type.tax_kind), Decimal(0))
    region = ticket_type.event.taxed_in if percent else ("", "")
    return made_with.currency, percent, region


def tell_of_difference(booking: Booking, difference: Difference) -> None:
    if difference.back:
        announce(
            DifferenceDue(booking_id=booking.pk, amount=difference.back, currency=booking.currency),
            about=booking,
            organizer=booking.organizer_id,
        )
