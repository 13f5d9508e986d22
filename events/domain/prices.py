"""What a booking costs: one function for page, API and booking.

In whole minor units. Each unit is computed once and multiplied, so that the sum of what is shown
for one is what is paid for many; tax is taken out of a line's total and rounded once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from events.enums import CodeKind, TaxKind, TicketKind
from events.models import Code, Fee, TicketType
from events.rules import HIGHEST_PRICE
from ticketing.core.errors import InvalidInput
from ticketing.core.money import Money


class PriceTooLow(InvalidInput):
    code = "price_too_low"
    message = _("Please give at least the lowest price.")


class PriceTooHigh(InvalidInput):
    code = "price_too_high"
    message = _("This is more than we can take. Please check the amount.")


@dataclass(frozen=True)
class Terms:
    """What an event's prices are made with."""

    currency: str
    is_tax_included: bool = True
    fees: Sequence[Fee] = ()
    percents: Mapping[TaxKind, Decimal] = field(default_factory=dict)
    """Of each kind of tax; a kind that is missing takes none."""


@dataclass(frozen=True)
class Discount:
    """A code, and the ticket types it counts for: none named means all."""

    code: Code
    counts_for: Collection[UUID] = ()

    def is_for(self, ticket_type: TicketType) -> bool:
        return not self.counts_for or ticket_type.pk in self.counts_for


@dataclass(frozen=True)
class Line:
    """What somebody wants; `own_price` counts where people pay what they want."""

    ticket_type: TicketType
    quantity: int
    own_price: int | None = None


@dataclass(frozen=True)
class PricedLine:
    ticket_type: TicketType
    quantity: int
    unit_price: int
    """What one costs whoever buys it, all in."""
    discount: int
    """What the code took off the line, tax with it where prices are without."""
    fees: int
    """Contained in the total, whether they came on top or not."""
    tax: int
    """Contained in the total."""
    total: int


@dataclass(frozen=True)
class Price:
    currency: str
    lines: Sequence[PricedLine]

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def fees(self) -> int:
        return sum(line.fees for line in self.lines)

    @property
    def tax(self) -> int:
        return sum(line.tax for line in self.lines)

    @property
    def discount(self) -> int:
        return sum(line.discount for line in self.lines)


def compute_price(lines: Sequence[Line], terms: Terms, discount: Discount | None = None) -> Price:
    """What the lines cost. Raises PriceTooLow, PriceTooHigh for a price that people chose."""
    return Price(terms.currency, [price_line(line, terms, discount) for line in lines])


def price_line(line: Line, terms: Terms, discount: Discount | None) -> PricedLine:
    ticket_type = line.ticket_type
    percent = terms.percents.get(TaxKind(ticket_type.tax_kind), Decimal(0))
    before = Money(base_price(line), terms.currency)
    off = before - reduced(before, ticket_type, discount)
    asked = before - off
    if not terms.is_tax_included:
        asked, off = with_tax(asked, percent), with_tax(before, percent) - with_tax(asked, percent)
    on_top, contained = fees_of(asked, terms.fees)
    unit = asked + on_top
    total = unit * line.quantity
    return PricedLine(
        ticket_type=ticket_type,
        quantity=line.quantity,
        unit_price=unit.minor,
        discount=(off * line.quantity).minor,
        fees=((on_top + contained) * line.quantity).minor,
        tax=tax_in(total, percent).minor,
        total=total.minor,
    )


def base_price(line: Line) -> int:
    ticket_type = line.ticket_type
    if ticket_type.kind == TicketKind.FREE:
        return 0
    if ticket_type.kind == TicketKind.PAID or line.own_price is None:
        return ticket_type.price
    if line.own_price < ticket_type.min_price:
        raise PriceTooLow(field="price", min_price=ticket_type.min_price)
    if line.own_price > HIGHEST_PRICE:
        raise PriceTooHigh(field="price")
    return line.own_price


def reduced(price: Money, ticket_type: TicketType, discount: Discount | None) -> Money:
    """After the code, never below nothing."""
    if discount is None or not discount.is_for(ticket_type):
        return price
    code = discount.code
    if code.kind == CodeKind.PERCENT and code.percent is not None:
        return price - price.share(code.percent / 100)
    if code.kind == CodeKind.FIXED and code.amount is not None:
        return max(price - Money(code.amount, price.currency), Money.zero(price.currency))
    return price


def fees_of(price: Money, fees: Sequence[Fee]) -> tuple[Money, Money]:
    """What comes on top of one ticket and what is in its price; a ticket for nothing has none."""
    on_top = contained = Money.zero(price.currency)
    if not price:
        return on_top, contained
    for fee in fees:
        part = price.share(Decimal(fee.percent) / 100) + Money(fee.amount, price.currency)
        if fee.is_included:
            contained += part
        else:
            on_top += part
    # A fee that is more than the price it is contained in is all of it.
    return on_top, min(contained, price)


def with_tax(price: Money, percent: Decimal) -> Money:
    return price + price.share(percent / 100)


def tax_in(total: Money, percent: Decimal) -> Money:
    """The part of a price with tax that is tax."""
    return total.share(percent / (100 + percent))
