"""What an event's prices are made with, fetched with the event itself."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Coalesce, JSONObject

from events.domain.prices import Terms
from events.enums import TaxKind
from events.models import Event, Fee, TaxRate

FEE = ("name", "percent", "amount", "is_included", "position")
RATE = ("kind", "percent", "valid_from", "valid_until")


def with_terms(events: QuerySet[Event]) -> QuerySet[Event]:
    """Annotate what `terms_of` reads: fees, and the tax rates of where the event is taxed."""
    fees = Fee.objects.filter(event=OuterRef("pk")).order_by("position", "id")
    rates = TaxRate.objects.filter(
        country=OuterRef("country_taxed"), region__in=[OuterRef("region_taxed"), ""]
    ).order_by("region", "valid_from")
    own = When(tax_country__gt="", then=F("tax_country"))
    own_region = When(tax_country__gt="", then=F("tax_region"))
    return events.annotate(
        country_taxed=Case(own, default=Coalesce("venue__country", Value(""))),
        region_taxed=Case(own_region, default=Coalesce("venue__region", Value(""))),
        fee_rows=ArraySubquery(fees.values(json=JSONObject(**{name: name for name in FEE}))),
        rate_rows=ArraySubquery(rates.values(json=JSONObject(**{name: name for name in RATE}))),
    )


def terms_of(event: Event, *, now: datetime) -> Terms:
    """From a row of `with_terms`. A region's own rate stands before its country's."""
    fees: Iterable[dict[str, Any]] = event.fee_rows  # type: ignore[attr-defined] # annotated
    rates: Iterable[dict[str, Any]] = event.rate_rows  # type: ignore[attr-defined] # annotated
    day = taxed_on(event, now=now).isoformat()
    return Terms(
        currency=event.currency,
        is_tax_included=event.is_tax_included,
        fees=[Fee(**{**fee, "percent": Decimal(str(fee["percent"]))}) for fee in fees],
        percents={
            TaxKind(rate["kind"]): Decimal(str(rate["percent"]))
            for rate in rates
            if rate["valid_from"] <= day < (rate["valid_until"] or "9999")
        },
    )


def terms(event: Event, *, now: datetime) -> Terms:
    return terms_of(with_terms(Event.objects.filter(pk=event.pk)).get(), now=now)


def taxed_on(event: Event, *, now: datetime) -> date:
    """The day whose tax applies: when the event is, else today."""
    return (event.starts_at or now).astimezone(event.zone).date()
