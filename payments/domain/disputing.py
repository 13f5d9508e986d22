"""Disputes: opened, won and lost at the gateway; a person looks at each."""

from datetime import datetime

from accounts.audit.domain.records import record
from payments.announcements import PaymentDisputed
from payments.domain.cases import close_cases, open_case
from payments.enums import CaseKind
from payments.gateways.base import Dispute, DisputeStatus, Snapshot
from payments.models import Payment
from ticketing.core.outbox import announce


def take_over_disputes(payment: Payment, said: Snapshot, *, now: datetime) -> None:
    """The payment is locked. Each news of a dispute is told of once."""
    for dispute in said.disputes:
        case = payment.cases.filter(kind=CaseKind.DISPUTED, reference=dispute.reference).first()
        known = case.facts.get("status") if case else None
        if known == dispute.status:
            continue
        if case is None:
            open_case(
                CaseKind.DISPUTED,
                payment,
                reference=dispute.reference,
                now=now,
                status=dispute.status,
                amount=dispute.amount.minor,
            )
        else:
            case.facts = {**case.facts, "status": dispute.status, "amount": dispute.amount.minor}
            case.save(update_fields=["facts"])
        tell(payment, dispute, now=now)
    is_over = {DisputeStatus.WON}
    payment.is_disputed = any(one.status not in is_over for one in said.disputes)


def tell(payment: Payment, dispute: Dispute, *, now: datetime) -> None:
    announce(
        PaymentDisputed(
            payment_id=payment.pk,
            dispute=dispute.reference,
            status=dispute.status.value,
            amount=dispute.amount.minor,
        ),
        about=payment,
        organizer=payment.organizer_id,
    )
    record(
        action=f"payments.dispute_{dispute.status}",
        by=None,
        on=payment,
        organizer=payment.organizer_id,
        after={"dispute": dispute.reference, "amount": dispute.amount.minor},
        now=now,
    )
    if dispute.status == DisputeStatus.WON:
        close_cases(CaseKind.DISPUTED, payment, reference=dispute.reference, outcome="won", now=now)
