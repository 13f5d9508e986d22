"""What moved in one account at Stripe, said of payments as our rows name them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from payments.gateways.base import Transaction
from payments.gateways.stripe_line import StripeLine
from payments.gateways.stripe_words import Said
from payments.gateways.wire import STRIPE as WIRE

KINDS = {
    "charge": "payment",
    "payment": "payment",
    "refund": "refund",
    "payment_refund": "refund",
    "dispute": "dispute",
    "dispute_reversal": "dispute_won",
    "payout": "payout",
}
# A page lives for a day at most: whatever was paid at once was begun within that.
BEGUN_BEFORE = timedelta(days=1)


class Movements:
    def __init__(self, to: StripeLine, account: str) -> None:
        self.client, self.pages = to.client, partial(to.pages, account=account)
        self.named: dict[str, str] = {}

    def between(self, since: datetime, until: datetime) -> Iterator[Transaction]:
        asked = {**created(since, until), "expand": ["data.source"]}
        moved = list(self.pages(self.client.balance_transactions.list, asked))
        if moved:
            self.learn_names(since - BEGUN_BEFORE, until)
        for one in moved:
            currency = one["currency"]
            yield Transaction(
                reference=one["id"],
                payment=self.payment_of(one.get("source")),
                kind=kind_of(one),
                amount=WIRE.nearest(one["amount"], currency),
                fee=WIRE.nearest(one["fee"], currency),
                at=datetime.fromtimestamp(one["created"], UTC),
            )

    def learn_names(self, since: datetime, until: datetime) -> None:
        """One list instead of a question for each payment."""
        for page in self.pages(self.client.checkout.sessions.list, created(since, until)):
            if page.get("payment_intent"):
                self.named[str(page["payment_intent"])] = str(page["id"])

    def payment_of(self, source: Any) -> str:
        """The page's name where it was paid on one, the intent's otherwise; "" for a payout."""
        if not isinstance(source, Mapping) or not source.get("payment_intent"):
            return ""
        intent = str(source["payment_intent"])
        if (source.get("metadata") or {}).get("channel") == "mobile":
            return intent
        if intent not in self.named:
            asked = {"payment_intent": intent}
            pages = [
                str(one["id"]) for one in self.pages(self.client.checkout.sessions.list, asked)
            ]
            self.named[intent] = pages[0] if pages else intent
        return self.named[intent]


def kind_of(movement: Said) -> str:
    """Its own word where we have none: fees of its own, reserves, what a bank sent back."""
    category = movement.get("reporting_category") or movement["type"]
    return KINDS.get(category, str(category))


def created(since: datetime, until: datetime) -> dict[str, Any]:
    """In whole seconds, as it keeps them: each movement is in exactly one of two times in a row."""
    return {"created": {"gte": rounded_up(since), "lt": rounded_up(until)}}


def rounded_up(at: datetime) -> int:
    return int(at.replace(microsecond=0).timestamp()) + (at.microsecond > 0)
