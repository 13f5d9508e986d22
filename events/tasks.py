from typing import Any

from celery import shared_task
from django.utils import timezone

from events.domain.lifecycle import finish_events


@shared_task(name="events.finish")
def finish(**_: Any) -> None:
    """Each minute: close the events that are over."""
    finish_events(now=timezone.now())
