"""What somebody booked as a guest becomes their account's, once the address is shown to be theirs."""

from datetime import datetime

from django.db import transaction

from accounts.audit.domain.records import record
from accounts.models import User
from bookings.models import Booking


@transaction.atomic
def join_guest_bookings(email: str, user: User, *, now: datetime) -> int:
    """Those that were confirmed for exactly this address and are nobody's yet; how many. Again: no
    effect. Other spellings of a mailbox count for limits, and prove nothing here.

    Locks the bookings.
    """
    theirs = Booking.objects.filter(
        user=None, booked_by=None, buyer_email__iexact=email, confirmed_at__isnull=False
    )
    bookings = list(theirs.order_by("pk").select_for_update(of=("self",)))
    for booking in bookings:
        booking.user = user
        booking.save(update_fields=["user"])
        record(
            action="bookings.joined",
            by=None,
            on=booking,
            organizer=booking.organizer_id,
            after={"user": str(user.pk)},
            about=[user],
            now=now,
        )
    return len(bookings)
