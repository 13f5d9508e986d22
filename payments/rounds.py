"""Payments that nobody told us about are asked for: notices may be lost, buyers close windows."""

from datetime import datetime

from payments.domain.polling import settle_due
from ticketing.core.rounds import every


@every(seconds=2)
def settle_due_payments(*, now: datetime) -> int:
    return settle_due(now=now)
