from typing import Any

from celery import shared_task
from django.utils import timezone

from events.domain.counts import refresh_popularity, write_counts
from events.domain.lifecycle import finish_events


@shared_task(name="events.finish")
def finish(**_: Any) -> None:
    """Each minute: close the events that are over."""
    finish_events(now=timezone.now())


@shared_task(name="events.write_counts")
def write_down_counts(**_: Any) -> None:
    """Each minute: what pages counted goes from Redis into the database."""
    write_counts(now=timezone.now())


@shared_task(name="events.refresh_popularity")
def refresh_what_is_popular(**_: Any) -> None:
    """Each quarter of an hour."""
    refresh_popularity(now=timezone.now())
