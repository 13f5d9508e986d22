"""What is looked after every few seconds whether or not anything happened, by the relay itself:
it goes on without Redis, Celery and beat (ARCHITECTURE: "Domain events, the outbox, jobs").

    @every(seconds=2)                                   # in <app>/rounds.py
    def release_what_ran_out(*, now: datetime) -> None: ...

Each relay makes its rounds, so that none has to be chosen: a round takes what is free and never
waits for another's. `now` is the database's clock.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, connection

from ticketing.core.clock import database_now

logger = logging.getLogger(__name__)

LONGEST_REST = 5.0  # seconds until the next look, whatever is due
type Act = Callable[..., object]


@dataclass(frozen=True)
class Round:
    name: str
    act: Act
    seconds: float


rounds: dict[str, Round] = {}


def every(*, seconds: float) -> Callable[[Act], Act]:
    def register(act: Act) -> Act:
        name = f"{act.__module__.removesuffix('.rounds')}.{act.__name__}"
        if name in rounds:
            raise ImproperlyConfigured(f"There are two rounds {name}.")
        rounds[name] = Round(name, act, seconds)
        return act

    return register


@dataclass
class Rounds:
    """When each is due next, in one process."""

    due: dict[str, float] = field(default_factory=dict)

    def make(self) -> float:
        """Make those that are due; returns the seconds until the next is.

        One that fails is told of and does not stop the others. Errors of a database that is away
        are raised: then nothing else can be done either.
        """
        for one in list(rounds.values()):
            if self.due.get(one.name, 0.0) <= time.monotonic():
                self.due[one.name] = time.monotonic() + one.seconds
                make(one)
        nearest = min((self.due[name] for name in rounds), default=float("inf"))
        return max(0.0, min(LONGEST_REST, nearest - time.monotonic()))


def make(one: Round) -> None:
    try:
        one.act(now=database_now())
    except Exception as error:
        connection.close()
        if isinstance(error, OperationalError | InterfaceError):
            raise
        logger.exception("round_failed", extra={"round": one.name})
