"""How fast people get in: log-ins, renewals of their tokens, and `/me`, over the API."""

import json
import os
import re
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from typing import Any

from accounts.hashers import PasswordHasher
from tests.kit.running import BASE_DIR, Run
from ticketing.local.ports import HOST

EMAIL = "attendee@example.org"
PASSWORD = "village-choir-40"  # the demo's
SCRIPT = "tests/load/sign_in.lua"


@dataclass(frozen=True)
class Measured:
    name: str
    connections: int
    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int


def call(run: Run, path: str, body: dict[str, str]) -> Any:
    request = urllib.request.Request(
        f"http://{HOST}:{run.port}/api/v1{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def wrk(
    run: Run,
    name: str,
    path: str,
    *,
    connections: int,
    seconds: int,
    headers: list[str],
    **env: str,
) -> Measured:
    """One connection to each thread, so that each follows a chain of its own."""
    script = SCRIPT if env else "tests/load/percentiles.lua"
    command = [
        "wrk", "--threads", str(connections), "--connections", str(connections),
        "--duration", f"{seconds}s", "--timeout", "10s", "--script", script,
        *(part for header in headers for part in ("--header", header)),
        f"http://{HOST}:{run.port}/api/v1{path}",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=BASE_DIR, env={**os.environ, **env}, capture_output=True, text=True, check=True
    )
    line = re.search(r"^RESULT (.+)$", done.stdout, re.MULTILINE)
    assert line, done.stdout + done.stderr
    rate, p50, p95, p99, errors = line[1].split()
    return Measured(name, connections, float(rate), float(p50), float(p95), float(p99), int(errors))


def seconds_of_one_hash() -> float:
    """What comparing one password costs this machine when nothing else runs."""
    hasher = PasswordHasher()
    began = time.perf_counter()
    for _ in range(10):
        hasher.encode(PASSWORD, "a-salt-of-no-secrecy")
    return (time.perf_counter() - began) / 10


def measure_people(run: Run, *, seconds: int) -> list[Measured]:
    credentials = {"email": EMAIL, "password": PASSWORD}
    login = json.dumps(credentials)
    results = []
    for connections in (2, 8):
        pairs = [call(run, "/auth/login", credentials) for _ in range(connections)]
        tokens = {f"TOKEN_{n}": pair["refresh"] for n, pair in enumerate(pairs, 1)}
        bearer = [f"Authorization: Bearer {pairs[0]['access']}"]
        results += [
            wrk(run, "log-in", "/auth/login", connections=connections, seconds=seconds,
                headers=[], BODY=login),
            wrk(run, "refresh", "/auth/refresh", connections=connections, seconds=seconds,
                headers=[], LIVES="1", **tokens),
            wrk(run, "/me", "/me", connections=connections, seconds=seconds, headers=bearer),
        ]  # fmt: skip
    return results


def print_people(run: Run, *, seconds: int) -> None:
    hash_seconds = seconds_of_one_hash()
    print(f"\nPeople over the API; one password costs {hash_seconds * 1000:.0f} ms of one core")
    print(f"{'':12}{'clients':>8}{'req/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'errors':>8}")
    for one in measure_people(run, seconds=seconds):
        print(
            f"{one.name:12}{one.connections:8}{one.per_second:9,.0f}"
            f"{one.p50:9.1f}{one.p95:9.1f}{one.p99:9.1f}{one.errors:8}"
        )
        if one.name == "log-in":
            share = one.per_second * hash_seconds / (os.cpu_count() or 1)
            print(f"{'':12}{'':8}  of both cores Argon2 takes {share:.0%}")
