"""How much stands on accounts that are to be empty again, and which items explain it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from payments.enums import AccountKind
from payments.models import Account, Entry
from ticketing.core.money import Money

# Money passes through these: what stays on them waits for something.
PASSING = (
    AccountKind.CLEARING,
    AccountKind.IN_TRANSIT,
    AccountKind.LATE_MONEY,
    AccountKind.CHARGEBACKS,
    AccountKind.AT_DESK,
)


@dataclass(frozen=True)
class OpenBalance:
    account: Account
    balance: Money
    count: int
    """By so many of the latest movements it is explained."""
    oldest_at: datetime | None

    def age(self, *, now: datetime) -> int:
        """Of the oldest, in hours."""
        return 0 if self.oldest_at is None else int((now - self.oldest_at).total_seconds() // 3600)


def open_balances() -> Iterator[OpenBalance]:
    """Of each account that is not empty. What came first is taken to have gone first."""
    accounts = Account.objects.filter(kind__in=PASSING).select_related("organizer")
    sums = accounts.annotate(balance=Sum("entries__amount")).order_by("kind", "pk")
    for account in sums:
        if balance := getattr(account, "balance", 0):
            yield explained(account, balance)


def explained(account: Account, balance: int) -> OpenBalance:
    sign = 1 if balance > 0 else -1
    entries = Entry.objects.filter(account=account).order_by("-posting__occurred_at", "-pk")
    rows = entries.filter(amount__gt=0) if balance > 0 else entries.filter(amount__lt=0)
    left, count, oldest = abs(balance), 0, None
    for amount, at in rows.values_list("amount", "posting__occurred_at").iterator():
        left, count, oldest = left - sign * amount, count + 1, at
        if left <= 0:
            break
    return OpenBalance(account, Money(balance, account.currency), count, oldest)
