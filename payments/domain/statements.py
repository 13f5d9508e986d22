"""What an organizer's money did in a time: opening, each movement, closing. Out of the ledger alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import Organizer
from payments.enums import PARTS, AccountKind, PostingKind
from payments.models import Account, Entry, Posting
from ticketing.core.money import Money


@dataclass(frozen=True)
class Movement:
    at: datetime
    kind: PostingKind
    booking: str
    net: Money
    """What the organizer got of it, or gave back."""
    fees: Money
    tax: Money

    @property
    def gross(self) -> Money:
        return self.net + self.fees + self.tax


@dataclass(frozen=True)
class Total:
    """All movements of one kind together."""

    kind: PostingKind
    count: int
    gross: Money
    fees: Money
    tax: Money
    net: Money


@dataclass(frozen=True)
class Statement:
    organizer: Organizer
    currency: str
    since: datetime
    until: datetime
    opening: Money
    movements: Sequence[Movement]

    @property
    def closing(self) -> Money:
        return sum((one.net for one in self.movements), self.opening)

    @property
    def totals(self) -> list[Total]:
        kinds = dict.fromkeys(one.kind for one in self.movements)
        return [self.total(kind) for kind in kinds]

    def total(self, kind: PostingKind) -> Total:
        rows, zero = [one for one in self.movements if one.kind == kind], Money.zero(self.currency)
        return Total(
            kind,
            len(rows),
            gross=sum((one.gross for one in rows), zero),
            fees=sum((one.fees for one in rows), zero),
            tax=sum((one.tax for one in rows), zero),
            net=sum((one.net for one in rows), zero),
        )


def statement_of(
    organizer: Organizer, currency: str, *, since: datetime, until: datetime
) -> Statement:
    """From a moment on and before another. What the organizer gets is positive."""
    theirs = Entry.objects.filter(
        account__organizer=organizer, account__kind=AccountKind.PAYABLE, currency=currency
    )
    before = theirs.filter(posting__occurred_at__lt=since).aggregate(sum=Sum("amount"))["sum"]
    rows = postings_of(organizer.pk, currency, since=since, until=until)
    return Statement(
        organizer=organizer,
        currency=currency,
        since=since,
        until=until,
        opening=Money(-(before or 0), currency),
        movements=[movement_of(one, currency) for one in rows],
    )


def postings_of(
    organizer: UUID, currency: str, *, since: datetime, until: datetime
) -> QuerySet[Posting]:
    """Those that change what somebody has of a sale; with the sum of each part."""

    def part(kind: AccountKind) -> Any:
        of_kind = Q(entries__account__kind=kind, entries__currency=currency)
        return Coalesce(Sum("entries__amount", filter=of_kind), 0)

    parts = Q(entries__account__kind__in=PARTS, entries__currency=currency)
    return (
        Posting.objects.filter(parts, organizer=organizer)
        .filter(occurred_at__gte=since, occurred_at__lt=until)
        .annotate(
            net=part(AccountKind.PAYABLE),
            fees=part(AccountKind.PLATFORM_FEES),
            tax=part(AccountKind.TAX),
        )
        .select_related("payment__booking")
        .order_by("occurred_at", "pk")
    )


def movement_of(posting: Any, currency: str) -> Movement:
    return Movement(
        at=posting.occurred_at,
        kind=PostingKind(posting.kind),
        booking=posting.payment.booking.reference if posting.payment else "",
        net=Money(-posting.net, currency),
        fees=Money(-posting.fees, currency),
        tax=Money(-posting.tax, currency),
    )


def currencies_of(organizer: UUID) -> list[str]:
    theirs = Account.objects.filter(organizer=organizer, kind=AccountKind.PAYABLE)
    return list(theirs.order_by("currency").values_list("currency", flat=True).distinct())
