"""Invoices and credit notes: issued by workers, numbered without a gap, followed and never changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.permissions import require
from accounts.models import User
from accounts.permissions import Permission
from bookings.models import Booking, BookingLine
from events.enums import TaxKind
from events.models import TaxRate
from events.queries.terms import taxed_on
from payments.domain.posting import has_place
from payments.domain.vat import checked_vat_id, is_reverse_charge
from payments.enums import DocumentKind, RefundStatus
from payments.models import Invoice, Refund, Seller
from ticketing.core.errors import Conflict
from ticketing.core.failpoints import failpoint
from ticketing.core.money import Money
from ticketing.core.turns import take_turn

BILLING = ("name", "company", "address", "postal_code", "country", "vat_id")
type Facts = dict[str, Any]


class NothingLeftToCorrect(Conflict):
    code = "nothing_left_to_correct"
    message = _("All of this invoice was credited already.")


@transaction.atomic
def issue_invoice(booking_id: UUID, *, now: datetime) -> Invoice | None:
    """Of a booking that was confirmed and cost something. Again: the same one.

    Locks the booking: whoever corrects its details waits until there is something to correct.
    """
    Booking.objects.select_for_update().get(pk=booking_id)
    booking = to_invoice(booking_id)
    if not booking.total or booking.confirmed_at is None:
        return None
    return issue(
        DocumentKind.INVOICE,
        booking,
        occasion=f"confirmed:{booking.pk}",
        total=booking.total,
        tax=booking.tax,
        facts=facts_of(booking, booking.billing),
        now=now,
    )


@transaction.atomic
def issue_credit_note(refund_id: UUID, *, now: datetime) -> Invoice | None:
    """Of money that went back for a booking that had been invoiced. Again: the same one."""
    refund = Refund.objects.select_related("payment__booking").get(pk=refund_id)
    if not has_place(refund.payment):
        return None
    issue_invoice(refund.payment.booking_id, now=now)
    invoice = standing_invoice(refund.payment.booking_id)
    if invoice is None:
        return None
    take_turn(f"credit:{invoice.pk}".encode())
    return credit(
        invoice,
        refund.money,
        occasion=f"refund:{refund.pk}",
        facts={"reason": refund.reason},
        now=now,
    )


@transaction.atomic
def reverse_credit_note(refund_id: UUID, *, now: datetime) -> Invoice | None:
    """A bank sent back what had been credited: the sum is owed as before."""
    refund = Refund.objects.get(pk=refund_id)
    if refund.status != RefundStatus.FAILED:
        return None
    note = Invoice.objects.filter(occasion=f"refund:{refund.pk}").first()
    if note is None:
        return None
    return issue(
        DocumentKind.REVERSAL,
        to_invoice(note.booking_id),
        occasion=f"refund_failed:{refund.pk}",
        total=note.total,
        tax=note.tax,
        facts={**note.facts, "corrects": note.spelled},
        corrects=note,
        now=now,
    )


@transaction.atomic
def correct_invoice(
    invoice: Invoice, billing: Mapping[str, str], *, by: User, now: datetime
) -> Invoice:
    """To somebody else's name or address: the first is credited, and another one is issued.

    Raises NothingLeftToCorrect, RoleMayNot.
    """
    require(by, Permission.REFUND, invoice.organizer)
    return reissue_invoice(invoice, billing, by=by, now=now)


def reissue_invoice(
    invoice: Invoice, billing: Mapping[str, str], *, by: User | None, now: datetime
) -> Invoice:
    """Within a transaction. Raises NothingLeftToCorrect."""
    take_turn(f"credit:{invoice.pk}".encode())
    left = Money(invoice.total - credited(invoice)[0], invoice.currency)
    if not left or invoice.kind != DocumentKind.INVOICE:
        raise NothingLeftToCorrect
    once = uuid4()
    tax = invoice.tax - credited(invoice)[1]
    credit(invoice, left, occasion=f"corrected:{once}", facts={"reason": "corrected"}, now=now)
    booking = to_invoice(invoice.booking_id)
    kept = {name: billing.get(name, "") for name in BILLING}
    made = issue(
        DocumentKind.INVOICE,
        booking,
        occasion=f"correction:{once}",
        total=left.minor,
        tax=tax,
        facts=facts_of(booking, kept) | {"corrects": invoice.spelled},
        corrects=invoice,
        now=now,
    )
    record(
        action="payments.invoice_corrected",
        by=by,
        on=invoice,
        organizer=invoice.organizer_id,
        after={"by": made.spelled},
        now=now,
    )
    return made


# --- Numbers -----------------------------------------------------------------------------------


def issue(  # noqa: PLR0913 - each is a fact of the row
    kind: DocumentKind,
    booking: Booking,
    *,
    occasion: str,
    total: int,
    tax: int,
    facts: Facts,
    corrects: Invoice | None = None,
    now: datetime,
) -> Invoice:
    """The next number of the organizer's year, one after the other. Within a transaction: a
    document that is taken back takes its number with it, so that there is no gap."""
    year = now.astimezone(booking.event.zone).year
    take_turn(f"invoice:{booking.organizer_id}:{year}".encode())
    if known := Invoice.objects.filter(occasion=occasion).first():
        return known
    theirs = Invoice.objects.filter(organizer=booking.organizer_id, year=year)
    last = theirs.aggregate(last=Max("number"))["last"] or 0
    failpoint("invoices.numbered")
    return Invoice.objects.create(
        kind=kind,
        year=year,
        number=last + 1,
        booking=booking,
        corrects=corrects,
        occasion=occasion,
        language=booking.language,
        currency=booking.currency,
        total=total,
        tax=tax,
        facts=facts,
        issued_at=now,
    )


def credit(
    invoice: Invoice, money: Money, *, occasion: str, facts: Facts, now: datetime
) -> Invoice | None:
    """Some of it, with its part of the tax: all credit notes together have the invoice's."""
    if known := Invoice.objects.filter(occasion=occasion).first():
        return known
    total_before, tax_before = credited(invoice)
    so_far = Money(min(total_before + money.minor, invoice.total), invoice.currency)
    amount = so_far.minor - total_before
    if amount <= 0:
        return None
    weights = [invoice.total - invoice.tax, invoice.tax]
    tax = min(max(so_far.split(weights)[1].minor - tax_before, 0), amount)
    return issue(
        DocumentKind.CREDIT_NOTE,
        to_invoice(invoice.booking_id),
        occasion=occasion,
        total=amount,
        tax=tax,
        facts={**invoice.facts, **facts, "lines": [], "corrects": invoice.spelled},
        corrects=invoice,
        now=now,
    )


