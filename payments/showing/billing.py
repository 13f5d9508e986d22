"""What the second screen and the booking's own page know of to whom the invoice is."""

from datetime import datetime
from typing import Any

from accounts.models import User
from bookings.models import Booking
from payments.domain.billing import give_billing
from payments.domain.invoicing import BILLING


def known_billing(booking: Booking) -> dict[str, Any]:
    return {name: booking.billing.get(name) or "" for name in BILLING}


def keep_billing(booking: Booking, given: dict[str, Any], by: User | None, now: datetime) -> None:
    give_billing(booking, given, by=by, now=now)
