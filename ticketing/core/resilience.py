"""Calls to services outside of this house, none of which may take ours down with it.

Each service has a `Line`: a time limit; few calls at once from one process (bulkhead), so that a
slow service holds no more than these; repeats with growing pauses for what may be repeated; and a
fuse that all processes share, so that nobody waits for what is known to be down.

    line = Line("stripe")
    line.call(lambda: client.get(url, timeout=line.timeout), is_safe=True)

A call that failed after it was sent is `NoAnswer`: it may have been done. One that was never sent
is `Away`. See docs/adr/0021-calls-outside.md.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from ticketing.core.metrics import outside_calls
from ticketing.core.redis import ask_redis, redis_client

logger = logging.getLogger(__name__)

CONNECT, READ = 2.0, 8.0  # seconds
AT_ONCE = 8
TRIES = 3
MOST_FAILURES = 5
WINDOW, COOL_DOWN = 30.0, 10.0  # seconds


class NoAnswer(Exception):
    """It was sent, and nobody can say what became of it."""


class Away(Exception):
    """It was not sent: the service is known to be down, or too many wait for it already."""


@dataclass
class Fuse:
    """Blows after so many failures in a row within the window; then nobody calls for a while.

    After that one failure more blows it again. What all processes know stands in Redis; while that
    is away each knows for itself.
    """

    name: str
    failures: list[float] = field(default_factory=list)
    blown_until: float = 0.0

    @property
    def key(self) -> str:
        return f"ticketing:fuse:{self.name}"

    def is_blown(self) -> bool:
        here = time.monotonic() < self.blown_until
        there = ask_redis(lambda: redis_client().exists(f"{self.key}:blown"), otherwise=0)
        return here or bool(there)

    def failed(self) -> None:
        now = time.monotonic()
        self.failures = [one for one in self.failures if one > now - WINDOW] + [now]
        count = ask_redis(self.count_there, otherwise=0)
        if max(len(self.failures), count) >= MOST_FAILURES:
            self.blow()

    def count_there(self) -> int:
        batch = redis_client().pipeline()
        batch.incr(f"{self.key}:failures")
        batch.expire(f"{self.key}:failures", int(WINDOW))
        return int(batch.execute()[0])

    def blow(self) -> None:
        logger.error("fuse_blown", extra={"service": self.name})
        self.blown_until = time.monotonic() + COOL_DOWN
        # From here on a single failure is enough, until something worked.
        self.failures = self.failures[-(MOST_FAILURES - 1) :]
        ask_redis(
            lambda: redis_client().set(f"{self.key}:blown", 1, px=int(COOL_DOWN * 1000)),
            otherwise=None,
        )

    def worked(self) -> None:
        if self.failures:
            self.failures.clear()
            ask_redis(lambda: redis_client().delete(f"{self.key}:failures"), otherwise=None)


@dataclass
class Line:
    """The way to one service."""

    name: str
    errors: tuple[type[Exception], ...] = (OSError,)
    """What its library raises when there was no answer."""
    timeout: tuple[float, float] = (CONNECT, READ)
    """Seconds to connect, and to be answered: for the library that calls."""
    at_once: int = AT_ONCE
    fuse: Fuse = field(init=False)
    room: threading.BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        self.fuse, self.room = Fuse(self.name), threading.BoundedSemaphore(self.at_once)

    def call[Answer](
        self,
        act: Callable[[], Answer],
        *,
        is_safe: bool,
        is_bad: Callable[[Answer], bool] = lambda _answer: False,
    ) -> Answer:
        """`is_safe` where it may be sent twice: it only reads, or carries a key. `is_bad` tells
        answers that say nothing (a 500). Raises Away, NoAnswer."""
        was_sent = False

        def once() -> Answer:
            nonlocal was_sent
            try:
                return self.once(act, is_bad)
            except NoAnswer:
                was_sent = True
                raise

        tries = Retrying(
            stop=stop_after_attempt(TRIES if is_safe else 1),
            wait=wait_random_exponential(multiplier=0.1, max=1),
            retry=retry_if_exception_type(NoAnswer),
            reraise=True,
        )
        try:
            answer: Answer = tries(once)
        except Away as away:
            outside_calls.labels(self.name, "away").inc()
            if was_sent:  # by an earlier try: then it may have been done
                raise NoAnswer(str(away)) from away
            raise
        return answer

    def once[Answer](self, act: Callable[[], Answer], is_bad: Callable[[Answer], bool]) -> Answer:
        if self.fuse.is_blown():
            raise Away(f"{self.name} is known to be away")
        if not self.room.acquire(blocking=False):
            raise Away(f"{self.name} is slow, and enough wait for it")
        try:
            answer = act()
        except self.errors as error:
            self.fuse.failed()
            outside_calls.labels(self.name, "no_answer").inc()
            raise NoAnswer(f"{self.name}: {type(error).__name__}") from error
        finally:
            self.room.release()
        if is_bad(answer):
            self.fuse.failed()
            outside_calls.labels(self.name, "bad").inc()
            raise NoAnswer(f"{self.name} had trouble of its own")
        self.fuse.worked()
        outside_calls.labels(self.name, "answered").inc()
        return answer