def credited(invoice: Invoice) -> tuple[int, int]:
    """Sum and tax of its credit notes, without those that were reversed."""
    notes = Invoice.objects.filter(corrects=invoice, kind=DocumentKind.CREDIT_NOTE)
    back = Invoice.objects.filter(corrects__corrects=invoice, kind=DocumentKind.REVERSAL)
    sums = [rows.aggregate(total=Sum("total"), tax=Sum("tax")) for rows in (notes, back)]
    total, tax = ((sums[0][name] or 0) - (sums[1][name] or 0) for name in ("total", "tax"))
    return total, tax


def standing_invoice(booking_id: UUID) -> Invoice | None:
    """The one that counts: the latest, if there was a corrected one."""
    rows = Invoice.objects.filter(booking=booking_id, kind=DocumentKind.INVOICE)
    return rows.order_by("-pk").first()


# --- What they say -----------------------------------------------------------------------------


def to_invoice(booking_id: UUID) -> Booking:
    return Booking.objects.select_related("event__venue", "organizer").get(pk=booking_id)


def facts_of(booking: Booking, billing: Mapping[str, Any]) -> Facts:
    """As it is today; the document says it for good."""
    seller, buyer = seller_of(booking), buyer_of(booking, billing)
    lines = [line_facts(booking, one) for one in booking.lines.order_by("position")]
    return {
        "seller": seller,
        "buyer": buyer,
        "event": booking.event.title,
        "starts_at": booking.event.starts_at.isoformat() if booking.event.starts_at else "",
        "zone": str(booking.event.zone),
        "reference": booking.reference,
        "is_tax_included": booking.event.is_tax_included,
        "lines": lines,
        "is_reverse_charge": not booking.tax
        and is_reverse_charge(
            seller_country=seller["country"],
            buyer_country=buyer["country"],
            buyer_vat_id=buyer["vat_id"],
        ),
    }


def buyer_of(booking: Booking, billing: Mapping[str, Any]) -> dict[str, str]:
    buyer = {name: str(billing.get(name) or "") for name in BILLING}
    buyer["name"] = buyer["name"] or booking.buyer_name or booking.buyer_email
    buyer["vat_id"] = checked_vat_id(buyer["vat_id"], buyer["country"]) if buyer["vat_id"] else ""
    return buyer


def seller_of(booking: Booking) -> dict[str, str]:
    found = Seller.objects.filter(organizer=booking.organizer_id).first()
    if found is None:
        country = booking.event.taxed_in[0]
        return {"name": booking.organizer.name, "country": country, "address": "", "vat_id": "",
                "small_print": ""}  # fmt: skip
    names = ("name", "address", "country", "vat_id", "small_print")
    return {name: str(getattr(found, name)) for name in names}


def line_facts(booking: Booking, line: BookingLine) -> Facts:
    rate = rate_of(booking, line) if line.tax else None
    return {
        "name": line.name,
        "quantity": line.quantity,
        "unit": line.unit_price,
        "total": line.total,
        "tax": line.tax,
        "tax_name": rate.name if rate else "",
        "percent": f"{rate.percent.normalize():f}" if rate else "",
    }


def rate_of(booking: Booking, line: BookingLine) -> TaxRate | None:
    """What the price was made with: a region's own rate stands before its country's."""
    country, region = booking.event.taxed_in
    day = taxed_on(booking.event, now=booking.confirmed_at or booking.created_at)
    rates = TaxRate.objects.filter(
        country=country,
        region__in=["", region],
        kind=TaxKind(line.ticket_type.tax_kind),
        valid_from__lte=day,
    ).order_by("-region", "-valid_from")
    return next((one for one in rates if one.valid_until is None or day < one.valid_until), None)
