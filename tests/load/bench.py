"""`make bench`: this product beside the bare limit of the same machine, in one run.

Short runs of all targets take turns and the best of each counts: the machine is shared.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.kit.running import BASE_DIR, Run
from tests.load.beside import running_beside
from tests.load.bookings import print_bookings
from tests.load.door import print_door
from tests.load.flows import print_flows
from tests.load.payments import print_payments
from tests.load.people import print_people
from ticketing.local.ports import HOST, first_free

EVENT = "quiet-songs-for-a-long-night"  # of the demo
PARTS = ("pages", "people", "flows", "payments", "door", "search", "bookings")
PERCENTILES = Path(__file__).with_name("percentiles.lua")


@dataclass(frozen=True)
class Result:
    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int


def measure(address: str, *, connections: int, seconds: int) -> Result:
    command = [
        "wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s",
        "--script", str(PERCENTILES), address,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    line = re.search(r"^RESULT (.+)$", done.stdout, re.MULTILINE)
    assert line, done.stdout
    rate, p50, p95, p99, errors = line[1].split()
    return Result(float(rate), float(p50), float(p95), float(p99), int(errors))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=4)
    options.add_argument("--connections", type=int, nargs="+", default=[16, 64])
    options.add_argument("--events", type=int, default=100_000, help="to search among; 0 for none")
    options.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    chosen = options.parse_args()

    with tempfile.TemporaryDirectory(prefix="ticketing-bench-") as folder:
        Path(folder).chmod(0o755)
        port = first_free(29_000)
        run = Run(Path(folder) / "data", port, WEB_CONCURRENCY="2", RATE_LIMIT_SCALE="1000000")
        run.start()
        try:
            run.wait_until_ready()
            if "pages" in chosen.parts:
                print_pages(run, chosen.connections, chosen.rounds, chosen.seconds)
            if "people" in chosen.parts:
                print_people(run, seconds=chosen.seconds)
            if "flows" in chosen.parts:
                print_flows(run, seconds=chosen.seconds)
            if "payments" in chosen.parts:
                print_payments(run, seconds=chosen.seconds)
            if "door" in chosen.parts:
                print_door(run, seconds=chosen.seconds)
            if "search" in chosen.parts and chosen.events:
                print_search(run, count=chosen.events)
            if "bookings" in chosen.parts:
                print_bookings(run, seconds=chosen.seconds)
        finally:
            run.stop()


def print_pages(run: Run, connections: list[int], rounds: int, seconds: int) -> None:
    ours, length = f"http://{HOST}:{run.port}", len(run.get("/").text.encode())
    with running_beside("tests.load.bare", after=run.port, BARE_BODY=str(length)) as bare:
        targets = {
            "bare WSGI answer": f"{bare}/",
            "/health/live": f"{ours}/health/live",
            "home page, anonymous": f"{ours}/",
            "event page, anonymous": f"{ours}/events/{EVENT}/",
            "event list": f"{ours}/events/",
            "event list, searched": f"{ours}/events/?q=jaz",
            "API event": f"{ours}/api/v1/events/{EVENT}",
            "API event list": f"{ours}/api/v1/events",
        }
        for number in connections:
            print_table(targets, number, rounds, seconds)


def print_search(run: Run, *, count: int) -> None:
    """In a process of its own, with the settings of what runs. Comes late: it fills the tables."""
    command = (
        f". {run.folder}/environment && exec {sys.executable} -m tests.load.search --count {count}"
    )
    subprocess.run(["sh", "-c", command], cwd=BASE_DIR, check=True)


def print_table(targets: dict[str, str], connections: int, rounds: int, seconds: int) -> None:
    results: dict[str, list[Result]] = {name: [] for name in targets}
    for _ in range(rounds):
        for name, address in targets.items():
            results[name].append(measure(address, connections=connections, seconds=seconds))
    best = {name: max(many, key=lambda one: one.per_second) for name, many in results.items()}
    limit = best["bare WSGI answer"].per_second
    print(f"\n{connections} connections, best of {rounds} runs of {seconds} s each, taking turns")
    print(f"{'':24}{'req/s':>9}{'of bare':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'errors':>8}")
    for name, one in best.items():
        share = one.per_second / limit
        errors = sum(each.errors for each in results[name])
        print(
            f"{name:24}{one.per_second:9,.0f}{share:9.0%}"
            f"{one.p50:9.2f}{one.p95:9.2f}{one.p99:9.2f}{errors:8}"
        )


if __name__ == "__main__":
    main()
