"""How many of a ticket somebody may take, as the fields of a form."""

from dataclasses import dataclass

from django import template

from bookings.forms.choosing import Chosen, price_field, quantity_field
from events.showing.tickets import ShownTicket
from ticketing.core.money import Money

register = template.Library()


@dataclass(frozen=True)
class Choice:
    name: str
    quantities: list[int]
    chosen: int
    price_name: str
    price: str


@register.simple_tag
def choice_of(ticket: ShownTicket, chosen: Chosen | None, is_only: object) -> Choice:
    """None of it, or as many as one booking may have and there are. Where there is nothing else
    to choose, the fewest are chosen already."""
    kind = ticket.offer.ticket_type
    most = min(kind.max_per_order, kind.max_per_order if ticket.left is None else ticket.left)
    fewest = kind.min_per_order
    before = chosen.quantities.get(kind.pk, 0) if chosen else fewest if is_only else 0
    suggested = Money(kind.price, ticket.price.currency).amount
    return Choice(
        name=quantity_field(kind.pk),
        quantities=[0, *range(fewest, most + 1)],
        chosen=min(before, most) if before >= fewest else 0,
        price_name=price_field(kind.pk),
        price=chosen.prices.get(kind.pk, "") if chosen else str(suggested),
    )
