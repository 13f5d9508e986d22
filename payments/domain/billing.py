"""Invoice details as buyers give them: before paying, or afterwards by another invoice."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from bookings.domain.billing import set_billing
from bookings.models import Booking
from payments.domain.invoicing import BILLING, buyer_of, reissue_invoice, standing_invoice
from payments.domain.vat import NoSuchVatNumber, checked_vat_id
from payments.models import Invoice
from ticketing.core.errors import Conflict, InvalidInput

# Each leaves a credit note and a number behind.
MOST_CORRECTIONS = 3


class BillingIncomplete(InvalidInput):
    code = "billing_incomplete"
    message = _("An invoice needs this.")


class NobodyNamed(InvalidInput):
    code = "billing_incomplete"
    message = _("Please give a name or a company.")


class CorrectedOften(Conflict):
    code = "corrected_often"
    message = _("This invoice was corrected several times. Please write to the organizer.")


def checked_billing(billing: Mapping[str, str]) -> dict[str, str]:
    """What was given, as it is written officially; all that an invoice needs, or nothing of it but
    a country, which alone says nothing of who somebody is.

    Raises NobodyNamed, BillingIncomplete, NoSuchVatNumber.
    """
    given = given_in(billing)
    for fault in faults_of(billing):
        raise fault
    if number := given.get("vat_id"):
        given["vat_id"] = checked_vat_id(number, given["country"])
    return given


def given_in(billing: Mapping[str, str]) -> dict[str, str]:
    given = {name: str(billing.get(name) or "").strip() for name in BILLING}
    return {name: value for name, value in given.items() if value}


def faults_of(billing: Mapping[str, str]) -> list[InvalidInput]:
    """All that is wrong with it, so that a form can say it at once."""
    given = given_in(billing)
    if set(given) <= {"country"}:
        return []
    faults: list[InvalidInput] = []
    if not (given.get("name") or given.get("company")):
        faults.append(NobodyNamed(field="name"))
    faults += [BillingIncomplete(field=one) for one in ("address", "country") if one not in given]
    number, country = given.get("vat_id"), given.get("country")
    if number and country and not checked_vat_id(number, country):
        faults.append(NoSuchVatNumber(field="vat_id"))
    return faults


def give_billing(
    booking: Booking, billing: Mapping[str, str], *, by: User | None, now: datetime
) -> None:
    """Before it is paid. Raises what `checked_billing` does, NothingToChange."""
    set_billing(booking, checked_billing(billing), by=by, now=now)


@transaction.atomic
def change_billing(
    booking: Booking, billing: Mapping[str, str], *, by: User | None, now: datetime
) -> Invoice | None:
    """At any time, by who may open the booking. What was invoiced already is credited and issued
    anew, a few times at most. Locks the booking, as who issues the invoice does.

    Raises what `give_billing` does, NothingLeftToCorrect, CorrectedOften.
    """
    give_billing(booking, billing, by=by, now=now)
    invoice = standing_invoice(booking.pk)
    if invoice is None or invoice.facts["buyer"] == buyer_of(booking, booking.billing):
        return invoice
    corrections = Invoice.objects.filter(booking=booking, occasion__startswith="correction:")
    if corrections.count() >= MOST_CORRECTIONS:
        raise CorrectedOften
    return reissue_invoice(invoice, booking.billing, by=by, now=now)
