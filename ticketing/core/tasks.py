from typing import Any

from celery import shared_task
from django.utils import timezone

from ticketing.core.heartbeat import beat


@shared_task(name="core.heartbeat")
def heartbeat(**_: Any) -> None:
    beat(now=timezone.now())
