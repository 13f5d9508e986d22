"""Refunds that wait for a word of the organizer's finance."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.domain.permissions import require
from accounts.models import User
from accounts.permissions import Permission
from payments.announcements import RefundRejected, RefundRequested
from payments.domain.locking import locked_refund
from payments.domain.refunding import note
from payments.enums import RefundStatus
from payments.models import Refund
from ticketing.core.errors import Conflict, InvalidInput
from ticketing.core.outbox import announce

LONGEST_WORDS = 300


class NotWaiting(Conflict):
    code = "not_waiting"
    message = _("This refund does not wait for approval any more.")


class ReasonNeeded(InvalidInput):
    code = "reason_needed"
    message = _("Please say why: the buyer reads it.")


@transaction.atomic
def approve_refund(refund: Refund, *, by: User, now: datetime) -> Refund:
    """It is sent from now on. Locks booking and payment. Raises NotWaiting, RoleMayNot."""
    refund = waiting(refund, by=by)
    decide(refund, RefundStatus.REQUESTED, by=by, now=now)
    announce(RefundRequested(refund_id=refund.pk), about=refund, organizer=refund.organizer_id)
    return refund


@transaction.atomic
def reject_refund(refund: Refund, *, words: str, by: User, now: datetime) -> Refund:
    """It stays with the organizer, and the buyer is told why. Locks booking and payment.

    Raises NotWaiting, ReasonNeeded, RoleMayNot.
    """
    refund = waiting(refund, by=by)
    if not words.strip():
        raise ReasonNeeded(field="words")
    refund.words = words.strip()[:LONGEST_WORDS]
    decide(refund, RefundStatus.REJECTED, by=by, now=now)
    announce(RefundRejected(refund_id=refund.pk), about=refund, organizer=refund.organizer_id)
    return refund


def waiting(refund: Refund, *, by: User) -> Refund:
    require(by, Permission.REFUND, refund.organizer)
    found = locked_refund(refund)
    if found.status != RefundStatus.AWAITING_APPROVAL:
        raise NotWaiting
    return found


def decide(refund: Refund, status: RefundStatus, *, by: User, now: datetime) -> None:
    refund.status, refund.decided_by, refund.decided_at = status, by, now
    refund.save()
    note(refund, f"refunds.{status}", by=by, now=now)
