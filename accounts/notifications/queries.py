from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.notifications.enums import SuppressionReason
from accounts.notifications.models import Suppression


@dataclass(frozen=True)
class AddressProblem:
    """Why a person gets no mail, for the page that tells them at the next log-in."""

    address: str
    reason: SuppressionReason
    since: datetime


def problems_of_address(user: Any) -> list[AddressProblem]:
    """What keeps our mail from the person's address; empty when all is well. One query."""
    found = Suppression.objects.filter(address=str(user.email).lower(), cleared_at=None)
    return [
        AddressProblem(row.address, SuppressionReason(row.reason), row.suppressed_at)
        for row in found
    ]
