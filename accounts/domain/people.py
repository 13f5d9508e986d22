"""What the platform's staff may do with somebody's account."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.second_factor import require_second_factor
from accounts.domain.sessions import end_other_sessions
from accounts.models import User
from ticketing.core.errors import Conflict, NotAllowed


class StaffAlone(NotAllowed):
    code = "not_allowed"
    message = _("Only the platform's staff may do this.")


class NotOneself(Conflict):
    code = "not_oneself"
    message = _("You cannot lock yourself out.")


@transaction.atomic
def deactivate(user: User, *, by: User, now: datetime) -> None:
    """Close an account: every sign-in ends now, and none begins. Raises NotOneself."""
    require_staff(by)
    if user == by:
        raise NotOneself
    set_active(user, is_active=False, by=by, now=now)
    end_other_sessions(user, now=now)


@transaction.atomic
def reactivate(user: User, *, by: User, now: datetime) -> None:
    require_staff(by)
    set_active(user, is_active=True, by=by, now=now)


@transaction.atomic
def sign_out_everywhere(user: User, *, by: User, now: datetime) -> None:
    require_staff(by)
    end_other_sessions(user, now=now)
    record(action="people.signed_out_by_staff", by=by, on=user, now=now)


def set_active(user: User, *, is_active: bool, by: User, now: datetime) -> None:
    before, user.is_active = user.is_active, is_active
    user.save(update_fields=["is_active"])
    record(
        action="people.reactivated" if is_active else "people.deactivated",
        by=by,
        on=user,
        before={"is_active": before},
        after={"is_active": is_active},
        now=now,
    )


def require_staff(by: User) -> None:
    """Stop who is not of the platform's staff, or has no second factor where that is required."""
    if not by.is_staff:
        raise StaffAlone
    require_second_factor(by)
