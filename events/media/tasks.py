from typing import Any

from celery import shared_task
from django.utils import timezone

from events.media.domain.clearing import sweep_files


@shared_task(name="media.sweep")
def sweep(**_: Any) -> None:
    """Each night: what was never sent, or refused long ago, is forgotten."""
    sweep_files(now=timezone.now())
