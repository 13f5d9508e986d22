"""A crowd at a sale that is too small for it: so many clients, each with its own connection, try
one after the other until every attempt has a clear answer.

A call that got none is sent again with its Idempotency-Key, as an app does.

Alone: `python -m tests.load.crowd [--clients 64] [--attempts 1500] [--places 500]` says how long it
took until everything was sold. tests/faults/test_crowd.py kills parts meanwhile.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from tests.kit.running import Run
from tests.load.bookings import event_on_sale
from ticketing.core.ids import new_id
from ticketing.local.ports import HOST, first_free

# Nobody hears for so long: then it is asked again.
PATIENCE = 30.0
PAUSE = 0.2
CLEAR = {(201, ""), (409, "sold_out"), (409, "all_held")}


@dataclass
class Crowd:
    run: Run
    clients: int
    attempts: int
    places: int
    after: dict[int, Callable[[], None]] = field(default_factory=dict)
    """What happens once so many are booked."""

    answers: Counter[str] = field(default_factory=Counter)
    """Of each attempt the last one."""
    unclear: Counter[str] = field(default_factory=Counter)
    """What was no answer, and made somebody ask again."""
    booked: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the buyer's address."""
    seconds: float = 0.0
    """From the first call until the last place was booked."""

    def __post_init__(self) -> None:
        self.slug, self.ticket_type = event_on_sale(self.run, places=self.places)
        self.next, self.lock = count(), Lock()

    def come(self) -> None:
        self.began = time.monotonic()
        with ThreadPoolExecutor(self.clients) as clients:
            for done in [clients.submit(self.client) for _ in range(self.clients)]:
                done.result()

    def client(self) -> None:
        connection = HTTPConnection(HOST, self.run.port, timeout=PATIENCE)
        while (number := next(self.next)) < self.attempts:
            self.attempt(connection, f"person{number}@example.org")
        connection.close()

    def attempt(self, connection: HTTPConnection, email: str) -> None:
        body = {
            "event": self.slug,
            "lines": [{"ticket_type": self.ticket_type, "quantity": 1}],
            "buyer": {"email": email, "name": "Guest"},
        }
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(new_id())}
        while True:
            status, answer = ask(connection, body, headers)
            code = answer.get("code", "") if status != 201 else ""
            if (status, code) in CLEAR:
                self.note(email, code, answer)
                return
            with self.lock:
                self.unclear[f"{status} {code}".strip()] += 1
            time.sleep(PAUSE)

    def note(self, email: str, code: str, answer: dict[str, Any]) -> None:
        with self.lock:
            self.answers[code or "confirmed"] += 1
            if code:
                return
            self.booked[email] = answer
            if len(self.booked) == self.places:
                self.seconds = time.monotonic() - self.began
            happens = self.after.pop(len(self.booked), None)
        if happens is not None:
            happens()


def ask(
    connection: HTTPConnection, body: dict[str, Any], headers: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    """0 for a call that nobody answered."""
    try:
        connection.request("POST", "/api/v1/bookings", json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
    except (OSError, HTTPException):
        connection.close()
        return 0, {}
    try:
        return answer.status, json.loads(text)
    except ValueError:
        return answer.status, {}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clients", type=int, default=64)
    options.add_argument("--attempts", type=int, default=1500)
    options.add_argument("--places", type=int, default=500)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="ticketing-crowd-") as folder:
        Path(folder).chmod(0o755)
        run = Run(
            Path(folder) / "data", first_free(29_000), WEB_CONCURRENCY="2",
            RATE_LIMIT_SCALE="1000000", DEMO="people",
        )  # fmt: skip
        run.start()
        try:
            run.wait_until_ready(300)
            crowd = Crowd(run, chosen.clients, chosen.attempts, chosen.places)
            crowd.come()
        finally:
            run.stop()
    print(
        f"{chosen.places} places, {chosen.attempts} attempts, {chosen.clients} clients: sold out "
        f"after {crowd.seconds:.1f} s; {dict(crowd.answers)}, asked again {dict(crowd.unclear)}"
    )


if __name__ == "__main__":
    main()
