"""Shapes of what is sent from the pages of a booking; rules are the domain's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bookings.domain.wishes import WantedLine
from ticketing.core.errors import InvalidInput
from ticketing.core.money import Money

QUANTITY, PRICE = "quantity-", "price-"
HIGHEST_QUANTITY = 1000
LONGEST_CODE, LONGEST_PRICE = 40, 20
AMOUNT = re.compile(r"[0-9]{1,15}([.,][0-9]{1,3})?")


class PriceUnclear(InvalidInput):
    code = "price_unclear"
    message = _("Please write the price as a number, like 12.50.")


def quantity_field(ticket_type: UUID) -> str:
    return f"{QUANTITY}{ticket_type}"


def price_field(ticket_type: UUID) -> str:
    return f"{PRICE}{ticket_type}"


@dataclass(frozen=True)
class Chosen:
    """How many of what somebody has chosen on the page of an event, as it was sent."""

    quantities: Mapping[UUID, int] = field(default_factory=dict)
    prices: Mapping[UUID, str] = field(default_factory=dict)
    code: str = ""

    @classmethod
    def of(cls, sent: Mapping[str, Any]) -> Self:
        """What is no choice at all is left out."""
        quantities, prices = {}, {}
        for name, value in sent.items():
            if ticket_type := named(name, QUANTITY):
                quantities[ticket_type] = count_of(value)
            elif ticket_type := named(name, PRICE):
                prices[ticket_type] = str(value).strip()[:LONGEST_PRICE]
        code = str(sent.get("discount_code", "")).replace("\0", "").strip()[:LONGEST_CODE]
        return cls(quantities, prices, code)

    @property
    def ticket_types(self) -> set[UUID]:
        return {one for one, quantity in self.quantities.items() if quantity}

    def lines(self, *, own_prices: set[UUID], currency: str) -> list[WantedLine]:
        """Raises PriceUnclear where people say what they pay and said something else."""
        return [
            WantedLine(
                ticket_type=one,
                quantity=quantity,
                price=self.price_of(one, currency) if one in own_prices else None,
            )
            for one, quantity in self.quantities.items()
            if quantity
        ]

    def price_of(self, ticket_type: UUID, currency: str) -> int | None:
        text = self.prices.get(ticket_type, "").replace("\u202f", "").replace(" ", "")
        if not text:
            return None
        if not AMOUNT.fullmatch(text):
            raise PriceUnclear
        try:
            return Money.of(text.replace(",", "."), currency).minor
        except ValueError:  # more decimals than the currency has
            raise PriceUnclear from None


def named(name: str, prefix: str) -> UUID | None:
    if not name.startswith(prefix):
        return None
    try:
        return UUID(name.removeprefix(prefix))
    except ValueError:
        return None


def count_of(value: Any) -> int:
    text = str(value)
    is_count = text.isascii() and text.isdigit() and len(text) < 6
    return min(int(text), HIGHEST_QUANTITY) if is_count else 0
