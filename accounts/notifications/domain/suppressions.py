"""Addresses that are not written to any more, so that nobody takes us for spammers."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.notifications.domain.addresses import mailbox
from accounts.notifications.enums import SuppressionReason
from accounts.notifications.models import Suppression
from ticketing.core.errors import NotAllowed


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
    by: AbstractBaseUser | None = None,
) -> Suppression:
    """Write to this address no more. An address that is suppressed already stays as it is."""
    new = Suppression(address=mailbox(address), reason=reason, words=words, suppressed_at=now)
    kept = is_suppressed(new.address)
    if kept:
        return kept
    Suppression.objects.bulk_create([new], ignore_conflicts=True)
    kept = Suppression.objects.get(address=new.address, cleared_at=None)
    if kept.pk == new.pk:
        record(
            action="notifications.address_suppressed",
            by=by,
            on=kept,
            before={},
            after={"reason": str(reason)},
            now=now,
        )
    return kept


def is_suppressed(address: str) -> Suppression | None:
    return Suppression.objects.filter(address=mailbox(address), cleared_at=None).first()


@transaction.atomic
def clear_suppression(suppression: Suppression, *, by: AbstractBaseUser, now: datetime) -> bool:
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
            after={},
            now=now,
        )
    return bool(is_cleared)


def may_clear(suppression: Suppression, by: Any) -> bool:
    is_owner = mailbox(str(by.email)) == suppression.address
    return is_owner or bool(by.has_perm("notifications.change_suppression"))
