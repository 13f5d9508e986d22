"""How the outbox is: for /health, `doctor` and Prometheus."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, connection
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ticketing.core.outbox.subscribers import subscribers

# The name that a relay's listening connection has, by which it is known to be there.
APPLICATION_NAME = "ticketing-relay"
LATE_AFTER = timedelta(seconds=60)

# What is due and nobody has, by queue; all of it stands in the partial index.
WAITING = """
SELECT queue, count(*), EXTRACT(epoch FROM statement_timestamp() - min(due_at))::float
FROM core_delivery
WHERE status IN ('waiting', 'handed_over', 'running') AND due_at <= statement_timestamp()
GROUP BY queue
"""
# What this code does not know: a subscriber that was renamed or removed, or a newer version's.
LEFT_ALONE = """
SELECT DISTINCT subscriber FROM core_delivery
WHERE status IN ('waiting', 'handed_over', 'running') AND due_at <= statement_timestamp()
    AND NOT subscriber = ANY(%s)
"""
DEAD = "SELECT subscriber, count(*) FROM core_delivery WHERE status = 'dead' GROUP BY subscriber"
RELAYS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = %s
"""


@dataclass(frozen=True)
class Figures:
    relays: int
    """How many relays are connected."""
    overdue: dict[str, int]
    """Deliveries whose time has come, by queue; the relay's own under ''."""
    oldest: dict[str, timedelta]
    """For how long the first of them has been due."""
    dead: dict[str, int]
    """Deliveries that were given up, by subscriber."""
    left_alone: list[str]
    """Subscribers that deliveries name and this code does not know."""

    @property
    def is_relay_at_work(self) -> bool:
        """A relay is there, and nothing has been due for long. What workers have is not its."""
        return self.relays > 0 and self.oldest.get("", timedelta()) < LATE_AFTER


def current_figures() -> Figures:
    with connection.cursor() as cursor:
        cursor.execute(RELAYS, [APPLICATION_NAME])
        ((relays,),) = cursor.fetchall()
        cursor.execute(WAITING)
        waiting = cursor.fetchall()
        cursor.execute(DEAD)
        dead = dict(cursor.fetchall())
        cursor.execute(LEFT_ALONE, [list(subscribers)])
        left_alone = [name for (name,) in cursor.fetchall()]
    return Figures(
        relays=relays,
        overdue={queue: count for queue, count, _ in waiting},
        oldest={queue: timedelta(seconds=seconds) for queue, _, seconds in waiting},
        dead=dead,
        left_alone=left_alone,
    )


class OutboxCollector(Collector):
    """Asked at each scrape: the figures are the database's, the same from every process."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            figures = current_figures()
        except DatabaseError:
            return
        relays = GaugeMetricFamily("ticketing_relays", "Relays that are connected.")
        relays.add_metric([], figures.relays)
        overdue = GaugeMetricFamily(
            "ticketing_deliveries_overdue", "Deliveries that are due.", labels=["queue"]
        )
        oldest = GaugeMetricFamily(
            "ticketing_deliveries_oldest_seconds",
            "For how long the first of them has been due.",
            labels=["queue"],
        )
        for queue, count in figures.overdue.items():
            overdue.add_metric([queue or "relay"], count)
            oldest.add_metric([queue or "relay"], figures.oldest[queue].total_seconds())
        dead = GaugeMetricFamily(
            "ticketing_deliveries_dead", "Deliveries that were given up.", labels=["subscriber"]
        )
        for subscriber, count in figures.dead.items():
            dead.add_metric([subscriber], count)
        yield from (relays, overdue, oldest, dead)
