"""Deliveries change hands here, each time by one statement that only one of several can win.

All times are the database's, unless a test says what time it is.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from ticketing.core.enums import DeliveryStatus
from ticketing.core.models import Delivery
from ticketing.core.models.outbox import delivery_key
from ticketing.core.outbox.subscribers import known_leases

LOST_AGAIN = "(delivery.status = 'running' AND delivery.failures > 0)"
# The claim itself need not be on the disk before the work begins: whatever the work commits
# writes it there too, and if the server falls before, the delivery is made again.
# One that is running again has lost its worker, which counts as a failure: a message that kills
# its process is given up at last. From its second loss on it waits first, for any time up to its
# lease: what merely ran beside such a message comes back at another moment, and is not given up
# together with it.
TAKE = f"""
UPDATE core_delivery AS delivery
SET status = CASE WHEN {LOST_AGAIN} THEN 'waiting' ELSE %(to)s END,
    attempts = attempts + CASE WHEN {LOST_AGAIN} THEN 0 ELSE %(attempt)s END,
    failures = failures + (status = 'running')::int,
    due_at = COALESCE(%(now)s, statement_timestamp())
        + CASE WHEN {LOST_AGAIN} THEN random() ELSE 1 END
        * make_interval(secs => COALESCE(%(lease)s, (%(leases)s::jsonb ->> subscriber)::float))
FROM core_announcedevent AS event
WHERE event.id = delivery.event_id AND delivery.id IN (SELECT id FROM next)
RETURNING delivery.id, event.id, delivery.subscriber, delivery.queue, delivery.attempts,
    delivery.failures, delivery.retries, delivery.due_at,
    COALESCE(%(now)s, statement_timestamp()), event.name, event.version, event.body,
    event.request_id, delivery.status, set_config('synchronous_commit', 'off', true)
"""  # noqa: S608 - words of ours
NEXT = """
WITH next AS MATERIALIZED (
    SELECT id FROM core_delivery
    WHERE status IN ('waiting', 'handed_over', 'running') AND queue = %(queue)s
        AND due_at <= COALESCE(%(now)s, statement_timestamp()) AND subscriber = ANY(%(known)s)
    ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
"""
THIS = """
WITH next AS MATERIALIZED (
    SELECT id FROM core_delivery
    WHERE id = %(id)s AND status IN ('waiting', 'handed_over') AND subscriber = ANY(%(known)s)
        AND (status = 'handed_over' OR %(anytime)s
             OR due_at <= COALESCE(%(now)s, statement_timestamp()))
    FOR UPDATE SKIP LOCKED
)
"""
# Of several queues, those in which something is due: a look that finds nothing, as most do, costs one
# statement.
DUE_IN = """
SELECT queue FROM unnest(%s::text[]) AS looked_into (queue)
WHERE EXISTS (
    SELECT FROM core_delivery AS delivery
    WHERE status IN ('waiting', 'handed_over', 'running') AND delivery.queue = looked_into.queue
        AND due_at <= statement_timestamp()
)
"""

# By hand, for there is one for every delivery.
DONE = """
UPDATE core_delivery SET status = 'done', done_at = moment, due_at = moment
FROM (SELECT COALESCE(%(now)s, statement_timestamp()) AS moment) AS clock
WHERE id = %(id)s AND status = 'running' AND attempts = %(attempts)s
"""

OF_RELAY = ""  # the "queue" of what the relay runs itself


@dataclass(frozen=True)
class Claim:
    """A delivery that is ours until `due_at`, with all that is needed to run it."""

    id: int
    event_id: UUID
    subscriber: str
    queue: str
    attempts: int
    failures: int
    retries: int
    due_at: datetime
    now: datetime
    name: str
    version: int
    body: str
    request_id: str

    @property
    def key(self) -> str:
        return delivery_key(self.event_id, self.subscriber)


def queues_in_need(queues: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(DUE_IN, [queues])
        return [queue for (queue,) in cursor.fetchall()]


def claim_next(queue: str = OF_RELAY, *, now: datetime | None = None) -> Claim | None:
    return first(take(NEXT, now=now, queue=queue, most=1))


def claim_this(
    delivery_id: int, *, now: datetime | None = None, anytime: bool = False
) -> Claim | None:
    return first(take(THIS, now=now, id=delivery_id, anytime=anytime))


def claim_to_hand_over(
    queue: str, most: int, *, lease: timedelta, now: datetime | None = None
) -> list[Claim]:
    return take(
        NEXT,
        now=now,
        queue=queue,
        most=most,
        to=DeliveryStatus.HANDED_OVER,
        lease=lease.total_seconds(),
    )


def take(
    next_ones: str,
    *,
    now: datetime | None,
    to: DeliveryStatus = DeliveryStatus.RUNNING,
    lease: float | None = None,
    **parameters: Any,
) -> list[Claim]:
    leases = known_leases()
    given: Mapping[str, Any] = {
        "to": to.value,
        "attempt": int(to is DeliveryStatus.RUNNING),
        "now": now,
        "lease": lease,
        "leases": json.dumps(leases),
        "known": list(leases),
        **parameters,
    }
    with connection.cursor() as cursor:
        cursor.execute(next_ones + TAKE, given)
        return [Claim(*row[:-2]) for row in cursor.fetchall() if row[-2] == to]


def first(claims: list[Claim]) -> Claim | None:
    return claims[0] if claims else None


def is_done(claim: Claim, *, now: datetime | None) -> bool:
    """Mark it, unless the lease ran out and another has taken over."""
    with connection.cursor() as cursor:
        cursor.execute(DONE, {"now": now, "id": claim.id, "attempts": claim.attempts})
        return bool(cursor.rowcount)


def is_still_ours(claim: Claim, **result: Any) -> bool:
    """Write another result of a run, unless the lease ran out and another has taken over."""
    return bool(
        Delivery.objects.filter(
            pk=claim.id, status=DeliveryStatus.RUNNING, attempts=claim.attempts
        ).update(**result)
    )
