"""Money: a whole number of a currency's smallest unit, never a fraction of it."""

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, total_ordering
from types import MappingProxyType
from typing import Self

from babel import Locale
from babel.numbers import NumberPattern
from iso4217 import Currency

# ISO 4217: how many decimals a currency has (JPY 0, EUR 2, KWD 3). Metals, testing codes and
# funds of account have none given and cannot be paid with.
EXPONENTS = MappingProxyType(
    {currency.code: currency.exponent for currency in Currency if currency.exponent is not None}
)

LETTER_BESIDE_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


class DifferentCurrencies(TypeError):
    pass


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"Money is a whole number of minor units, not {self.minor!r}")
        if self.currency not in EXPONENTS:
            raise ValueError(f"{self.currency!r} is no currency of ISO 4217")

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Self:
        """What a person writes: `Money.of("12.50", "EUR")`. Refuses what the currency cannot show."""
        scaled = Decimal(amount).scaleb(EXPONENTS.get(currency, 0))
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise ValueError(f"{currency} cannot show {amount}")
        return cls(int(scaled), currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @property
    def exponent(self) -> int:
        return EXPONENTS[self.currency]

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor).scaleb(-self.exponent)

    def __add__(self, other: Self) -> Self:
        return type(self)(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.minor - self._minor_of(other), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def __mul__(self, count: int) -> Self:
        return type(self)(self.minor * count, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Self) -> bool:
        return self.minor < self._minor_of(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _minor_of(self, other: Self) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"{other!r} is no money")
        if other.currency != self.currency:
            raise DifferentCurrencies(f"{self.currency} and {other.currency} do not mix")
        return other.minor

    def share(self, rate: Decimal) -> Self:
        """A part of it (a tax, a fee), rounded half away from zero to the minor unit."""
        part = (self.minor * rate).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return type(self)(int(part), self.currency)

    def split(self, weights: Sequence[int]) -> list[Self]:
        """Parts in proportion to the weights whose sum is exactly this amount.

        What is left after rounding down goes, a minor unit each, to the largest remainders;
        among equals, to the first.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("a split needs weights of which none is negative and one is positive")
        sign = -1 if self.minor < 0 else 1
        shares = [divmod(abs(self.minor) * weight, total) for weight in weights]
        parts = [whole for whole, _ in shares]
        by_remainder = sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))
        for index in by_remainder[: abs(self.minor) - sum(parts)]:
            parts[index] += 1
        return [type(self)(sign * part, self.currency) for part in parts]

    def format(self, locale: str) -> str:
        """`42,00 €`, `€42.00`, `¥500`: as the language writes it, with ISO 4217's decimals."""
        pattern = currency_pattern(locale.replace("-", "_"), self.exponent)
        formatted: str = pattern.apply(
            self.amount, locale.replace("-", "_"), currency=self.currency, currency_digits=False
        )
        # CLDR asks for a space between letters and digits (KWD 1.234); Babel does not put it.
        return LETTER_BESIDE_DIGIT.sub("\N{NO-BREAK SPACE}", formatted)


@cache
def currency_pattern(locale: str, decimals: int) -> NumberPattern:
    # Babel would show as many decimals as are customary (none for some currencies that have
    # cents); what is charged must be what is shown.
    pattern: NumberPattern = copy(Locale.parse(locale).currency_formats["standard"])
    pattern.frac_prec = (decimals, decimals)
    return pattern
