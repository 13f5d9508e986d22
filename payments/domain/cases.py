"""What a person has to look at: opened once for the same thing, however often it is found."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.models import User
from payments.enums import CaseKind
from payments.models import Case, Payment
from ticketing.core.errors import InvalidInput


class OutcomeNeeded(InvalidInput):
    code = "outcome_needed"
    message = _("Please write down how this was settled.")


@transaction.atomic
def open_case(
    kind: CaseKind, payment: Payment | None, *, reference: str = "", now: datetime, **facts: Any
) -> Case:
    """With its entry in the record, also where nothing else is written. The same open case is
    returned again."""
    case, is_new = Case.objects.get_or_create(
        kind=kind,
        payment=payment,
        reference=reference,
        closed_at=None,
        defaults={
            "organizer_id": payment.organizer_id if payment else None,
            "facts": facts,
            "opened_at": now,
        },
    )
    if is_new:
        record(
            action="payments.case_opened",
            by=None,
            on=case,
            organizer=case.organizer_id,
            after={"kind": kind, "reference": reference, **facts},
            now=now,
        )
    return case


def missing_here(gateway: str, reference: str) -> str:
    """What a case calls money at a gateway that we know nothing of. Two gateways may call different
    things by the same name, so theirs stands before it."""
    return f"{gateway}:{reference}"[:255]


def open_missing_here(gateway: str, reference: str, *, now: datetime, **facts: Any) -> Case:
    """One case, whoever finds it first."""
    return open_case(
        CaseKind.MISSING_HERE, None, reference=missing_here(gateway, reference), now=now, **facts
    )


@transaction.atomic
def close_case(case: Case, *, outcome: str, by: User | None, now: datetime) -> None:
    if not outcome.strip():
        raise OutcomeNeeded(field="outcome")
    closed = Case.objects.filter(pk=case.pk, closed_at=None).update(
        closed_at=now, closed_by=by, outcome=outcome.strip()
    )
    if closed:
        record(
            action="payments.case_closed",
            by=by,
            on=case,
            organizer=case.organizer_id,
            after={"outcome": outcome.strip()},
            now=now,
        )


def close_cases(
    kind: CaseKind, payment: Payment, *, reference: str, outcome: str, now: datetime
) -> None:
    """Those of a payment that settled themselves."""
    for case in payment.cases.filter(kind=kind, reference=reference, closed_at=None):
        close_case(case, outcome=outcome, by=None, now=now)
