"""How fast people get in: check-ins per second at one scanner and at eight, each ticket once.

Alone: `python -m tests.load.door`.
"""

import json
import os
import re
import subprocess
import tempfile
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.kit.running import BASE_DIR, Run
from ticketing.local.ports import HOST, first_free

ORGANIZER = {"email": "organizer@example.org", "password": "village-choir-40"}  # the demo's
AT_ONCE = 50
TICKETS_PER_SECOND = 1000  # more than are ever shown in one


@dataclass(frozen=True)
class Measured:
    scanners: int
    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int


class Team:
    """The organizer over the API."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.token = ""
        self.token = self.post("/auth/login", ORGANIZER)["access"]

    def post(self, path: str, body: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        address = f"http://{HOST}:{self.run.port}/api/v1{path}"
        request = urllib.request.Request(address, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def event(self, *, places: int) -> tuple[str, str]:
        """A published one whose tickets cost nothing: its slug and the id of its ticket type."""
        begins = datetime.now(UTC) + timedelta(days=1)
        made = self.post(
            "/events",
            {
                "organizer": "village-choir",
                "title": "Crowd at the door",
                "starts_at": begins.isoformat(),
                "ends_at": (begins + timedelta(hours=3)).isoformat(),
                "timezone": "Europe/Paris",
                "currency": "EUR",
                "online_url": "https://example.org/door",
            },
        )
        path = f"/events/{made['slug']}"
        pool = self.post(f"{path}/pools", {"name": "Hall", "capacity": places})
        kind = self.post(
            f"{path}/ticket-types",
            {
                "name": "General",
                "kind": "free",
                "pool": pool["id"],
                "price": 0,
                "max_per_order": AT_ONCE,
            },
        )
        self.post(f"{path}/publish", {})
        return made["slug"], kind["id"]

    def codes(self, *, tickets: int) -> tuple[str, list[str]]:
        slug, kind = self.event(places=tickets)
        codes: list[str] = []
        for number in range(tickets // AT_ONCE):
            booked = self.post(
                "/bookings",
                {
                    "event": slug,
                    "lines": [{"ticket_type": kind, "quantity": AT_ONCE}],
                    "buyer": {"email": f"guest{number}@example.org", "name": "Guest"},
                },
            )
            codes += [one["code"] for one in booked["tickets"]]
        return slug, codes


def measure(run: Run, team: Team, *, scanners: int, seconds: int) -> Measured:
    slug, codes = team.codes(tickets=seconds * TICKETS_PER_SECOND)
    devices = [
        team.post(f"/events/{slug}/devices", {"name": f"Gate {one}"}) for one in range(scanners)
    ]
    tokens = {f"TOKEN_{one}": device["token"] for one, device in enumerate(devices, 1)}
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(codes) + "\n")
        file.flush()
        command = [
            "wrk", "--threads", str(scanners), "--connections", str(scanners),
            "--duration", f"{seconds}s", "--timeout", "10s", "--script", "tests/load/door.lua",
            f"http://{HOST}:{run.port}/api/v1/events/{slug}/checkins",
        ]  # fmt: skip
        environment = {**os.environ, **tokens, "SCANNERS": str(scanners), "CODES": file.name}
        done = subprocess.run(
            command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=True
        )
    line = re.search(r"^RESULT (.+)$", done.stdout, re.MULTILINE)
    assert line, done.stdout + done.stderr
    rate, p50, p95, p99, errors = line[1].split()
    return Measured(scanners, float(rate), float(p50), float(p95), float(p99), int(errors))


def print_door(run: Run, *, seconds: int) -> None:
    team = Team(run)
    print("\nCheck-ins over the API, each ticket once; every scanner is a connection of its own")
    print(f"{'scanners':>12}{'per s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'errors':>8}")
    for scanners in (1, 8):
        one = measure(run, team, scanners=scanners, seconds=seconds)
        print(
            f"{one.scanners:12}{one.per_second:9,.0f}"
            f"{one.p50:9.1f}{one.p95:9.1f}{one.p99:9.1f}{one.errors:8}"
        )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ticketing-bench-") as folder:
        Path(folder).chmod(0o755)
        port = first_free(29_000)
        run = Run(Path(folder) / "data", port, WEB_CONCURRENCY="2", RATE_LIMIT_SCALE="1000000")
        run.start()
        try:
            run.wait_until_ready(300)
            print_door(run, seconds=4)
        finally:
            run.stop()


if __name__ == "__main__":
    main()
