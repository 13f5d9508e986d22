"""How gateways write amounts: each has its own idea of how many decimals a currency has.

Ours is ISO 4217's (ticketing.core.money). A `Wire` turns one into the other exactly, or says that
it cannot: a price that a gateway has no way to write is refused where it is entered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from payments.gateways.base import NotShown
from ticketing.core.money import EXPONENTS, Money


@dataclass(frozen=True)
class Wire:
    """Whole numbers with so many decimals of the major unit."""

    gateway: str
    decimals: Mapping[str, int]
    """Of every currency that the gateway takes."""
    steps: Mapping[str, int] = field(default_factory=dict)
    """Where not every number is taken: only multiples of this."""

    def out(self, money: Money) -> int:
        """Raises NotShown."""
        shift = self.decimals_of(money.currency) - money.exponent
        number, rest = divmod(money.minor * ten_to(shift), ten_to(-shift))
        if rest or number % self.steps.get(money.currency, 1):
            raise NotShown(f"{self.gateway} cannot write {money.amount} {money.currency}")
        return number

    def back(self, number: int, currency: str) -> Money:
        """Raises NotShown where it says a part of our smallest unit, or is no whole number."""
        code = currency.upper()
        shift = self.decimals_of(code) - EXPONENTS[code]
        if type(number) is not int:
            raise NotShown(f"{self.gateway} says {number!r}, which is no whole number")
        minor, rest = divmod(number * ten_to(-shift), ten_to(shift))
        if rest:
            raise NotShown(f"{self.gateway} says {number} {code}, which {code} cannot show")
        return Money(minor, code)

    def nearest(self, number: int, currency: str) -> Money:
        """What others reckoned and we only write down (a fee of half a króna): rounded."""
        step = ten_to(self.decimals_of(currency.upper()) - EXPONENTS[currency.upper()])
        whole = (abs(number) + step // 2) // step * step
        return self.back(whole if number >= 0 else -whole, currency)

    def decimals_of(self, code: str) -> int:
        if code not in self.decimals:
            raise NotShown(f"{self.gateway} does not take {code}")
        return self.decimals[code]


def ten_to(power: int) -> int:
    """One where the power is negative: then the other side is multiplied."""
    return int(10 ** max(power, 0))


# --- Stripe (docs.stripe.com/currencies) ------------------------------------------------------

STRIPE_TAKES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF
CHF CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL
HTG HUF IDR ILS INR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA
MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR
RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TND TOP TRY TTD TWD TZS UAH UGX USD
UYU UZS VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW
""".split()  # noqa: SIM905 - reads as the list that it was taken from
# Without decimals there. ISK and UGX have none in ISO 4217 either, but are written with two, for
# those who began before they lost them; of HUF and TWD cents can be charged, but not paid out.
STRIPE_WHOLE = set("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())  # noqa: SIM905 - likewise
STRIPE_THREE = {"BHD", "JOD", "KWD", "OMR", "TND"}

STRIPE = Wire(
    gateway="stripe",
    decimals=MappingProxyType(
        {
            code: 0 if code in STRIPE_WHOLE else 3 if code in STRIPE_THREE else 2
            for code in STRIPE_TAKES
            if code in EXPONENTS
        }
    ),
    # The networks behind it take two of the three decimals.
    steps=MappingProxyType(dict.fromkeys(STRIPE_THREE, 10)),
)
