"""To whom the invoice is: kept with the booking, whoever writes it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from bookings.domain.confirming import NothingToChange
from bookings.domain.expiring import locked, note
from bookings.enums import HAVING
from bookings.models import Booking


@transaction.atomic
def set_billing(
    booking: Booking, billing: Mapping[str, str], *, by: User | None, now: datetime
) -> None:
    """As it is to be; what it was is said nowhere. Locks the booking. Raises NothingToChange."""
    if booking.billing == dict(billing):
        return
    locked(booking)
    if booking.status not in HAVING:
        raise NothingToChange
    booking.billing = dict(billing)
    booking.save(update_fields=["billing"])
    note(booking, "bookings.changed", by=by, now=now, after={"changed": ["billing"]})
