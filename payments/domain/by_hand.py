"""What a person does about money that did not find its way by itself."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.people import require_staff
from accounts.domain.permissions import require
from accounts.models import Organizer, User
from accounts.permissions import Permission
from bookings.domain.confirming import seat_paid_booking
from bookings.enums import PAYABLE
from bookings.models import Booking
from payments.domain.cases import close_case
from payments.domain.locking import locked_payment
from payments.domain.settling import settle
from payments.domain.vat import NoSuchVatNumber, checked_vat_id
from payments.enums import CaseKind
from payments.models import ApprovalLimit, Case, Payment, Seller
from ticketing.core.errors import Conflict

# What is over once the money has its places.
SEATED = {CaseKind.AMOUNT_MISMATCH, CaseKind.LATE, CaseKind.LATE_RISK, CaseKind.STATE_BEHIND}


class NothingToSeat(Conflict):
    code = "nothing_to_seat"
    message = _("Only money that bought nothing yet, and is not going back, can get places.")


def settle_by_hand(payment: Payment, *, by: User, now: datetime) -> Payment:
    """Ask the gateway once more. Raises RoleMayNot. Within no transaction: the gateway is asked."""
    require(by, Permission.REFUND, payment.organizer)
    return settle(payment.pk, now=now)


def can_be_seated(payment: Payment) -> bool:
    is_waiting = payment.booking.status in PAYABLE
    is_leaving = payment.refunds.counting().exists()
    return payment.is_taken and is_waiting and not is_leaving


@transaction.atomic
def seat_by_hand(payment: Payment, *, by: User, now: datetime) -> Booking:
    """Confirm the booking with the places it has, or with others of the same kind.

    Locks booking and payment, then places. Raises NothingToSeat, SoldOut, AllHeld, RoleMayNot.
    """
    require(by, Permission.REFUND, payment.organizer)
    payment = locked_payment(payment)
    if not can_be_seated(payment):
        raise NothingToSeat
    booking = payment.booking
    seat_paid_booking(booking, now=now)
    for case in payment.cases.filter(kind__in=sorted(SEATED), closed_at=None):
        close_case(case, outcome="confirmed by hand", by=by, now=now)
    record(
        action="payments.seated_by_hand",
        by=by,
        on=payment,
        organizer=payment.organizer_id,
        after={"booking": booking.reference},
        now=now,
    )
    return booking


@transaction.atomic
def close_case_by_hand(case: Case, *, outcome: str, by: User, now: datetime) -> None:
    """With how it was settled. Money of nobody is for the platform's staff. Raises OutcomeNeeded,
    RoleMayNot, StaffAlone."""
    if case.organizer is None:
        require_staff(by)
    else:
        require(by, Permission.REFUND, case.organizer)
    close_case(case, outcome=outcome, by=by, now=now)


@transaction.atomic
def set_approval_limit(
    organizer: Organizer, currency: str, above: int | None, *, by: User, now: datetime
) -> ApprovalLimit | None:
    """Above which sum refunds wait for approval; None: no longer. Raises RoleMayNot."""
    require(by, Permission.REFUND, organizer)
    rows = ApprovalLimit.objects.filter(organizer=organizer, currency=currency)
    limit = None
    if above is None:
        rows.delete()
    else:
        limit, _is_new = ApprovalLimit.objects.update_or_create(
            organizer=organizer, currency=currency, defaults={"above": above}
        )
    record(
        action="payments.approval_limit_set",
        by=by,
        on=organizer,
        organizer=organizer.pk,
        after={"currency": currency, "above": above},
        now=now,
    )
    return limit


@transaction.atomic
def set_seller(
    organizer: Organizer, facts: Mapping[str, str], *, by: User, now: datetime
) -> Seller:
    """What invoices say from now on. Raises RoleMayNot, NoSuchVatNumber."""
    require(by, Permission.REFUND, organizer)
    written = dict(facts)
    if written.get("vat_id"):
        written["vat_id"] = checked_vat_id(written["vat_id"], written["country"])
        if not written["vat_id"]:
            raise NoSuchVatNumber(field="vat_id")
    seller, _is_new = Seller.objects.update_or_create(organizer=organizer, defaults=written)
    record(
        action="payments.seller_set",
        by=by,
        on=organizer,
        organizer=organizer.pk,
        after=written,
        now=now,
    )
    return seller
