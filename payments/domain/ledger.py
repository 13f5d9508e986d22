"""The ledger: what happened to money, written down once, in entries that sum up to nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from payments.enums import AccountKind, PostingKind
from payments.models import Account, Entry, Payment, Posting
from ticketing.core.money import Money


@dataclass(frozen=True)
class Leg:
    """A sum on an account: positive for a debit. What is nothing is not written."""

    kind: AccountKind
    money: Money
    organizer: UUID | None = None
    gateway: str = ""
    region: str = ""

    def __neg__(self) -> "Leg":
        return Leg(self.kind, -self.money, self.organizer, self.gateway, self.region)


@transaction.atomic
def post(
    kind: PostingKind,
    *legs: Leg,
    key: str,
    payment: Payment | None = None,
    organizer: UUID | None = None,
    occurred_at: datetime,
    now: datetime,
) -> bool:
    """Once for a key; whether it was new. The database refuses what does not sum up to nothing."""
    posting = Posting(
        kind=kind,
        key=key,
        payment=payment,
        organizer_id=payment.organizer_id if payment else organizer,
        occurred_at=occurred_at,
        posted_at=now,
    )
    # Whoever writes the same at this moment is waited for.
    Posting.objects.bulk_create([posting], ignore_conflicts=True)
    if not Posting.objects.filter(pk=posting.pk).exists():
        return False
    Entry.objects.bulk_create(
        Entry(
            posting=posting,
            account=account_of(leg),
            amount=leg.money.minor,
            currency=leg.money.currency,
        )
        for leg in legs
        if leg.money
    )
    return True


def account_of(leg: Leg) -> Account:
    facts = {
        "kind": leg.kind,
        "organizer_id": leg.organizer,
        "gateway": leg.gateway,
        "region": leg.region,
        "currency": leg.money.currency,
    }
    if known := Account.objects.filter(**facts).first():
        return known
    Account.objects.bulk_create([Account(**facts)], ignore_conflicts=True)
    return Account.objects.get(**facts)


def legs_of(postings: Sequence[str]) -> list[Leg]:
    """What was written under these keys."""
    entries = Entry.objects.filter(posting__key__in=postings).select_related("account")
    return [
        Leg(
            AccountKind(one.account.kind),
            one.money,
            one.account.organizer_id,
            one.account.gateway,
            one.account.region,
        )
        for one in entries.order_by("pk")
    ]


def balance_of(kind: AccountKind, currency: str, **facts: object) -> Money:
    """Of all accounts of a kind, or of those that the facts name."""
    rows = Entry.objects.filter(account__kind=kind, currency=currency, **facts)
    return Money(rows.aggregate(sum=Sum("amount"))["sum"] or 0, currency)


def owed_to(organizer: UUID, currency: str) -> Money:
    """What the organizer has to get; less than nothing if it got too much."""
    return -balance_of(AccountKind.PAYABLE, currency, account__organizer=organizer)
