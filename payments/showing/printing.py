"""Invoices as PDF: in the buyer's language and way of writing money, and reaching nothing."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from django.template.loader import render_to_string
from django.utils import translation

from accounts.notifications.domain.messages import supported_language
from bookings.printing.press import print_html
from events.showing.moments import locale_of
from payments.enums import DocumentKind
from payments.models import Invoice
from ticketing.core.money import Money


def print_invoice(invoice: Invoice) -> bytes:
    return print_html(html_of(invoice), "pdf/invoice.css")


def html_of(invoice: Invoice) -> str:
    """Everything that people wrote is escaped by the template."""
    language = supported_language(invoice.language)
    with translation.override(language):
        return render_to_string("pdf/invoice.html", shown(invoice, language))


def shown(invoice: Invoice, language: str) -> dict[str, Any]:
    facts, locale = invoice.facts, locale_of(language)

    def money(minor: int) -> str:
        return Money(minor, invoice.currency).format(locale)

    def day(moment: datetime) -> str:
        return str(format_date(moment.astimezone(ZoneInfo(facts["zone"])), "long", locale=locale))

    is_net = not facts["is_tax_included"]
    lines = [
        {
            "name": one["name"],
            "quantity": one["quantity"],
            "tax": f"{one['tax_name']} {one['percent']} %" if one["percent"] else "",
            "total": money(one["total"] - one["tax"] if is_net else one["total"]),
        }
        for one in facts["lines"]
    ]
    buyer_in = facts["buyer"].get("country") or ""
    begins = datetime.fromisoformat(facts["starts_at"]) if facts["starts_at"] else None
    return {
        "language": language,
        "invoice": invoice,
        "title": invoice.get_kind_display(),
        "is_invoice": invoice.kind == DocumentKind.INVOICE,
        "is_net": is_net,
        "facts": facts,
        "issued": day(invoice.issued_at),
        "when": day(begins) if begins else "",
        "country": Locale.parse(locale).territories.get(buyer_in, buyer_in),
        "lines": lines,
        "taxes": [(name, money(base), money(tax)) for name, base, tax in taxes_of(invoice)],
        "net": money(invoice.total - invoice.tax),
        "tax": money(invoice.tax),
        "total": money(invoice.total),
    }


def taxes_of(invoice: Invoice) -> list[tuple[str, int, int]]:
    """Of each rate what it was taken from, and the tax; they sum up to the document's."""
    found: dict[str, list[int]] = {}
    for one in invoice.facts["lines"]:
        if one["tax"]:
            name = f"{one['tax_name']} {one['percent']} %".strip()
            base, tax = found.setdefault(name, [0, 0])
            found[name] = [base + one["total"] - one["tax"], tax + one["tax"]]
    return [(name, base, tax) for name, (base, tax) in found.items()]
