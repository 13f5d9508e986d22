"""Addresses that are not written to any more, so that nobody takes us for spammers."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.notifications.domain.addresses import mailbox
from accounts.notifications.enums import SuppressionReason
from accounts.notifications.models import Suppression
from ticketing.core.errors import NotAllowed

if TYPE_CHECKING:
    from accounts.models import User


class MayNotClear(NotAllowed):
    code = "may_not_clear"
    message = _("Only its owner and staff can ask that an address is written to again.")


@transaction.atomic
def suppress_address(
    address: str,
    *,
    reason: SuppressionReason,
    now: datetime,
    words: str = "",
    by: "User | None" = None,
) -> Suppression:
    """Write to this address no more. An address that is suppressed already stays as it is."""
    kept, is_new = Suppression.objects.get_or_create(
        address=mailbox(address),
        cleared_at=None,
        defaults={"reason": reason, "words": words, "suppressed_at": now},
    )
    if is_new:
        record(
            action="notifications.address_suppressed",
            by=by,
            on=kept,
            after={"reason": str(reason)},
            now=now,
        )
    return kept


def is_suppressed(address: str) -> bool:
    return Suppression.objects.filter(address=mailbox(address), cleared_at=None).exists()


@transaction.atomic
def clear_suppression(suppression: Suppression, *, by: "User", now: datetime) -> bool:
    """Write to the address again, because its owner or staff says that it works.

    Raises MayNotClear. False if it was cleared already.
    """
    if not may_clear(suppression, by):
        raise MayNotClear
    is_cleared = Suppression.objects.filter(pk=suppression.pk, cleared_at=None).update(
        cleared_at=now, cleared_by=by
    )
    if is_cleared:
        record(
            action="notifications.suppression_cleared",
            by=by,
            on=suppression,
            before={"reason": suppression.reason},
            now=now,
        )
    return bool(is_cleared)


def may_clear(suppression: Suppression, by: Any) -> bool:
    is_owner = mailbox(str(by.email)) == suppression.address
    return is_owner or bool(by.has_perm("notifications.change_suppression"))
