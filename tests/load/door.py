"""How fast people get in: check-ins per second at one scanner and at eight, each ticket once.

Alone: `python -m tests.load.door`.
"""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.kit.running import BASE_DIR, Run
from tests.load.bookings import Api, event_on_sale, paused
from ticketing.local.ports import HOST, first_free

AT_ONCE = 50
TICKETS_PER_SECOND = 2000  # enough for the fastest scanner, which has a share like all others


@dataclass(frozen=True)
class Measured:
    scanners: int
    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int


def codes_of(run: Run, team: Api, *, tickets: int) -> tuple[str, list[str]]:
    """Of an event tomorrow whose tickets cost nothing: its address, and what opens its door."""
    slug, kind = event_on_sale(run, places=tickets, days_ahead=1, max_per_order=AT_ONCE)
    codes: list[str] = []
    for number in range(tickets // AT_ONCE):
        booked = team.post(
            "/bookings",
            {
                "event": slug,
                "lines": [{"ticket_type": kind, "quantity": AT_ONCE}],
                "buyer": {"email": f"guest{number}@example.org", "name": "Guest"},
            },
        )
        codes += [one["code"] for one in booked["tickets"]]
    return slug, codes


def measure(run: Run, team: Api, *, scanners: int, seconds: int) -> Measured:
    slug, codes = codes_of(run, team, tickets=seconds * TICKETS_PER_SECOND)
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
        # Nobody waits for the tickets' files meanwhile, which take longer than all that is measured.
        with paused(run):
            done = subprocess.run(
                command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=True
            )
    line = re.search(r"^RESULT (.+)$", done.stdout, re.MULTILINE)
    assert line, done.stdout + done.stderr
    rate, p50, p95, p99, errors = line[1].split()
    return Measured(scanners, float(rate), float(p50), float(p95), float(p99), int(errors))


def print_door(run: Run, *, seconds: int) -> None:
    team = Api(run)
    print(
        "\nCheck-ins over the API, each ticket once; every scanner is a connection of its own, and"
        "\nrelay and workers do nothing meanwhile"
    )
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
