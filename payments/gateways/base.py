"""What every gateway can be asked, and all that it can answer.

A timeout is an answer: `Unknown`. Whoever gets it asks again later, with the same key where
something was to be done. No gateway touches our database, and none is asked while a lock is held;
but for the desk, which has no other book and calls nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from payments.enums import Channel
from ticketing.core.money import Money

# --- What is asked ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """One attempt to pay, as our row has it."""

    payment: UUID
    amount: Money
    description: str
    email: str
    language: str
    return_url: str
    channel: Channel
    expires_at: datetime
    """When the places are given to others: the gateway is to close it by then, if it can."""
    captures_later: bool = False
    """Reserve the money alone; a place that was lost is then given up, not refunded."""
    account: str = ""
    """The organizer's own account at the gateway, empty for the platform's."""
    platform_fee: Money | None = None
    methods: Sequence[str] = ()
    """Of the gateway's own names; all that it offers if empty."""


@dataclass(frozen=True)
class Capabilities:
    """What the gateway can do: a question of configuration, never of the network."""

    currencies: frozenset[str]
    channels: frozenset[Channel]
    methods: tuple[str, ...]
    delayed_methods: Mapping[str, timedelta] = field(default_factory=dict)
    """Those that need longer than a hold, and how long."""
    can_capture_later: bool = False
    can_expire: bool = True
    key_lifetime: timedelta = timedelta(hours=24)
    """For how long the same key gives the same answer; after it, look before asking again."""


# --- What is answered -------------------------------------------------------------------------


@dataclass(frozen=True)
class Redirect:
    """The buyer goes to the gateway's page."""

    url: str


@dataclass(frozen=True)
class Sdk:
    """The app completes it with the gateway's own parts."""

    client_secret: str
    publishable_key: str


@dataclass(frozen=True)
class Qr:
    data: str


type Action = Redirect | Sdk | Qr


@dataclass(frozen=True)
class Created:
    reference: str
    action: Action | None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Refused:
    """It will not be done, and asking again alike changes nothing."""

    code: str
    detail: str = ""


@dataclass(frozen=True)
class Unknown:
    """Nobody can say: no answer, half an answer, or one that says to come back."""

    reason: str
    was_sent: bool = True
    """False where it never left this house, so that nothing can have been done."""


@dataclass(frozen=True)
class Missing:
    """The gateway answered that it has no such thing."""


class Status(StrEnum):
    """What the gateway says of a payment."""

    OPEN = "open"
    PROCESSING = "processing"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    FAILED = "failed"
    CLOSED = "closed"
    """Nobody can pay it any more."""


class DisputeStatus(StrEnum):
    INQUIRY = "inquiry"
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True)
class Dispute:
    reference: str
    status: DisputeStatus
    amount: Money


class RefundState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Refunded:
    reference: str
    """The gateway's."""
    amount: Money
    state: RefundState
    refund: UUID | None = None
    """Our row, if it was ours; None for what somebody did at the gateway itself."""


@dataclass(frozen=True)
class Snapshot:
    """The truth, as far as the gateway knows it now."""

    reference: str
    status: Status
    amount: Money
    """What was asked for."""
    captured: Money
    payment: UUID | None = None
    """Our row, as it was told when it was created."""
    refunds: tuple[Refunded, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    fee: Money | None = None
    """What the gateway keeps, once it says so."""
    method: str = ""
    decline: str = ""
    """Why the last try failed, in the words of payments.declines."""
    action: Action | None = None

    @property
    def refunded(self) -> Money:
        done = [one.amount for one in self.refunds if one.state != RefundState.FAILED]
        return sum(done, Money.zero(self.captured.currency))


class Closing(StrEnum):
    CLOSED = "closed"
    PAID = "paid"
    """Too late: it was paid. That is no failure to close but money."""
    PROCESSING = "processing"


@dataclass(frozen=True)
class Done:
    reference: str


@dataclass(frozen=True)
class Pending:
    reference: str


@dataclass(frozen=True)
class Report:
    """One thing that a webhook tells of. It is a hint: what is true is fetched."""

    id: str
    kind: str
    reference: str
    """Of the payment at the gateway; empty where it concerns none."""
    account: str = ""


class Forged(Exception):
    """A delivery that the gateway did not sign, or so long ago that it may be a replay."""


@dataclass(frozen=True)
class Transaction:
    """One movement of money at the gateway, for reconciling."""

    reference: str
    payment: str
    kind: str
    """payment, refund, dispute, dispute_won, payout"""
    amount: Money
    fee: Money
    at: datetime


class Gateway(Protocol):
    """One way to be paid. Every answer that can be `Unknown` will be, one day."""

    @property
    def name(self) -> str: ...

    def capabilities(self) -> Capabilities: ...

    def create(self, asked: Asked, *, key: str) -> Created | Refused | Unknown: ...

    def fetch(self, reference: str, *, account: str = "") -> Snapshot | Missing | Unknown:
        """The only source of truth."""
        ...

    def find(self, payment: UUID, *, account: str = "") -> Snapshot | Missing | Unknown:
        """By our own id: when the answer to `create` never came."""
        ...

    def expire(self, reference: str, *, key: str, account: str = "") -> Closing | Unknown: ...

    def capture(
        self, reference: str, amount: Money, *, key: str, account: str = ""
    ) -> Done | Refused | Unknown: ...

    def refund(
        self, reference: str, amount: Money, *, refund: UUID, key: str, account: str = ""
    ) -> Done | Pending | Refused | Unknown: ...

    def verify(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Sequence[Report]:
        """What a delivery tells of, if the gateway signed these bytes. Raises Forged."""
        ...

    def transactions(self, since: datetime, until: datetime) -> Iterator[Transaction]:
        """All movements in the time; raises GatewayAway, since half a list is worse than none."""
        ...

    def to_wire(self, money: Money) -> Any: ...

    def from_wire(self, amount: Any, currency: str) -> Money: ...


class GatewayAway(Exception):
    """A list that cannot be had now."""


class NotShown(ValueError):
    """An amount that the gateway has no way to write: refused where the price is entered."""
