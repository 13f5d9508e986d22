"""The organizer's own desk as a gateway: its book is what the team entered, and it calls nobody.

It is in no list of ways to pay. Money is entered with who took it (payments.domain.desk), and then
settled like every other payment.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from payments.enums import DeskKind, DeskWay
from payments.gateways.base import (
    Asked,
    Capabilities,
    Closing,
    Created,
    Done,
    Forged,
    Missing,
    Pending,
    Refunded,
    RefundState,
    Refused,
    Report,
    Snapshot,
    Status,
    Transaction,
)
from payments.models import DeskEntry
from ticketing.core.money import EXPONENTS, Money

DESK = "desk"
CAN = Capabilities(
    currencies=frozenset(EXPONENTS),
    channels=frozenset(),
    methods=tuple(DeskWay.values),
    can_expire=False,
)


class Desk:
    name = DESK

    def capabilities(self) -> Capabilities:
        return CAN

    def create(self, asked: Asked, *, key: str) -> Created | Refused:
        """Nobody begins to pay here: what was taken is entered at once."""
        return Refused("not_offered")

    def fetch(self, reference: str, *, account: str = "") -> Snapshot | Missing:
        return self.find(UUID(reference))

    def find(self, payment: UUID, *, account: str = "") -> Snapshot | Missing:
        entries = list(DeskEntry.objects.filter(payment=payment).order_by("pk"))
        taken = next((one for one in entries if one.kind == DeskKind.TAKEN), None)
        if taken is None:
            return Missing()
        return Snapshot(
            reference=str(payment),
            status=Status.CAPTURED,
            amount=taken.money,
            captured=taken.money,
            payment=payment,
            refunds=tuple(
                Refunded(str(one.refund_id), one.money, RefundState.DONE, one.refund_id)
                for one in entries
                if one.refund_id is not None
            ),
            method=taken.way,
        )

    def expire(self, reference: str, *, key: str, account: str = "") -> Closing:
        return Closing.PAID

    def capture(self, reference: str, amount: Money, *, key: str, account: str = "") -> Done:
        return Done(reference)

    def refund(
        self, reference: str, amount: Money, *, refund: UUID, key: str, account: str = ""
    ) -> Pending:
        """It waits for somebody of the team who hands it over, and enters that."""
        return Pending(str(refund))

    def verify(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Sequence[Report]:
        raise Forged

    def transactions(self, since: datetime, until: datetime) -> Iterator[Transaction]:
        """None but ours: there is nothing to compare them with."""
        return iter(())

    def to_wire(self, money: Money) -> int:
        return money.minor

    def from_wire(self, amount: Any, currency: str) -> Money:
        return Money(amount, currency)
