"""Free bookings into one pool, over the API, with everything that listens to them running."""

import json
import os
import re
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.kit.running import BASE_DIR, Run
from tests.load.people import PASSWORD, Measured, call
from ticketing.local.ports import HOST

ORGANIZER = "organizer@example.org"  # of the demo
PLACES = 150_000
CLIENTS = (1, 8, 32, 64)


class Api:
    """An organizer's team, calling like any other."""

    def __init__(self, run: Run) -> None:
        self.address = f"http://{HOST}:{run.port}/api/v1"
        credentials = {"email": ORGANIZER, "password": PASSWORD}
        self.access = call(run, "/auth/login", credentials)["access"]

    def post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            f"{self.address}{path}",
            data=json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                "Authorization": f"Bearer {self.access}",
            },
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


def event_on_sale(run: Run, *, places: int = PLACES) -> tuple[str, str]:
    """A published event with one pool; its address and its free ticket type."""
    api, begins = Api(run), datetime.now(UTC) + timedelta(days=30)
    facts = {
        "organizer": "village-choir",
        "title": "Everybody comes",
        "online_url": "https://live.example.org/",
        "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=2)).isoformat(),
        "timezone": "UTC",
        "currency": "EUR",
    }
    slug = api.post("/events", facts)["slug"]
    pool = api.post(f"/events/{slug}/pools", {"name": "Meadow", "capacity": places})["id"]
    free = {"name": "Come in", "pool": pool, "price": 0}
    ticket_type = api.post(f"/events/{slug}/ticket-types", free)["id"]
    api.post(f"/events/{slug}/publish", {})
    return slug, ticket_type


def measure_bookings(run: Run, *, seconds: int) -> list[Measured]:
    slug, ticket_type = event_on_sale(run)
    return [
        book(run, slug, ticket_type, clients=clients, quantity=quantity, seconds=seconds)
        for quantity in (1, 4)
        for clients in CLIENTS
    ]


def book(
    run: Run, slug: str, ticket_type: str, *, clients: int, quantity: int, seconds: int
) -> Measured:
    body = {
        "event": slug,
        "lines": [{"ticket_type": ticket_type, "quantity": quantity}],
        "buyer": {"email": "BUYER@example.org"},
    }
    name = f"booking of {quantity}"
    environment = {"BODY": json.dumps(body), "NAME": f"q{quantity}c{clients}"}
    command = [
        "wrk", "--threads", str(min(clients, 4)), "--connections", str(clients),
        "--duration", f"{seconds}s", "--timeout", "10s", "--script", "tests/load/book.lua",
        f"http://{HOST}:{run.port}/api/v1/bookings",
    ]  # fmt: skip
    done = subprocess.run(
        command,
        cwd=BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    line = re.search(r"^RESULT (.+)$", done.stdout, re.MULTILINE)
    assert line, done.stdout + done.stderr
    rate, p50, p95, p99, errors = line[1].split()
    return Measured(name, clients, float(rate), float(p50), float(p95), float(p99), int(errors))


def print_bookings(run: Run, *, seconds: int) -> None:
    print("\nFree bookings into one pool over the API, all consumers running")
    print(f"{'':14}{'clients':>8}{'per s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'errors':>8}")
    for one in measure_bookings(run, seconds=seconds):
        print(
            f"{one.name:14}{one.connections:8}{one.per_second:9,.0f}"
            f"{one.p50:9.1f}{one.p95:9.1f}{one.p99:9.1f}{one.errors:8}"
        )
