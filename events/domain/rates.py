"""What a price is about in another currency: to be shown, never to be charged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import batched

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.people import require_staff
from accounts.models import User
from events.enums import RateSource
from events.models import Rate
from events.queries.rates import rates_on
from events.rates.reading import PLACES, RateOfDay, is_rate
from ticketing.core.errors import InvalidInput
from ticketing.core.money import EXPONENTS, Money
from ticketing.core.pages import forget_pages

EURO = "EUR"
DIGITS = 50
AT_ONCE = 5_000


class CurrencyUnclear(InvalidInput):
    code = "currency_unclear"
    message = _("Please give a currency in three letters, other than the euro.")


class RateUnclear(InvalidInput):
    code = "rate_unclear"
    message = _("A rate is more than nothing and has at most eight decimals.")


class DayToCome(InvalidInput):
    code = "day_to_come"
    message = _("A rate is of today, or of a day before.")


@dataclass(frozen=True)
class Exchange:
    """From one currency to another by the rates of a day."""

    source: str
    target: str
    before: Decimal
    """How much of each one euro is worth."""
    after: Decimal
    day: date
    """Of the rates, the older one if there are two."""

    def about(self, money: Money) -> Money:
        """Rounded half away from zero to what the other currency can show."""
        if money.currency != self.source:
            raise ValueError(f"{money.currency} is not {self.source}")
        with localcontext(prec=DIGITS):
            exact = (money.amount * self.after / self.before).scaleb(EXPONENTS[self.target])
            return Money(int(exact.to_integral_value(ROUND_HALF_UP)), self.target)


def exchange(source: str, target: str, *, on: date) -> Exchange | None:
    """None where there is nothing to exchange, or no rate that is fresh enough: one statement."""
    if source == target or not {source, target} <= set(EXPONENTS):
        return None
    wanted = {source, target} - {EURO}
    known = {one.currency: one for one in rates_on(on, wanted)}
    if set(known) != wanted:
        return None
    one = Decimal(1)
    before, after = (known[each].rate if each in known else one for each in (source, target))
    return Exchange(source, target, before, after, min(rate.day for rate in known.values()))


def about(money: Money, currency: str, *, on: date) -> tuple[Money, date] | None:
    """What it is about in that currency, and of which day the rate is; None if nobody knows."""
    found = exchange(money.currency, currency, on=on)
    return None if found is None else (found.about(money), found.day)


# --- Where they come from ----------------------------------------------------------------------


@transaction.atomic
def keep_rates(rates: Iterable[RateOfDay]) -> int:
    """As the bank published them; of a day that is known already, what it says now."""
    count = 0
    for batch in batched(rates, AT_ONCE, strict=False):
        rows = [
            Rate(currency=one.currency, day=one.day, rate=one.rate, source=RateSource.ECB)
            for one in batch
        ]
        Rate.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["day", "currency", "source"],
            update_fields=["rate"],
        )
        count += len(rows)
    forget_pages("rates")
    return count


@transaction.atomic
def set_rate(currency: str, *, day: date, rate: Decimal, by: User, now: datetime) -> Rate:
    """By hand, for what the bank does not list; the same day again corrects it.

    The platform's staff alone. Raises StaffAlone, CurrencyUnclear, RateUnclear, DayToCome.
    """
    require_staff(by)
    code = currency.strip().upper()
    if code not in EXPONENTS or code == EURO:
        raise CurrencyUnclear(field="currency")
    if not is_rate(rate) or rate != rate.quantize(PLACES):
        raise RateUnclear(field="rate")
    if day > now.date():
        raise DayToCome(field="day")
    rows = Rate.objects.select_for_update().filter(source=RateSource.MANUAL)
    row = rows.filter(currency=code, day=day).first()
    before = {} if row is None else {"rate": str(row.rate.normalize())}
    row = row or Rate(currency=code, day=day, source=RateSource.MANUAL)
    row.rate = rate
    row.save()
    record(
        action="rates.set", by=by, on=row, before=before, now=now,
        after={"currency": code, "day": day.isoformat(), "rate": str(rate.normalize())},
    )  # fmt: skip
    forget_pages("rates")
    return row
