"""To the Celery queues, when there is a broker: it only makes soon what the rows say."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from ticketing.core.enums import DeliveryStatus
from ticketing.core.failpoints import failpoint
from ticketing.core.jobs import app
from ticketing.core.models import Delivery
from ticketing.core.outbox.claims import Claim, claim_to_hand_over, queues_in_need
from ticketing.core.outbox.subscribers import subscribers

logger = logging.getLogger(__name__)

# What no worker has begun after this time is handed over anew. A message that comes too late or
# twice finds nothing to do, so clocks that differ and a broker that forgets do no harm.
HANDED_OVER_FOR = timedelta(seconds=60)
AT_ONCE = 100
# The rest of a long queue waits in PostgreSQL: there it is counted, and never sent twice.
MOST_IN_A_QUEUE = 1000


def hand_over(most: int = AT_ONCE) -> int | None:
    """Put what waits for workers into their queues.

    Returns how many were, or None if the broker takes nothing: then they wait again.
    """
    handed = 0
    for queue in queues_in_need(settings.QUEUES):
        claims = claim_to_hand_over(queue, min(most, room_in(queue)), lease=HANDED_OVER_FOR)
        failpoint("outbox.claimed_to_hand_over")
        for number, claim in enumerate(claims):
            try:
                send(claim)
            except (BrokerError, RedisError, OSError) as error:
                logger.warning("broker_away", extra={"reason": type(error).__name__})
                take_back(claims[number:])
                return None
            failpoint("outbox.handed_over")
        handed += len(claims)
    return handed


def room_in(queue: str) -> int:
    there = Delivery.objects.filter(
        queue=queue, status=DeliveryStatus.HANDED_OVER, due_at__gt=Now()
    )
    return max(0, MOST_IN_A_QUEUE - there.count())


def send(claim: Claim) -> None:
    lease = subscribers[claim.subscriber].lease.total_seconds()
    app.send_task(
        "core.deliver",
        kwargs={"delivery_id": claim.id},
        queue=claim.queue,
        # The worker ends it before anybody else may begin it.
        soft_time_limit=max(1, int(lease * 0.8)),
        time_limit=max(2, int(lease * 0.9)),
        retry=False,
    )


def take_back(claims: list[Claim]) -> None:
    """`due_at` is the token: who has handed over anew since then has another."""
    for claim in claims:
        Delivery.objects.filter(
            pk=claim.id, status=DeliveryStatus.HANDED_OVER, due_at=claim.due_at
        ).update(status=DeliveryStatus.WAITING, due_at=Now())
