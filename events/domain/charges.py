"""Fees that an organizer charges with tickets, and the tax rates that the platform keeps."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.people import require_staff
from accounts.models import User
from events.domain.asking import apply, note, open_to, tell_changed
from events.domain.events import InvalidValue, look_over, only
from events.enums import TaxKind
from events.models import Event, Fee, TaxRate
from events.rules import HIGHEST_PRICE
from ticketing.core.errors import Conflict, InvalidInput
from ticketing.core.pages import forget_pages

CHANGEABLE = frozenset({"amount", "is_included", "name", "percent", "position"})
MOST_FEES = 20


class FeeNeeded(InvalidInput):
    code = "fee_needed"
    message = _("Please say how much the fee is: an amount, a percentage, or both.")


class PercentUnclear(InvalidInput):
    code = "percent_unclear"
    message = _("A percentage is from 0 to 100.")


class TooManyFees(Conflict):
    code = "too_many_fees"
    message = _("An event has at most twenty fees.")


class RegionUnclear(InvalidInput):
    code = "region_unclear"
    message = _("Please give the country in two letters, and the region as in its post.")


class EndsBeforeItBegins(InvalidInput):
    code = "ends_before_it_starts"
    message = _("It must end after it begins.")


@transaction.atomic
def add_fee(event: Event, facts: Mapping[str, Any], *, by: User, now: datetime) -> Fee:
    """Charge it with each ticket that costs something, from the next booking on."""
    open_to(by, event)
    only(facts, CHANGEABLE)
    if event.fees.count() >= MOST_FEES:
        raise TooManyFees
    fee = Fee(event=event, organizer=event.organizer)
    apply(fee, facts)
    require_amount(fee)
    fee.save(force_insert=True)
    note("fees.added", fee, event=event, by=by, now=now, after=facts)
    tell_changed(event, ["fees"], now=now)
    return fee


@transaction.atomic
def change_fee(fee: Fee, changes: Mapping[str, Any], *, by: User, now: datetime) -> None:
    """What was booked keeps the fees it had."""
    open_to(by, fee.event)
    only(changes, CHANGEABLE)
    before, after = apply(fee, changes)
    if not before:
        return
    require_amount(fee)
    fee.save()
    note("fees.changed", fee, event=fee.event, by=by, now=now, before=before, after=after)
    tell_changed(fee.event, ["fees"], now=now)


@transaction.atomic
def remove_fee(fee: Fee, *, by: User, now: datetime) -> None:
    event = fee.event
    open_to(by, event)
    before = {"name": fee.name, "percent": fee.percent, "amount": fee.amount}
    note("fees.removed", fee, event=event, by=by, now=now, before=before)
    fee.delete()
    tell_changed(event, ["fees"], now=now)


@transaction.atomic
def set_tax_rate(
    *,
    where: str,
    kind: TaxKind,
    valid_from: date,
    facts: Mapping[str, Any],
    by: User,
    now: datetime,
) -> TaxRate:
    """Say what tax is taken somewhere (`FR`, `CA-ON`) from a day on; the platform's staff alone.

    `facts` are `name`, `percent` and perhaps `valid_until`. The same day again corrects that
    row; another one makes a new one, which stands before those of earlier days.
    What was booked keeps its tax. Raises StaffAlone, RegionUnclear, PercentUnclear,
    EndsBeforeItBegins.
    """
    require_staff(by)
    only(facts, {"name", "percent", "valid_until"})
    country, _dash, region = where.strip().upper().partition("-")
    if len(country) != 2 or not (country.isascii() and country.isalpha()):
        raise RegionUnclear(field="country")
    if kind == TaxKind.NONE:
        raise InvalidValue(field="kind")
    rates = TaxRate.objects.select_for_update().filter(country=country, region=region, kind=kind)
    rate = rates.filter(valid_from=valid_from).first() or TaxRate(
        country=country, region=region, kind=kind, valid_from=valid_from
    )
    before, after = apply(rate, facts)
    require_share(rate)
    rate.save()
    record(action="tax_rates.set", by=by, on=rate, before=before, after=after, now=now)
    forget_pages("events", "taxes")
    return rate


@transaction.atomic
def end_tax_rate(rate: TaxRate, *, valid_until: date | None, by: User, now: datetime) -> None:
    """That it is taken no more from a day on, without another in its place; None: it is."""
    require_staff(by)
    before, rate.valid_until = rate.valid_until, valid_until
    require_share(rate)
    rate.save(update_fields=["valid_until"])
    record(
        action="tax_rates.ended", by=by, on=rate, now=now,
        before={"valid_until": before}, after={"valid_until": valid_until},
    )  # fmt: skip
    forget_pages("events", "taxes")


def require_amount(fee: Fee) -> None:
    look_over(fee)
    if not 0 <= Decimal(fee.percent) <= 100:
        raise PercentUnclear(field="percent")
    if fee.amount > HIGHEST_PRICE:
        raise InvalidValue(field="amount")
    if not (fee.percent or fee.amount):
        raise FeeNeeded(field="amount")


def require_share(rate: TaxRate) -> None:
    look_over(rate)
    if not 0 <= Decimal(rate.percent) < 100:
        raise PercentUnclear(field="percent")
    if rate.valid_until is not None and rate.valid_until <= rate.valid_from:
        raise EndsBeforeItBegins(field="valid_until")
