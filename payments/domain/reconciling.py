"""What the gateways say happened, held against what we have: whatever differs is settled, and what
still differs then is a case for a person."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from payments.domain.cases import close_case, missing_here, open_case, open_missing_here
from payments.domain.ledger import Leg, post
from payments.domain.posting import post_fee
from payments.domain.reporting import named_in
from payments.domain.settling import settle
from payments.enums import AccountKind, CaseKind, PostingKind, RefundStatus
from payments.gateways import configured
from payments.gateways.base import Gateway, GatewayAway, Transaction
from payments.models import Case, Payment, Refund
from ticketing.core.money import Money

logger = logging.getLogger(__name__)
# What happened so lately may not stand in the gateway's list yet; and its clock is not ours.
NOT_YET = timedelta(minutes=15)
FOUND = {
    CaseKind.MISSING_HERE,
    CaseKind.MISSING_THERE,
    CaseKind.AMOUNT_DIFFERS,
    CaseKind.STATE_BEHIND,
}


@dataclass
class Differences:
    """How much was looked at, and what did not fit."""

    looked_at: int = 0
    cases: list[Case] = field(default_factory=list)
    away: list[str] = field(default_factory=list)
    """Gateways whose list could not be had: nothing is said of them."""


def reconcile(*, since: datetime, until: datetime, now: datetime) -> Differences:
    """All gateways, one after the other. No transaction is open while one is asked."""
    found = Differences()
    for name, gateway in configured().items():
        try:
            listed = list(gateway.transactions(since, until))
        except GatewayAway:
            logger.warning("reconciling_gateway_away", extra={"gateway": name})
            found.away.append(name)
            continue
        found.looked_at += len(listed)
        compare(gateway, listed, found, since=since, until=until, now=now)
    return found


def compare(
    gateway: Gateway,
    listed: Iterable[Transaction],
    found: Differences,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
) -> None:
    there: dict[str, list[Transaction]] = defaultdict(list)
    for one in listed:
        if one.kind == "payout":
            post_gateway_pay_out(gateway, one, now=now)
        elif one.payment:
            there[one.payment].append(one)
    known = {
        one.reference: one
        for one in Payment.objects.filter(gateway=gateway.name, reference__in=list(there))
    }
    for reference, movements in there.items():
        payment = known.get(reference) or healed(gateway, reference, now=now)
        if payment is None:
            look_into_missing(gateway, movements, found, now=now)
            continue
        hold_against(payment, movements, found, now=now)
    margin_until = min(until, now - NOT_YET)
    look_for_missing(gateway, there, found, since=since + NOT_YET, until=margin_until, now=now)


def look_into_missing(
    gateway: Gateway, movements: list[Transaction], found: Differences, *, now: datetime
) -> None:
    """Money that nobody here knows of, once: what a person has said became of it stays said."""
    reference = movements[0].payment
    known = Case.objects.filter(
        kind=CaseKind.MISSING_HERE, reference=missing_here(gateway.name, reference)
    )
    if known.filter(closed_by__isnull=False).exists():
        return
    case = open_missing_here(
        gateway.name,
        reference,
        now=now,
        amount=total(movements, "payment"),
        given_back=-total(movements, "refund"),
        currency=movements[0].amount.currency,
    )
    found.cases.append(case)


def healed(gateway: Gateway, reference: str, *, now: datetime) -> Payment | None:
    """It may be ours by the id that the gateway keeps, although its answer never reached us."""
    known = named_in(gateway.name, gateway.fetch(reference))
    if known is None:
        return None
    payment = settle(known.pk, now=now)
    return payment if payment.reference == reference else None


def hold_against(
    payment: Payment, movements: list[Transaction], found: Differences, *, now: datetime
) -> None:
    """One payment and what the gateway lists of it in the time."""
    paid, back = total(movements, "payment"), -total(movements, "refund")
    if is_behind(payment, paid=paid, back=back):
        payment = settle(payment.pk, now=now)
    kind = None
    if (paid and not payment.is_taken) or back > given_back(payment):
        kind = CaseKind.STATE_BEHIND
    elif paid and paid != payment.captured:
        kind = CaseKind.AMOUNT_DIFFERS
    if kind is not None:
        facts = {"there": paid, "there_given_back": back, "here": payment.captured}
        case = open_case(kind, payment, reference=payment.reference, now=now, **facts)
        found.cases.append(case)
    close_healed(payment, keep=kind, now=now)
    fee = sum((one.fee.minor for one in movements if one.kind == "payment"), 0)
    if fee and payment.is_taken:
        with transaction.atomic():
            post_fee(payment, Money(fee, payment.currency), now=now)


def is_behind(payment: Payment, *, paid: int, back: int) -> bool:
    return bool(paid and paid != payment.captured) or back > given_back(payment)


def given_back(payment: Payment) -> int:
    rows = payment.refunds.filter(status__in=[RefundStatus.SENT, RefundStatus.DONE])
    return sum(one.amount for one in rows)


def look_for_missing(
    gateway: Gateway,
    there: Mapping[str, list[Transaction]],
    found: Differences,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
) -> None:
    """What we have of this time and the gateway does not list."""
    taken = Payment.objects.taken().filter(
        gateway=gateway.name, captured_at__gte=since, captured_at__lt=until
    )
    for payment in taken:
        if not total(there.get(payment.reference, []), "payment"):
            missing_there(payment, found, of="payment", amount=payment.captured, now=now)
    done = Refund.objects.filter(
        payment__gateway=gateway.name,
        status=RefundStatus.DONE,
        done_at__gte=since,
        done_at__lt=until,
    ).select_related("payment")
    for refund in done:
        if not total(there.get(refund.payment.reference, []), "refund"):
            missing_there(refund.payment, found, of="refund", amount=refund.amount, now=now)


def missing_there(
    payment: Payment, found: Differences, *, of: str, amount: int, now: datetime
) -> None:
    reference = f"{of}:{payment.reference}"[:255]
    case = open_case(
        CaseKind.MISSING_THERE, payment, reference=reference, now=now, of=of, amount=amount
    )
    found.cases.append(case)


def close_healed(payment: Payment, *, keep: CaseKind | None, now: datetime) -> None:
    """Cases that reconciling opened and that are so no more."""
    mine = [CaseKind.STATE_BEHIND, CaseKind.AMOUNT_DIFFERS, CaseKind.MISSING_THERE]
    for case in payment.cases.filter(kind__in=mine, closed_at=None):
        references = {payment.reference, f"payment:{payment.reference}"}
        if case.kind != keep and case.reference in references:
            close_case(case, outcome="it agrees now", by=None, now=now)


def total(movements: Iterable[Transaction], kind: str) -> int:
    return sum(one.amount.minor for one in movements if one.kind == kind)


def post_gateway_pay_out(gateway: Gateway, one: Transaction, *, now: datetime) -> None:
    """The gateway sent money to the platform's bank."""
    sent = Money(abs(one.amount.minor), one.amount.currency)
    post(
        PostingKind.GATEWAY_PAY_OUT,
        Leg(AccountKind.BANK, sent),
        Leg(AccountKind.CLEARING, -sent, None, gateway.name),
        key=f"gateway_pay_out:{gateway.name}:{one.reference}"[:200],
        occurred_at=one.at,
        now=now,
    )
