"""Whether what somebody wants can be sold at all, before any place is touched."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookings.domain.wishes import Wanted, WantedLine
from bookings.queries.sales import Sale
from events.domain.codes import find_code
from events.domain.offers import is_shown_by, on_offer
from events.domain.prices import Discount, Line, Price, compute_price
from events.enums import EventStatus, OfferState, Visibility
from events.models import CodeTicketType, TicketType
from events.queries import places_left
from ticketing.core.errors import Conflict, InvalidInput, NotThere

MOST_LINES = 50
MOST_PLACES = 100


class NoSuchEvent(NotThere):
    code = "not_found"
    message = _("There is no such event.")


class EventIsCancelled(Conflict):
    code = "event_cancelled"
    message = _("This event will not take place, so there is nothing to book.")


class SalesPaused(Conflict):
    code = "sales_paused"
    message = _("Sales are paused. The organizer will say when they go on.")


class SaleNotOpen(Conflict):
    code = "sale_not_open"
    message = _("These tickets are not on sale yet.")


class SaleOver(Conflict):
    code = "sale_over"
    message = _("These tickets are not sold any more.")


class LimitExceeded(Conflict):
    code = "limit_exceeded"
    message = _("That is more than one person can have of these tickets.")


class NoSuchTickets(InvalidInput):
    code = "no_such_tickets"
    message = _("This event has no such tickets.")


class NothingWanted(InvalidInput):
    code = "nothing_wanted"
    message = _("Please choose at least one ticket.")


class TooFewWanted(InvalidInput):
    code = "too_few_wanted"
    message = _("Of these tickets more are needed in one booking.")


class TooManyAttendees(InvalidInput):
    code = "too_many_attendees"
    message = _("There are more names than tickets.")


class TermsNotAccepted(InvalidInput):
    code = "terms_not_accepted"
    message = _("Please accept the terms of the event.")


def require_sellable(sale: Sale, wanted: Wanted, discount: Discount | None) -> None:
    """Raises the first thing that is in the way, most general first."""
    event, now = sale.event, sale.as_of
    is_open = wanted.is_let_in or event.is_opened_by(wanted.access_code)
    if event.visibility == Visibility.PRIVATE and not is_open:
        raise NoSuchEvent
    require_open(sale, now=now)
    require_lines(sale, wanted)
    quantities = Counter[TicketType]()
    for line in wanted.lines:
        quantities[sale.ticket_types[line.ticket_type]] += line.quantity
    for ticket_type, quantity in quantities.items():
        if ticket_type.is_hidden and not is_shown_by(discount, ticket_type, now=now):
            raise NoSuchTickets(field="lines")
        require_in_its_time(ticket_type, now=now)
        require_quantity(ticket_type, quantity)
    require_turn(sale, quantities, discount)
    if event.asks_to_accept_terms and not wanted.has_accepted_terms and not wanted.is_hold_only:
        raise TermsNotAccepted(field="terms_accepted")


def require_open(sale: Sale, *, now: datetime) -> None:
    event = sale.event
    if event.status == EventStatus.CANCELLED:
        raise EventIsCancelled
    is_past = event.ends_at is not None and event.ends_at <= now
    if event.status != EventStatus.PUBLISHED or is_past:
        raise SaleOver
    if event.sales_paused_at is not None:
        raise SalesPaused


def require_lines(sale: Sale, wanted: Wanted) -> None:
    if not wanted.lines:
        raise NothingWanted(field="lines")
    if len(wanted.lines) > MOST_LINES or wanted.places > MOST_PLACES:
        raise LimitExceeded(field="lines")
    for position, line in enumerate(wanted.lines):
        where = f"lines.{position}"
        known = sale.ticket_types.get(line.ticket_type)
        if known is None or known.withdrawn_at is not None:
            raise NoSuchTickets(field=f"{where}.ticket_type")
        if line.quantity < 1:
            raise NothingWanted(field=f"{where}.quantity")
        if len(line.attendees) > line.quantity:
            raise TooManyAttendees(field=f"{where}.attendees")


def require_in_its_time(ticket_type: TicketType, *, now: datetime) -> None:
    if ticket_type.sale_starts_at is not None and ticket_type.sale_starts_at > now:
        raise SaleNotOpen(opens_at=ticket_type.sale_starts_at)
    if not ticket_type.is_sold_at(now):
        raise SaleOver


def require_quantity(ticket_type: TicketType, quantity: int) -> None:
    if quantity > ticket_type.max_per_order:
        raise LimitExceeded(
            ngettext(
                "At most %(most)s ticket “%(name)s” can be booked at once.",
                "At most %(most)s tickets “%(name)s” can be booked at once.",
                ticket_type.max_per_order,
            )
            % {"most": ticket_type.max_per_order, "name": ticket_type.name},
            most=ticket_type.max_per_order,
        )
    if quantity < ticket_type.min_per_order:
        raise TooFewWanted(fewest=ticket_type.min_per_order)


def require_turn(sale: Sale, wanted: Collection[TicketType], discount: Discount | None) -> None:
    """What waits for another to be sold out is counted, and nothing else: counting costs."""
    if all(one.shown_after_id is None for one in wanted):
        return
    offered = on_offer(
        sale.event,
        sale.event.ticket_types.all(),
        places_left(sale.event),
        now=sale.as_of,
        discount=discount,
    )
    shown = {one.ticket_type.pk for one in offered if one.state != OfferState.ENDED}
    if any(one.pk not in shown for one in wanted):
        raise SaleNotOpen


def discount_for(sale: Sale, wanted: Wanted) -> Discount | None:
    """The code that somebody gave: one that makes cheaper, or one that shows what is hidden."""
    text = wanted.discount_code.strip()
    if not text and not sale.event.is_opened_by(wanted.access_code):
        text = wanted.access_code.strip()
    if not text:
        return None
    code = find_code(sale.event, text, now=sale.as_of)
    chosen = CodeTicketType.objects.filter(code=code).values_list("ticket_type", flat=True)
    return Discount(code, counts_for=set(chosen))


def price_of(sale: Sale, wanted: Wanted, discount: Discount | None) -> Price:
    """What it costs: from our own rows, whatever the client believes (trust statement 49)."""
    return compute_price([line_of(sale, line) for line in wanted.lines], sale.terms, discount)


def line_of(sale: Sale, line: WantedLine) -> Line:
    return Line(sale.ticket_types[line.ticket_type], line.quantity, own_price=line.price)
