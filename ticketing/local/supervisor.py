"""Keeps parts running: starts them in order, restarts what dies, stops all of them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ticketing.local.trouble import Trouble

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between a death and the next start
STEADY_AFTER = 30.0  # seconds after which an earlier death is forgiven
PATIENCE = 20.0  # seconds that a stopping part gets before it is killed
LINES_OF_LOG_TO_SHOW = 3
PR_SET_PDEATHSIG = 1
LAST = 19  # the nicest that a process can be

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is the person's own terminal


@dataclass
class Part:
    name: str
    command: Sequence[str]
    is_ready: Callable[[], bool] = lambda: True
    popen: dict[str, Any] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    seconds_to_start: float = 30.0
    is_used: bool = False
    """By other parts: it outlives them."""
    gives_way: bool = False
    """It works when no other part wants to."""

    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    start_again_at: float | None = None

    def start(self, log: Path) -> None:
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A Ctrl-C in the terminal is for the supervisor alone, which stops in order.
                start_new_session=True,
                preexec_fn=self._know_its_place,  # noqa: PLW1509 - a few calls of the system
                **self.popen,
            )
        self.started_at = time.monotonic()
        self.start_again_at = None

    def _know_its_place(self) -> None:
        """In the part's own process: die with the supervisor, and give way if it is to."""
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, self.stop_signal)
        if self.gives_way:
            os.nice(LAST)
            with suppress(OSError, AttributeError):  # another system than Linux
                os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
                # A session has a share of the processors, however nice its processes are.
                Path("/proc/self/autogroup").write_text(str(LAST))

    @property
    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def signal(self, number: signal.Signals, *, group: bool = False) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        if group:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)


class Supervisor:
    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.parts: list[Part] = []
        self.is_stopping = False
        logs.mkdir(parents=True, exist_ok=True)

    def log_of(self, part: Part) -> Path:
        return self.logs / f"{part.name}.log"

    def start(self, *parts: Part) -> None:
        """Start parts that do not need one another, and wait until all are ready."""
        for part in parts:
            self.log_of(part).write_bytes(b"")
            self.parts.append(part)
            part.start(self.log_of(part))
        for part in parts:
            self._wait_until_ready(part)

    def _wait_until_ready(self, part: Part) -> None:
        deadline = time.monotonic() + part.seconds_to_start
        while not part.is_ready():
            if part.has_died:
                raise Trouble(f"{part.name} could not start: {self.last_words(part)}")
            if time.monotonic() > deadline:
                raise Trouble(
                    f"{part.name} was not ready within {part.seconds_to_start:.0f} s: "
                    f"{self.last_words(part)}"
                )
            time.sleep(0.05)

    def last_words(self, part: Part) -> str:
        lines = self.log_of(part).read_text(errors="replace").strip().splitlines()
        words = " / ".join(line.strip()[:300] for line in lines[-LINES_OF_LOG_TO_SHOW:])
        return words or f"it said nothing in {self.log_of(part)}"

    def watch(self) -> None:
        """Restart whatever dies, with a growing pause, until told to stop."""
        while not self.is_stopping:
            for part in self.parts:
                self._look_after(part)
            time.sleep(0.1)

    def _look_after(self, part: Part) -> None:
        now = time.monotonic()
        if part.start_again_at is not None:
            if now >= part.start_again_at:
                part.start(self.log_of(part))
            return
        if not part.has_died:
            return
        if now - part.started_at > STEADY_AFTER:
            part.pause = FIRST_PAUSE
        code = part.process.returncode if part.process else 0
        say(f"  {part.name} stopped ({describe(code)}); starting it again in {part.pause:g} s.")
        part.start_again_at = now + part.pause
        part.pause = min(part.pause * 2, LONGEST_PAUSE)

    def stop(self) -> None:
        """At once what nobody uses, then the rest in the reverse order of starting."""
        self.is_stopping = True
        self._end([part for part in self.parts if not part.is_used])
        for part in reversed(self.parts):
            self._end([part])

    def _end(self, parts: Sequence[Part]) -> None:
        for part in parts:
            part.signal(part.stop_signal)
        deadline = time.monotonic() + PATIENCE
        for part in parts:
            if part.process is None:
                continue
            try:
                part.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                say(f"  {part.name} did not stop within {PATIENCE:.0f} s and was killed.")
                part.signal(signal.SIGKILL, group=True)
                part.process.wait()


def describe(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
