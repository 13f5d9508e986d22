"""How the outbox is: for /health, `doctor` and Prometheus."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ticketing.core.enums import DeliveryStatus
from ticketing.core.models import Delivery
from ticketing.core.outbox.subscribers import subscribers

# The name that a relay's listening connection has, by which it is known to be there.
APPLICATION_NAME = "ticketing-relay"
LATE_AFTER = timedelta(seconds=60)

# What is wanted and nobody works at, by queue. What workers were handed counts until one begins.
WAITING = """
SELECT queue, count(*), EXTRACT(epoch FROM statement_timestamp() - min(wanted_at))::float
FROM core_delivery
WHERE status IN ('waiting', 'handed_over') AND wanted_at <= statement_timestamp()
GROUP BY queue
"""
# For how long something has been due without any relay looking at it.
NEGLECTED = """
SELECT COALESCE(EXTRACT(epoch FROM statement_timestamp() - min(due_at))::float, 0)
FROM core_delivery
WHERE status IN ('waiting', 'handed_over', 'running') AND due_at <= statement_timestamp()
    AND queue = '' AND subscriber = ANY(%s)
"""
# What this code does not know: a subscriber that was renamed or removed, or a newer version's.
LEFT_ALONE = """
SELECT DISTINCT subscriber FROM core_delivery
WHERE status IN ('waiting', 'handed_over', 'running') AND due_at <= statement_timestamp()
    AND NOT (subscriber = ANY(%s) AND queue = ANY(%s))
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
    neglected: timedelta
    """For how long something of the relay's own has been due."""
    waiting: dict[str, int]
    """Deliveries whose time has come, by queue; the relay's own under ''."""
    oldest: dict[str, timedelta]
    """For how long the first of them has been wanted."""
    dead: dict[str, int]
    """Deliveries that were given up, by subscriber."""
    left_alone: list[str]
    """Subscribers that deliveries name and this code does not know, or whose queue it lacks."""

    @property
    def is_relay_at_work(self) -> bool:
        """A relay is there, and looks at what is due."""
        return self.relays > 0 and self.neglected < LATE_AFTER


def current_figures() -> Figures:
    with connection.cursor() as cursor:
        cursor.execute(RELAYS, [APPLICATION_NAME])
        ((relays,),) = cursor.fetchall()
        cursor.execute(NEGLECTED, [list(subscribers)])
        ((neglected,),) = cursor.fetchall()
        cursor.execute(WAITING)
        waiting = cursor.fetchall()
        cursor.execute(DEAD)
        dead = dict(cursor.fetchall())
        cursor.execute(LEFT_ALONE, [list(subscribers), ["", *settings.QUEUES]])
        left_alone = [name for (name,) in cursor.fetchall()]
    return Figures(
        relays=relays,
        neglected=timedelta(seconds=neglected),
        waiting={queue: count for queue, count, _ in waiting},
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
        waiting = GaugeMetricFamily(
            "ticketing_deliveries_waiting",
            "Deliveries whose time has come and that nobody works at.",
            labels=["queue"],
        )
        oldest = GaugeMetricFamily(
            "ticketing_deliveries_oldest_seconds",
            "For how long the first of them has been wanted.",
            labels=["queue"],
        )
        for queue, count in figures.waiting.items():
            waiting.add_metric([queue or "relay"], count)
            oldest.add_metric([queue or "relay"], figures.oldest[queue].total_seconds())
        dead = GaugeMetricFamily(
            "ticketing_deliveries_dead", "Deliveries that were given up.", labels=["subscriber"]
        )
        for subscriber, count in figures.dead.items():
            dead.add_metric([subscriber], count)
        yield from (relays, waiting, oldest, dead)


def is_behind(queue: str, *, by: int) -> bool:
    """Whether so many wait for the workers of a queue. Looks at no more than that."""
    waiting = Delivery.objects.filter(
        queue=queue,
        status__in=[DeliveryStatus.WAITING, DeliveryStatus.HANDED_OVER],
        wanted_at__lte=Now(),
    )
    return waiting[:by].count() == by
