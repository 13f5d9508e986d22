"""`manage.py relay`: brings announced events to their subscribers, on PostgreSQL alone.

One thread listens and rings for the others. A few hands run what nobody else runs; one hands over
what is for workers; while the broker is away, one more does the workers' part (docs/adr/0009).
One makes the rounds of what is due every few seconds (ticketing/core/rounds.py).
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models.functions import Now
from django.dispatch import Signal

from ticketing.core.enums import DeliveryStatus
from ticketing.core.idempotency import forget_old_answers
from ticketing.core.outbox.announcing import CHANNEL
from ticketing.core.outbox.claims import Claim, claim_next, is_still_ours
from ticketing.core.outbox.delivering import run
from ticketing.core.outbox.figures import APPLICATION_NAME
from ticketing.core.outbox.handing_over import AT_ONCE, hand_over
from ticketing.core.outbox.pruning import prune
from ticketing.core.rounds import Rounds

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_ASKS_FOR_THE_BROKER = 2.0
SECONDS_BETWEEN_PRUNINGS = 600.0
SECONDS_TO_FINISH = 45.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds, while the database is away
# Nothing that workers do must be done within this time, and what comes meanwhile shares messages.
SECONDS_BETWEEN_HANDING_OVER = 0.25
# Sent once in the process of a relay, before it does anything.
relay_starting = Signal()
PAUSES_BEFORE_RETURNING = (0.1, 1.0, 3.0, 10.0)  # seconds
GLANCE = 0.5  # seconds at most until a request to stop is seen
Ear = psycopg.Connection[tuple[object, ...]]
DATABASE_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError)


class Bell:
    """Wakes one who waits, or all; who asks with the count from before misses no ring."""

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.count = 0

    def ring(self) -> None:
        with self.condition:
            self.count += 1
            self.condition.notify()

    def ring_for_all(self) -> None:
        with self.condition:
            self.count += 1
            self.condition.notify_all()

    def wait(self, *, beyond: int, seconds: float) -> None:
        with self.condition:
            self.condition.wait_for(lambda: self.count > beyond, timeout=seconds)


@dataclass
class Relay:
    hands: int = 4
    poll: float = 3.0
    """Seconds between looks when nothing rings: retries that are due, leases that ran out."""
    take_over_after: float = 30.0
    """Seconds without a broker after which the relay does the workers' part."""
    proof_of_life: Path | None = None

    bell: Bell = field(default_factory=Bell)
    bell_of_hands: Bell = field(default_factory=Bell)
    """Wakes one of them, who wakes the next when there was something to do: were all to look at every
    ring, nearly all would look in vain."""
    is_stopping: bool = False  # no Event: a signal's handler may take no lock
    broker_away_since: float | None = None
    prune_at: float = 0.0
    rounds: Rounds = field(default_factory=Rounds)

    def stop(self) -> None:
        self.is_stopping = True

    def run(self) -> None:
        """Work until told to stop, then finish what is at hand."""
        acts = [self.carry, self.look_after, partial(self.work, self.claim_for_absent, self.bell)]
        acts += [partial(self.work, claim_next, self.bell_of_hands)] * self.hands
        threads = [threading.Thread(target=self.go_on, args=(act,), daemon=True) for act in acts]
        for thread in threads:
            thread.start()
        logger.info("relay_started", extra={"hands": self.hands})
        self.go_on(self.listen)
        self.bell.ring_for_all()
        self.bell_of_hands.ring_for_all()
        deadline = time.monotonic() + SECONDS_TO_FINISH
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        logger.info("relay_stopped")

    def go_on(self, act: Callable[[], None]) -> None:
        """Do it again and again, with pauses while it fails: mostly the database is away."""
        pause = FIRST_PAUSE
        while not self.is_stopping:
            try:
                act()
                pause = FIRST_PAUSE
            except Exception as error:
                is_news = not isinstance(error, DATABASE_AWAY)
                facts = {"reason": type(error).__name__}
                logger.warning("relay_held_up", extra=facts, exc_info=error if is_news else None)
                connection.close()
                time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - no secret
                pause = min(pause * 2, LONGEST_PAUSE)
        connection.close()

    def work(self, claim_one: Callable[[], Claim | None], bell: Bell) -> None:
        rung = bell.count
        claim = claim_one()
        if claim is None:
            bell.wait(beyond=rung, seconds=self.a_while())
            return
        bell.ring()
        try:
            run(claim)
        except DATABASE_AWAY:
            return_when_database_is_back(claim)
            raise

    def claim_for_absent(self) -> Claim | None:
        """What is for workers, once nothing could be handed to them for long enough."""
        away_since = self.broker_away_since
        if away_since is None or time.monotonic() - away_since < self.take_over_after:
            return None
        claims = (claim_next(queue) for queue in settings.QUEUES)
        return next(filter(None, claims), None)

    def carry(self) -> None:
        """Hand over what waits for workers, and forget what is old."""
        rung = self.bell.count
        handed = hand_over(AT_ONCE if self.broker_away_since is None else 1)
        if handed is None:
            self.broker_away_since = self.broker_away_since or time.monotonic()
            time.sleep(SECONDS_BETWEEN_ASKS_FOR_THE_BROKER)
            return
        if handed:
            self.broker_away_since = None
            if handed < AT_ONCE:
                time.sleep(SECONDS_BETWEEN_HANDING_OVER)
            return
        if time.monotonic() >= self.prune_at:
            prune()
            forget_old_answers()
            self.prune_at = time.monotonic() + SECONDS_BETWEEN_PRUNINGS
        self.bell.wait(beyond=rung, seconds=self.a_while())

    def look_after(self) -> None:
        """What is due every few seconds, announced or not."""
        until = time.monotonic() + self.rounds.make()
        while time.monotonic() < until and not self.is_stopping:
            time.sleep(min(GLANCE, max(0.0, until - time.monotonic())))

    def listen(self) -> None:
        """Ring when something is announced, and now and then."""
        with connect_to_listen() as ear:
            ear.execute(f"LISTEN {CHANNEL}")
            while not self.is_stopping:
                self.bell.ring_for_all()
                self.bell_of_hands.ring()
                if self.proof_of_life:
                    self.proof_of_life.touch()
                self.wait_for_news(ear, until=time.monotonic() + self.a_while())

    def wait_for_news(self, ear: Ear, *, until: float) -> None:
        while time.monotonic() < until and not self.is_stopping:
            if list(ear.notifies(timeout=GLANCE, stop_after=1)):
                return

    def a_while(self) -> float:
        return self.poll * random.uniform(0.5, 1)  # noqa: S311 - no secret


def return_when_database_is_back(claim: Claim) -> None:
    """Spare a delivery that lost the database the wait for the end of its lease."""
    for pause in PAUSES_BEFORE_RETURNING:
        time.sleep(pause)
        connection.close()
        with suppress(*DATABASE_AWAY):
            is_still_ours(claim, status=DeliveryStatus.WAITING, due_at=Now())
            return


def connect_to_listen() -> Ear:
    """A connection of its own, whose end is noticed within a minute even if nobody says so."""
    parameters = connection.get_connection_params() | {
        "application_name": APPLICATION_NAME,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    }
    return psycopg.connect(**parameters, autocommit=True)
