"""What the platform has sent to organizers: entered by its finance, taken from what is owed."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.permissions import RoleMayNot
from accounts.domain.second_factor import require_second_factor
from accounts.models import Organizer, User
from payments.domain.ledger import Leg, owed_to, post
from payments.enums import AccountKind, PostingKind
from payments.models import PayOut
from ticketing.core.errors import InvalidInput
from ticketing.core.money import Money
from ticketing.core.turns import take_turn


class MoreThanIsOwed(InvalidInput):
    code = "more_than_is_owed"
    message = _("That is more than the organizer has to get.")


class KnownReference(InvalidInput):
    code = "known_reference"
    message = _("This reference was entered before.")


@transaction.atomic
def record_pay_out(
    organizer: Organizer, money: Money, *, reference: str, paid_on: date, by: User, now: datetime
) -> PayOut:
    """For the platform's staff. Raises RoleMayNot, KnownReference, MoreThanIsOwed."""
    if not by.is_staff:
        raise RoleMayNot
    require_second_factor(by)
    take_turn(f"pay-out:{organizer.pk}".encode())
    if PayOut.objects.filter(organizer=organizer, reference=reference).exists():
        raise KnownReference(field="reference")
    owed = owed_to(organizer.pk, money.currency)
    if not money or money > owed:
        raise MoreThanIsOwed(field="amount", owed=owed.minor)
    pay_out = PayOut.objects.create(
        organizer=organizer,
        amount=money.minor,
        currency=money.currency,
        paid_on=paid_on,
        reference=reference,
        recorded_by=by,
        created_at=now,
    )
    post(
        PostingKind.PAY_OUT,
        Leg(AccountKind.PAYABLE, money, organizer.pk),
        Leg(AccountKind.BANK, -money),
        key=f"pay_out:{pay_out.pk}",
        organizer=organizer.pk,
        occurred_at=datetime.combine(paid_on, time(12), ZoneInfo("UTC")),
        now=now,
    )
    record(
        action="payments.paid_out",
        by=by,
        on=pay_out,
        organizer=organizer.pk,
        after={"amount": money.minor, "currency": money.currency, "reference": reference},
        now=now,
    )
    return pay_out
