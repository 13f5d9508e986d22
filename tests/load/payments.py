"""Bookings that are paid, over the API, at the simulator: held, paid by card on its page, and shown as
tickets; either because the gateway tells, or because the buyer comes back before it did."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from payments.simulator.ledger import PAYS
from tests.kit.running import Run
from tests.load.bookings import event_on_sale, wait_for_consumers
from tests.load.flows import at
from ticketing.core.ids import new_id
from ticketing.local.ports import HOST

CLIENTS = (1, 8, 32)
LOOKS_EVERY = 0.2
PATIENCE = 30.0
PRICE = 1200


@dataclass
class Line:
    """One connection that is kept, as a browser or an app keeps it."""

    netloc: str

    def __post_init__(self) -> None:
        self.connection = HTTPConnection(self.netloc, timeout=PATIENCE)

    def send(self, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[int, bytes]:
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> dict[str, Any]:
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": str(new_id()),
            "X-Booking-Token": token,
        }
        status, text = self.send(method, f"/api/v1{path}", json.dumps(body), headers)
        answer: dict[str, Any] = json.loads(text)
        if status >= 400:
            raise Refused(f"{status} {answer.get('code')}")
        return answer


class Refused(Exception):
    """Somebody who wants to pay was sent away."""


@dataclass
class Sale:
    run: Run
    slug: str
    ticket_type: str
    is_told_by_buyer: bool
    whole: list[float] = field(default_factory=list)
    to_ticket: list[float] = field(default_factory=list)
    """From "paid" at the gateway until the tickets can be shown."""
    refused: list[str] = field(default_factory=list)

    def buyer(self, deadline: float, *, name: str) -> None:
        product, number = Line(f"{HOST}:{self.run.port}"), 0
        while time.monotonic() < deadline:
            number += 1
            try:
                self.buy(product, f"{name}-{number}@example.org")
            except Refused as no:
                self.refused.append(str(no))

    def buy(self, product: Line, email: str) -> None:
        began = time.monotonic()
        held = product.call("POST", "/bookings", self.wish(email))
        reference, token = held["reference"], held["token"]
        way = {"channel": "web", "return_url": f"http://localhost:{self.run.port}/"}
        payment = product.call("POST", f"/bookings/{reference}/payments", way, token)
        pay_by_card(payment["action"]["url"])
        paid = time.monotonic()
        if self.is_told_by_buyer:
            product.call("POST", f"/payments/{payment['id']}/confirm", None, token)
        while not product.call("GET", f"/bookings/{reference}", None, token)["tickets"]:
            if time.monotonic() > paid + PATIENCE:
                raise Refused("paid, and no ticket")
            time.sleep(LOOKS_EVERY)
        self.to_ticket.append(time.monotonic() - paid)
        self.whole.append(time.monotonic() - began)

    def wish(self, email: str) -> dict[str, Any]:
        return {
            "event": self.slug,
            "lines": [{"ticket_type": self.ticket_type, "quantity": 1}],
            "buyer": {"email": email, "name": "Ada"},
        }


def pay_by_card(address: str) -> None:
    parts = urlsplit(address)
    gateway = Line(parts.netloc)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, _ = gateway.send("POST", parts.path, urlencode({"card": PAYS}), form)
    gateway.connection.close()
    if status != 303:
        raise Refused(f"the gateway's page: {status}")


def measure_payments(run: Run, *, seconds: int) -> Iterator[tuple[str, int, float, Sale]]:
    slug, ticket_type = event_on_sale(run, price=PRICE)
    for name, is_told_by_buyer in (("told by gateway", False), ("buyer returns", True)):
        for clients in CLIENTS:
            sale = Sale(run, slug, ticket_type, is_told_by_buyer)
            began = time.monotonic()
            with ThreadPoolExecutor(clients) as crowd:
                buy = partial(sale.buyer, began + seconds)
                for done in [
                    crowd.submit(buy, name=f"b{time.monotonic_ns()}-{number}")
                    for number in range(clients)
                ]:
                    done.result()
            yield name, clients, len(sale.whole) / (time.monotonic() - began), sale
            wait_for_consumers(run)


def print_payments(run: Run, *, seconds: int) -> None:
    print("\nPaid bookings over the API at the simulator, everything running beside them")
    print(
        f"{'':16}{'clients':>8}{'per s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'errors':>8}"
        f"{'paid → ticket p50':>20}{'p95 ms':>9}{'p99 ms':>9}"
    )
    for name, clients, rate, sale in measure_payments(run, seconds=seconds):
        print(
            f"{name:16}{clients:8}{rate:9,.1f}{at(0.5, sale.whole):9.1f}{at(0.95, sale.whole):9.1f}"
            f"{at(0.99, sale.whole):9.1f}{len(sale.refused):8}{at(0.5, sale.to_ticket):20.1f}"
            f"{at(0.95, sale.to_ticket):9.1f}{at(0.99, sale.to_ticket):9.1f}",
            flush=True,
        )
