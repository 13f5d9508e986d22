"""`manage.py relay`: brings announced events to their subscribers, on PostgreSQL alone.

One thread listens, hands over what is for workers and tidies up; a few hands run what nobody
else runs. While the broker is away, one more hand does the workers' part (docs/adr/0009).
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.db import InterfaceError, OperationalError, connection

from ticketing.core.outbox.announcing import CHANNEL
from ticketing.core.outbox.claims import Claim, claim_next_of_queues, claim_next_of_relay
from ticketing.core.outbox.delivering import run
from ticketing.core.outbox.figures import APPLICATION_NAME
from ticketing.core.outbox.handing_over import AT_ONCE, hand_over
from ticketing.core.outbox.pruning import prune

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_ASKS_FOR_THE_BROKER = 2.0
SECONDS_BETWEEN_PRUNINGS = 600.0
SECONDS_TO_FINISH = 45.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds, while the database is away
GLANCE = 0.5  # seconds at most until a request to stop is seen
DATABASE_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError)


class Bell:
    """Wakes all who wait; who asks with the count from before misses no ring."""

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.count = 0

    def ring(self) -> None:
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
    is_stopping: threading.Event = field(default_factory=threading.Event)
    broker_away_since: float | None = None
    ask_broker_at: float = 0.0
    prune_at: float = 0.0

    def stop(self) -> None:
        self.is_stopping.set()

    def run(self) -> None:
        """Work until told to stop, then finish what is at hand."""
        threads = [
            threading.Thread(target=self.work, args=(claim_next_of_relay,), daemon=True)
            for _ in range(self.hands)
        ]
        threads.append(
            threading.Thread(target=self.work, args=(self.claim_for_absent,), daemon=True)
        )
        for thread in threads:
            thread.start()
        logger.info("relay_started", extra={"hands": self.hands})
        self.go_on(self.listen)
        self.bell.ring()
        deadline = time.monotonic() + SECONDS_TO_FINISH
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        logger.info("relay_stopped")

    def go_on(self, act: Callable[[], None]) -> None:
        """Do it again and again, with pauses while the database is away."""
        pause = FIRST_PAUSE
        while not self.is_stopping.is_set():
            try:
                act()
                pause = FIRST_PAUSE
            except DATABASE_AWAY as error:
                logger.warning("relay_without_database", extra={"reason": type(error).__name__})
                connection.close()
                self.is_stopping.wait(pause * random.uniform(0.5, 1))  # noqa: S311 - no secret
                pause = min(pause * 2, LONGEST_PAUSE)
        connection.close()

    # The hands

    def work(self, claim_next: Callable[[], Claim | None]) -> None:
        self.go_on(lambda: self.work_once(claim_next))

    def work_once(self, claim_next: Callable[[], Claim | None]) -> None:
        rung = self.bell.count
        if claim := claim_next():
            run(claim)
        else:
            self.bell.wait(beyond=rung, seconds=self.a_while())

    def claim_for_absent(self) -> Claim | None:
        """What is for workers, once nothing could be handed to them for long enough."""
        away_since = self.broker_away_since
        if away_since is None or time.monotonic() - away_since < self.take_over_after:
            return None
        return claim_next_of_queues()

    # The ear

    def listen(self) -> None:
        """Until the database goes away or somebody says stop."""
        with connect_to_listen() as ear:
            ear.execute(f"LISTEN {CHANNEL}")
            look_at = 0.0
            while not self.is_stopping.is_set():
                if time.monotonic() >= look_at:
                    self.look()
                    look_at = time.monotonic() + self.a_while()
                if list(ear.notifies(timeout=GLANCE, stop_after=1)):
                    look_at = 0.0

    def look(self) -> None:
        self.bell.ring()
        self.hand_over()
        if self.proof_of_life:
            self.proof_of_life.touch()
        if time.monotonic() >= self.prune_at:
            prune()
            self.prune_at = time.monotonic() + SECONDS_BETWEEN_PRUNINGS

    def hand_over(self) -> None:
        while time.monotonic() >= self.ask_broker_at and not self.is_stopping.is_set():
            handed = hand_over(AT_ONCE if self.broker_away_since is None else 1)
            if handed is None:
                self.broker_away_since = self.broker_away_since or time.monotonic()
                self.ask_broker_at = time.monotonic() + SECONDS_BETWEEN_ASKS_FOR_THE_BROKER
            elif handed:
                self.broker_away_since = None
            else:
                return

    def a_while(self) -> float:
        return self.poll * random.uniform(0.5, 1)  # noqa: S311 - no secret


def connect_to_listen() -> "psycopg.Connection[tuple[object, ...]]":
    """A connection of its own, whose end is noticed within a minute even if nobody says so."""
    parameters = connection.get_connection_params() | {
        "application_name": APPLICATION_NAME,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    }
    return psycopg.connect(**parameters, autocommit=True)
