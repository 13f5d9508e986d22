"""The simulator as a gateway. Its amounts are ISO 4217's minor units."""

import hmac
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Self
from uuid import UUID

import requests
from django.conf import settings

from payments.enums import Channel
from payments.gateways.base import (
    Action,
    Asked,
    Capabilities,
    Closing,
    Created,
    Dispute,
    DisputeStatus,
    Done,
    Forged,
    GatewayAway,
    Missing,
    Pending,
    Redirect,
    Refunded,
    RefundState,
    Refused,
    Report,
    Sdk,
    Snapshot,
    Status,
    Transaction,
    Unknown,
)
from ticketing.core.money import EXPONENTS, Money
from ticketing.core.resilience import Away, Line, NoAnswer

TOLERANCE = timedelta(minutes=5)
STATUSES = {
    "open": Status.OPEN,
    "processing": Status.PROCESSING,
    "authorized": Status.AUTHORIZED,
    "captured": Status.CAPTURED,
    "closed": Status.CLOSED,
}
CAN = Capabilities(
    currencies=frozenset(EXPONENTS),
    channels=frozenset(Channel),
    methods=("card",),
    can_capture_later=True,
)


class Simulator:
    name = "simulator"

    def __init__(self, url: str, secret: str) -> None:
        self.secret = secret
        self.base = f"{url}/v1"
        self.sessions = threading.local()
        self.line = Line("simulator", errors=(requests.RequestException,))

    @classmethod
    def from_settings(cls) -> Self:
        return cls(settings.SIMULATOR_URL, settings.SIMULATOR_SECRET)

    def capabilities(self) -> Capabilities:
        return CAN

    def create(self, asked: Asked, *, key: str) -> Created | Refused | Unknown:
        body = {
            "payment": str(asked.payment),
            "amount": self.to_wire(asked.amount),
            "currency": asked.amount.currency,
            "description": asked.description,
            "return_url": asked.return_url,
            "expires_at": asked.expires_at.timestamp(),
            "captures_later": asked.captures_later,
        }
        match self.ask("POST", "/payments", body, key=key):
            case dict() as made:
                return Created(made["id"], self.action_of(made, asked.channel), asked.expires_at)
            case Refused() | Unknown() as answer:
                return answer

    def action_of(self, made: Mapping[str, Any], channel: Channel) -> Action:
        if channel == Channel.MOBILE:
            return Sdk(client_secret=made["id"], publishable_key="simulator")
        return Redirect(made["url"])

    def fetch(self, reference: str, *, account: str = "") -> Snapshot | Missing | Unknown:
        match self.ask("GET", f"/payments/{reference}"):
            case dict() as shown:
                return self.snapshot(shown)
            case Refused(code="no_such_payment"):
                return Missing()
            case Refused() as refused:
                return Unknown(refused.code)
            case Unknown() as unknown:
                return unknown

    def find(self, payment: UUID, *, account: str = "") -> Snapshot | Missing | Unknown:
        match self.ask("GET", f"/payments?payment={payment}"):
            case dict() as found:
                made = found["payments"]
                return self.snapshot(made[0]) if made else Missing()
            case Refused() as refused:
                return Unknown(refused.code)
            case Unknown() as unknown:
                return unknown

    def snapshot(self, shown: Mapping[str, Any]) -> Snapshot:
        def money(minor: int) -> Money:
            return self.from_wire(minor, shown["currency"])

        return Snapshot(
            reference=shown["id"],
            status=STATUSES[shown["status"]],
            amount=money(shown["amount"]),
            captured=money(shown["captured"]),
            payment=uuid_of(shown["payment"]),
            refunds=tuple(
                Refunded(
                    one["id"],
                    money(one["amount"]),
                    RefundState(one["status"]),
                    uuid_of(one["refund"]),
                )
                for one in shown["refunds"]
            ),
            disputes=tuple(
                Dispute(one["id"], DisputeStatus(one["status"]), money(one["amount"]))
                for one in shown["disputes"]
            ),
            fee=None if shown["fee"] is None else money(shown["fee"]),
            method=shown["method"],
            decline=shown["decline"],
        )

    def expire(self, reference: str, *, key: str, account: str = "") -> Closing | Unknown:
        match self.ask("POST", f"/payments/{reference}/expire", {}, key=key):
            case {"captured": captured} if captured:
                return Closing.PAID
            case {"status": "processing"}:
                return Closing.PROCESSING
            case dict():
                return Closing.CLOSED
            case Refused() as refused:
                return Unknown(refused.code)
            case Unknown() as unknown:
                return unknown

    def capture(
        self, reference: str, amount: Money, *, key: str, account: str = ""
    ) -> Done | Refused | Unknown:
        body = {"amount": self.to_wire(amount)}
        match self.ask("POST", f"/payments/{reference}/capture", body, key=key):
            case dict():
                return Done(reference)
            case Refused(code="already_captured"):
                return Done(reference)
            case Refused() | Unknown() as answer:
                return answer

    def refund(
        self, reference: str, amount: Money, *, refund: UUID, key: str, account: str = ""
    ) -> Done | Pending | Refused | Unknown:
        body = {"amount": self.to_wire(amount), "refund": str(refund)}
        match self.ask("POST", f"/payments/{reference}/refunds", body, key=key):
            case dict() as made:
                return Done(made["id"]) if made["status"] == "done" else Pending(made["id"])
            case Refused() | Unknown() as answer:
                return answer

    def verify(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Sequence[Report]:
        given = dict(
            part.split("=", 1)
            for part in headers.get("Simulator-Signature", "").split(",")
            if "=" in part
        )
        signed = hmac.new(self.secret.encode(), f"{given.get('t')}.".encode() + body, sha256)
        if not hmac.compare_digest(signed.hexdigest().encode(), given.get("v1", "").encode()):
            raise Forged
        if abs(now - datetime.fromtimestamp(int(given["t"]), UTC)) > TOLERANCE:
            raise Forged
        told = json.loads(body)
        return [Report(told["id"], told["kind"], told["reference"])]

    def transactions(self, since: datetime, until: datetime) -> Iterator[Transaction]:
        asked = f"/transactions?since={since.timestamp()}&until={until.timestamp()}"
        match self.ask("GET", asked):
            case dict() as found:
                for one in found["transactions"]:
                    yield Transaction(
                        reference=one["id"],
                        payment=one["of"],
                        kind=one["kind"],
                        amount=self.from_wire(one["amount"], one["currency"]),
                        fee=self.from_wire(one["fee"], one["currency"]),
                        at=datetime.fromtimestamp(one["at"], UTC),
                    )
            case _:
                raise GatewayAway(self.name)

    def to_wire(self, money: Money) -> int:
        return money.minor

    def from_wire(self, amount: Any, currency: str) -> Money:
        return Money(amount, currency)

    def session(self) -> requests.Session:
        """One for each thread: it keeps its connection, and is not made to be shared."""
        if not hasattr(self.sessions, "own"):
            self.sessions.own = requests.Session()
        own: requests.Session = self.sessions.own
        return own

    def ask(
        self, method: str, path: str, body: Any = None, *, key: str = ""
    ) -> dict[str, Any] | Refused | Unknown:
        """One call. What is only read may be asked twice; what is done, under its key alone."""
        headers = {"Authorization": f"Bearer {self.secret}"}
        if key:
            headers["Idempotency-Key"] = key
        is_safe = method == "GET" or bool(key)
        try:
            answer = self.line.call(
                lambda: self.session().request(
                    method, self.base + path, json=body, headers=headers, timeout=self.line.timeout
                ),
                is_safe=is_safe,
                is_bad=lambda got: got.status_code >= 500,
            )
            said = answer.json()
        except Away as away:
            return Unknown(str(away), was_sent=False)
        except (NoAnswer, ValueError) as error:
            return Unknown(str(error))
        if answer.status_code < 400:
            return dict(said)
        return Refused(str(said.get("error", "refused")), str(said.get("detail", "")))


def uuid_of(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
