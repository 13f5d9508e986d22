"""What came in and went out within a time, in each currency: out of the ledger alone."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from bookings.queries.within import Period
from payments.enums import PARTS, AccountKind, PostingKind
from payments.models import Entry
from ticketing.core.money import Money

BACK = [PostingKind.REFUND_ASKED, PostingKind.REFUND_FAILED]
COUNTED = [PostingKind.SOLD, *BACK, PostingKind.DISPUTE_LOST, PostingKind.FEE]


@dataclass(frozen=True)
class Takings:
    """All as it is said of it: what went away is positive, too."""

    taken: Money
    given_back: Money
    refunds: int
    disputed: Money
    """Lost to who disputed a payment."""
    fees: Money
    tax: Money
    net: Money
    """What the organizer has of it; by whichever hands it came."""
    gateway_fees: Money
    """What gateways kept for themselves, which the sums above leave out."""


def takings_of(of: Q, period: Period) -> list[Takings]:
    """`of` says whose entries. One statement; money without a place is no sale and not in it."""

    def total(*conditions: Q, **facts: Any) -> Sum:
        return Sum("amount", filter=Q(*conditions, **facts), default=0)

    parts = Q(account__kind__in=PARTS)
    asked = Q(posting__kind=PostingKind.REFUND_ASKED)
    rows: Any = (
        Entry.objects.filter(of, period.has("posting__occurred_at"))
        .filter(posting__kind__in=COUNTED)
        .filter(parts | Q(account__kind=AccountKind.GATEWAY_FEES))
        .order_by()
        .values("currency")
        .annotate(
            sold=total(parts, posting__kind=PostingKind.SOLD),
            back=total(parts, posting__kind__in=BACK),
            refunds=Count("posting", filter=parts & asked, distinct=True),
            lost=total(parts, posting__kind=PostingKind.DISPUTE_LOST),
            fees=total(account__kind=AccountKind.PLATFORM_FEES),
            tax=total(account__kind=AccountKind.TAX),
            net=total(account__kind=AccountKind.PAYABLE),
            kept=total(account__kind=AccountKind.GATEWAY_FEES),
        )
        .order_by("currency")
    )
    return [takings_in(row) for row in rows]


def takings_in(row: dict[str, Any]) -> Takings:
    """Credits are negative in the ledger."""

    def money(minor: int) -> Money:
        return Money(int(minor), row["currency"])

    return Takings(
        taken=money(-row["sold"]),
        given_back=money(row["back"]),
        refunds=row["refunds"],
        disputed=money(row["lost"]),
        fees=money(-row["fees"]),
        tax=money(-row["tax"]),
        net=money(-row["net"]),
        gateway_fees=money(row["kept"]),
    )
