from typing import Any

from celery import shared_task
from django.utils import timezone

from ticketing.core.heartbeat import beat
from ticketing.core.outbox.claims import claim_this
from ticketing.core.outbox.delivering import run


@shared_task(name="core.heartbeat")
def heartbeat(**_: Any) -> None:
    beat(now=timezone.now())


# Acknowledged when it begins: if the worker dies, the delivery's lease runs out and the relay
# hands it over again, sooner than the broker would.
@shared_task(name="core.deliver", acks_late=False)
def deliver(*, delivery_id: int, **_: Any) -> None:
    if claim := claim_this(delivery_id):
        run(claim)
