"""To the Celery queues, when there is a broker: it only makes soon what the rows say."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import batched, chain

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
# A message costs relay, broker and worker as much as a small delivery does: when many wait, one carries
# several. Of few each has its own, so that all workers have something to do.
MOST_IN_A_MESSAGE, SHARES = 10, 4


def hand_over(most: int = AT_ONCE) -> int | None:
    """Put what waits for workers into their queues.

    Returns how many were of the fullest queue, or None if the broker takes nothing: then they wait
    again.
    """
    handed = 0
    for queue in queues_in_need(settings.QUEUES):
        claims = claim_to_hand_over(queue, min(most, room_in(queue)), lease=HANDED_OVER_FOR)
        failpoint("outbox.claimed_to_hand_over")
        messages = messages_of(claims)
        for number, message in enumerate(messages):
            try:
                send(message)
            except (BrokerError, RedisError, OSError) as error:
                logger.warning("broker_away", extra={"reason": type(error).__name__})
                take_back(chain(*messages[number:]))
                return None
            failpoint("outbox.handed_over")
        handed = max(handed, len(claims))
    return handed


def room_in(queue: str) -> int:
    there = Delivery.objects.filter(
        queue=queue, status=DeliveryStatus.HANDED_OVER, due_at__gt=Now()
    )
    return max(0, MOST_IN_A_QUEUE - there.count())


def messages_of(claims: Sequence[Claim]) -> list[tuple[Claim, ...]]:
    """Deliveries of one subscriber share their limits of time, and so can share a message."""
    of_subscriber = defaultdict(list)
    for claim in claims:
        of_subscriber[claim.subscriber].append(claim)
    messages: list[tuple[Claim, ...]] = []
    for waiting in of_subscriber.values():
        size = min(MOST_IN_A_MESSAGE, max(1, len(waiting) // SHARES))
        messages += batched(waiting, size, strict=False)
    return messages


def send(message: Sequence[Claim]) -> None:
    lease = subscribers[message[0].subscriber].lease.total_seconds()
    app.send_task(
        "core.deliver",
        kwargs={"delivery_ids": [claim.id for claim in message]},
        queue=message[0].queue,
        # The worker ends a delivery before anybody else may begin it.
        soft_time_limit=max(1, int(lease * 0.8)),
        time_limit=max(2, int(lease * 0.9)),
        retry=False,
    )


def take_back(claims: Iterable[Claim]) -> None:
    """`due_at` is the token: who has handed over anew since then has another."""
    for claim in claims:
        Delivery.objects.filter(
            pk=claim.id, status=DeliveryStatus.HANDED_OVER, due_at=claim.due_at
        ).update(status=DeliveryStatus.WAITING, due_at=Now())


def give_back(delivery_ids: Sequence[int]) -> None:
    """What a worker did not come to. If it was handed over anew meanwhile it comes twice, and the second
    time finds nothing to do."""
    Delivery.objects.filter(pk__in=delivery_ids, status=DeliveryStatus.HANDED_OVER).update(
        status=DeliveryStatus.WAITING, due_at=Now()
    )
