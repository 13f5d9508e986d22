"""Each gateway with its other side: the buyer, the bank, faults and time. One shape for all."""

import json
import os
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from payments.enums import Channel
from payments.gateways.base import Asked, Gateway
from payments.gateways.simulator import Simulator
from payments.gateways.stripe import Stripe
from payments.simulator.notices import HEADER, signature_of
from payments.simulator.server import serve
from tests.kit.stripe import StripeFake
from tests.kit.stripe.books import METHODS
from tests.payments import till as cards
from ticketing.core.ids import new_id
from ticketing.core.money import Money

QUICK = (0.5, 0.15)  # seconds for who waits for a slow gateway in a test
STARTED_WITH = "STRIPE_TEST_KEY"


class Counter:
    gateway: Gateway
    cannot: set[str] = set()
    missing = ""

    def needs(self, *what: str) -> None:
        if lacking := self.cannot & set(what):
            pytest.skip(f"not to be had here: {', '.join(lacking)}")

    def begin(self) -> None:
        """Whole again."""

    def stop(self) -> None:
        pass


class SimulatorCounter(Counter):
    cannot = {"accounts"}
    missing = "sim_0"

    def __init__(self) -> None:
        self.secret = "secret of the simulator"
        self.server = serve(":memory:", host="127.0.0.1", port=0, secret=self.secret, notices="")
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def begin(self) -> None:
        self.gateway = Simulator(f"http://127.0.0.1:{self.server.server_port}", self.secret)
        self.server.faults.forget()
        self.server.ledger.ahead = 0.0

    def hurry(self) -> None:
        self.gateway.line.timeout = QUICK

    def pay(self, reference: str, card: str, *, is_confirmed: bool = False) -> None:
        self.server.ledger.pay(reference, card, is_confirmed=is_confirmed)

    def fail(self, kind: str, call: str, *, times: int = 1, seconds: float = 0) -> None:
        order = {"kind": kind, "call": call, "times": times, "seconds": seconds}
        self.server.faults.order(order)

    def mend(self) -> None:
        self.server.faults.forget()

    def ahead(self, seconds: float) -> None:
        self.server.ledger.ahead = seconds

    def end_dispute(self, reference: str, status: str) -> None:
        self.server.ledger.end_dispute(reference, status)

    def made_for(self, payment: UUID) -> int:
        return len(self.server.ledger.named(str(payment)))

    def signed(
        self, reference: str, *, at: datetime, secret: str = ""
    ) -> tuple[bytes, dict[str, str]]:
        event = {"id": "ev_1", "kind": "payment.captured", "reference": reference}
        body = json.dumps(event).encode()
        header = signature_of(secret or self.secret, body, int(at.timestamp()))
        return body, {HEADER: header}

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class StripeCounter(Counter):
    """Through the official library, to the fake."""

    missing = "pi_test_0"

    def __init__(self) -> None:
        self.fake = StripeFake()

    def begin(self) -> None:
        self.gateway = self.gateway_with()
        self.fake.mend()
        self.fake.books.refunds_begin = "succeeded"

    def gateway_with(self, **facts: Any) -> Stripe:
        facts = {"webhook_secrets": [self.fake.webhook_secret], **facts}
        return Stripe(self.fake.secret_key, publishable_key="pk_test", url=self.fake.url, **facts)

    def hurry(self) -> None:
        self.gateway.http._timeout = QUICK

    def pay(
        self, reference: str, card: str, *, is_confirmed: bool = False, account: str = ""
    ) -> None:
        try:
            self.fake.pay(reference, card, is_confirmed=is_confirmed, account=account)
        except Exception as error:
            if "cannot be confirmed" not in str(error):
                raise

    def fail(self, kind: str, call: str, *, times: int = 1, seconds: float = 0) -> None:
        self.fake.fail(kind, call, times=times, seconds=seconds)

    def mend(self) -> None:
        self.fake.faults.forget()

    def ahead(self, seconds: float) -> None:
        self.fake.books.ahead = seconds

    def end_dispute(self, reference: str, status: str) -> None:
        self.fake.end_dispute(reference, status)

    def made_for(self, payment: UUID) -> int:
        with self.fake.books.lock:
            things = self.fake.books.things[""].values()
            return sum(
                one["object"] in {"checkout.session", "payment_intent"}
                and one["metadata"].get("payment") == str(payment)
                for one in things
            )

    def signed(
        self, reference: str, *, at: datetime, secret: str = ""
    ) -> tuple[bytes, dict[str, str]]:
        kind = "checkout.session" if reference.startswith("cs_") else "payment_intent"
        event = {
            "id": "evt_1",
            "object": "event",
            "type": f"{kind}.completed",
            "data": {"object": {"id": reference, "object": kind}},
        }
        return self.fake.signed(event, at=at, secret=secret)

    def stop(self) -> None:
        self.fake.stop()


class TestModeCounter(Counter):
    """Stripe itself, with a key for tests: no faults, no clock, and nobody to sit at its page."""

    __test__ = False
    cannot = {"page", "faults", "time", "signing", "accounts", "books", "currencies"}
    missing = "pi_0"

    def begin(self) -> None:
        url = os.environ.get("STRIPE_TEST_URL", "")  # the fake's, to try these tests themselves
        self.gateway = Stripe(os.environ[STARTED_WITH], publishable_key="pk_test", url=url)

    def pay(self, reference: str, card: str, *, is_confirmed: bool = False) -> None:
        if is_confirmed:
            pytest.skip("nobody answers the bank here")
        named = {number: name for name, number in reversed(METHODS.items())}
        body = {"payment_method": named[card], "return_url": "https://tickets.example.org/"}
        self.gateway.ask(self.gateway.client.payment_intents.confirm, reference, body)


def counter_named(name: str) -> Counter:
    return {
        "simulator": SimulatorCounter,
        "stripe": StripeCounter,
        "stripe_test_mode": TestModeCounter,
    }[name]()


NAMES = ["simulator", "stripe", *(["stripe_test_mode"] if STARTED_WITH in os.environ else [])]
PAYS, DECLINED, POOR = cards.PAYS, cards.DECLINED, cards.POOR
SECURE, DELAYED, DISPUTED = cards.SECURE, cards.DELAYED, cards.DISPUTED
PRICE = Money(2000, "EUR")
LONG_AFTER = 15.0  # seconds, until what is delayed has arrived


def ask(channel: Channel = Channel.MOBILE, **facts: Any) -> Asked:
    """A payment that somebody wants to make."""
    return Asked(
        **{
            "payment": new_id(),
            "amount": PRICE,
            "description": "Tickets: Choir night (ABC-DEF)",
            "email": "ada@example.org",
            "language": "de",
            "return_url": "https://tickets.example.org/payments/1/return/",
            "channel": channel,
            "expires_at": datetime.now(UTC) + timedelta(minutes=10),
            **facts,
        }
    )


def key() -> str:
    return f"key:{new_id()}"
