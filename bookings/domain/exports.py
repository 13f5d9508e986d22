"""Taking the list of who comes out of the product: who did that stands in the record."""

from datetime import datetime

from django.db import transaction

from accounts.audit.domain.records import record
from accounts.domain.permissions import may, require
from accounts.models import User
from accounts.permissions import Permission
from events.models import Event


@transaction.atomic
def begin_export(event: Event, *, kind: str, by: User, now: datetime) -> bool:
    """Whether it is to have sums in it. Raises RoleMayNot, NoSuchOrganizer."""
    require(by, Permission.SEE_BOOKINGS, event.organizer)
    sees_money = may(by, Permission.SEE_MONEY, event.organizer)
    after = {"kind": kind, "sums": sees_money}
    record(
        action="bookings.exported",
        by=by,
        on=event,
        organizer=event.organizer_id,
        after=after,
        now=now,
    )
    return sees_money
