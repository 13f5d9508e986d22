"""Free bookings into one pool, over the API: with who listens to them stopped and running, with slow
commits, and into a pool that is nearly sold out."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from tests.kit.running import BASE_DIR, Run, until
from tests.load.beside import running_beside
from tests.load.people import PASSWORD, Measured, call
from ticketing.local.ports import HOST

ORGANIZER = "organizer@example.org"  # of the demo
PLACES = 100_000
CLIENTS = (1, 8, 32, 64)
BURST = 10  # seconds: what is left of it is to be gone 30 s later
LIMIT = "limit: six statements"
SKELETON = Path(__file__).with_name("skeleton.sql")
CONSUMERS = ("manage.py relay", "celery")
# What a synchronous standby costs: each commit takes four thousandths of a second longer.
SLOW_COMMIT = """
CREATE FUNCTION slow_commit() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.004); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON bookings_booking DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION slow_commit();
"""
QUICK_COMMIT = "DROP TRIGGER slow_commit ON bookings_booking; DROP FUNCTION slow_commit();"


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


def event_on_sale(
    run: Run,
    *,
    places: int = PLACES,
    price: int = 0,
    days_ahead: int = 30,
    **of_type: Any,
) -> tuple[str, str]:
    """A published event with one pool; its address and its only ticket type."""
    api, begins = Api(run), datetime.now(UTC) + timedelta(days=days_ahead)
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
    come_in = {"name": "Come in", "pool": pool, "price": price, **of_type}
    ticket_type = api.post(f"/events/{slug}/ticket-types", come_in)["id"]
    api.post(f"/events/{slug}/publish", {})
    return slug, ticket_type


def owner_url(run: Run) -> str:
    words = (run.folder / "environment").read_text()
    found = re.search(r"^export DATABASE_OWNER_URL=(\S+)$", words, re.MULTILINE)
    assert found
    return found[1].strip("'")


def in_database(run: Run, statement: str) -> Any:
    """As the owner of the tables, beside the product."""
    with psycopg.connect(owner_url(run), autocommit=True) as database:
        answer = database.execute(statement.encode())
        return answer.fetchone() if answer.description else None


def backlog_of(run: Run) -> int:
    row = in_database(run, "SELECT count(*) FROM core_delivery WHERE status <> 'done'")
    return int(row[0])


def wait_for_consumers(run: Run) -> None:
    """Until they have done all that there was to do."""
    until(lambda: not backlog_of(run), 900)


@contextmanager
def paused(run: Run) -> Iterator[None]:
    """Who listens sees nothing until afterwards."""
    stopped = [
        pid for pid, line in run.processes().items() if any(word in line for word in CONSUMERS)
    ]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def fill(run: Run, share: float) -> None:
    """So much of the largest pool is taken already, here and there in it."""
    in_database(
        run,
        "UPDATE events_place SET holder = gen_random_uuid() WHERE holder IS NULL AND pool_id ="
        " (SELECT pool_id FROM events_place GROUP BY pool_id ORDER BY max(id) DESC LIMIT 1)"
        f" AND random() < {share}; ",
    )
    in_database(run, "VACUUM ANALYZE events_place")


def book(
    site: str,
    slug: str,
    ticket_type: str,
    *,
    clients: int,
    quantity: int,
    seconds: int,
    name: str,
) -> Measured:
    body = {
        "event": slug,
        "lines": [{"ticket_type": ticket_type, "quantity": quantity}],
        "buyer": {"email": "BUYER@example.org"},
    }
    environment = {"BODY": json.dumps(body), "NAME": f"t{time.monotonic_ns()}"}
    command = [
        "wrk", "--threads", str(min(clients, 4)), "--connections", str(clients),
        "--duration", f"{seconds}s", "--timeout", "10s", "--script", "tests/load/book.lua",
        f"{site}/api/v1/bookings",
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


def measure_bookings(run: Run, *, seconds: int) -> Iterator[Measured]:
    slug, ticket_type = event_on_sale(run)

    def measured(
        name: str, *, clients: int, quantity: int = 1, seconds: int = seconds, site: str = ""
    ) -> Measured:
        return book(
            site or f"http://{HOST}:{run.port}",
            slug,
            ticket_type,
            clients=clients,
            quantity=quantity,
            seconds=seconds,
            name=name,
        )

    measured("warm", clients=8)
    wait_for_consumers(run)
    for clients in (8, 32):
        yield measured("running", clients=clients, seconds=BURST)
        left, begun = backlog_of(run), time.monotonic()
        wait_for_consumers(run)
        gone = time.monotonic() - begun
        print(
            f"  the backlog of {BURST} s, {left:,} deliveries, was gone {gone:.0f} s later",
            flush=True,
        )
    in_database(run, SKELETON.read_text())
    # What is left for them then takes minutes: nobody waits for it.
    with (
        paused(run),
        running_beside("tests.load.skeleton", after=run.port, DATABASE_URL=owner_url(run)) as bare,
    ):
        measured("warm", clients=8, site=bare)
        # Taking turns: the machine is shared, and each share is of the limit a moment before.
        for clients in CLIENTS:
            yield measured(LIMIT, clients=clients, site=bare)
            for quantity in (1, 4):
                yield measured(f"n={quantity}, paused", clients=clients, quantity=quantity)
        in_database(run, SLOW_COMMIT)
        for clients in (32, 64):
            yield measured("commit + 4 ms", clients=clients)
        in_database(run, QUICK_COMMIT)
        for share, left_over in ((0.95, 0.95), (0.99, 0.8)):
            fill(run, left_over)
            yield measured(f"{share:.0%} sold", clients=32)


def print_bookings(run: Run, *, seconds: int) -> None:
    print(
        "\nFree bookings into one pool over the API; paused: relay and workers do nothing meanwhile."
        "\nThe limit is Django with the statements that a free booking cannot do without."
    )
    print(
        f"{'':24}{'clients':>8}{'per s':>9}{'of limit':>10}"
        f"{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'errors':>8}"
    )
    limits: dict[int, float] = {}
    for one in measure_bookings(run, seconds=seconds):
        if one.name == LIMIT:
            limits[one.connections] = one.per_second
        limit = limits.get(one.connections)
        share = f"{one.per_second / limit:.0%}" if limit else ""
        print(
            f"{one.name:24}{one.connections:8}{one.per_second:9,.0f}{share:>10}"
            f"{one.p50:9.1f}{one.p95:9.1f}{one.p99:9.1f}{one.errors:8}",
            flush=True,
        )
