import time
from typing import Any

from celery import shared_task
from django.utils import timezone

from ticketing.core.heartbeat import beat
from ticketing.core.outbox.claims import claim_this
from ticketing.core.outbox.delivering import run
from ticketing.core.outbox.handing_over import give_back

# A message has the limits of time of one delivery: what it brings besides must begin soon after the first,
# or another message brings it.
SECONDS_TO_BEGIN = 4.0


@shared_task(name="core.heartbeat")
def heartbeat(**_: Any) -> None:
    beat(now=timezone.now())


# Acknowledged when it begins: if the worker dies, the leases run out and the relay hands over again,
# sooner than the broker would.
@shared_task(name="core.deliver", acks_late=False)
def deliver(*, delivery_ids: list[int], **_: Any) -> None:
    begun = time.monotonic()
    for number, delivery_id in enumerate(delivery_ids, 1):
        if claim := claim_this(delivery_id):
            run(claim)
        if time.monotonic() - begun > SECONDS_TO_BEGIN:
            give_back(delivery_ids[number:])
            return
