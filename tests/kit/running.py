"""A real `make run` for the fault tests: its own folder and ports, ended when the test ends."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parents[2]
# What the suite sets for itself must not reach a run that is to start everything on its own.
OURS = (
    "TICKETING_",
    "DATABASE_",
    "REDIS_",
    "SECRET_KEY",
    "SITE_URL",
    "EMAIL_URL",
    "EXTRA_HOSTS",
    "SIMULATOR_",
)


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str]

    def json(self) -> Any:
        return json.loads(self.text)


class Run:
    def __init__(self, folder: Path, port: int, **variables: str) -> None:
        self.folder, self.port = folder, port
        self.output = folder.with_suffix(".out")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
        inherited.pop("ENVIRONMENT", None)
        self.environment = {
            **inherited,
            "PORT": str(port),
            "DATA_DIR": str(folder),
            "WEB_CONCURRENCY": "1",
            **variables,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ticketing.local"],
                cwd=BASE_DIR,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self, seconds: float = 120) -> None:
        until(lambda: "Ready after" in self.said() or self.has_ended(), seconds)
        assert not self.has_ended(), self.said()

    def wait_until_ended(self, seconds: float = 60) -> int:
        assert self.process
        return self.process.wait(seconds)

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def said(self) -> str:
        return self.output.read_text()

    def stop(self) -> int:
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.wait_until_ended()

    def get(self, address: str) -> Answer:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{address}")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return Answer(answer.status, answer.read().decode(), dict(answer.headers))
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode(), dict(error.headers))

    def is_well(self) -> bool:
        """Whether it answers and every part says of itself that it works."""
        try:
            answer = self.get("/health/ready")
        except OSError:
            return False
        parts = answer.json()["parts"]
        return answer.status == 200 and set(parts.values()) <= {"ok", "not_configured"}

    def processes(self) -> dict[int, str]:
        """Every process of this run that is alive, with its command line."""
        mark = f"DATA_DIR={self.folder}".encode()
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                # Valkey writes its title over its environment, but works in the folder.
                is_there = (path / "cwd").readlink().is_relative_to(self.folder)
                if is_there or mark in (path / "environ").read_bytes().split(b"\0"):
                    found[int(path.name)] = command
            except OSError:
                continue  # it ended while we looked
        return found

    def kill(self, *words: str) -> None:
        """kill -9 the run's processes whose command line holds one of the words; all, if none."""
        for pid, command in self.processes().items():
            if not words or any(word in command for word in words):
                with suppress(ProcessLookupError):  # it ended with one killed before it
                    os.kill(pid, signal.SIGKILL)


def until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for another process to get somewhere; fail loudly if it does not."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "what was waited for did not come"
        time.sleep(0.05)  # nothing tells us when another process gets there
