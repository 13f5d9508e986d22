import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from events.domain.counts import refresh_popularity, write_counts
from events.domain.lifecycle import finish_events
from events.domain.rates import keep_rates
from events.rates.fetching import TooLarge, fetch_file
from events.rates.reading import FileUnclear, rates_in
from ticketing.core.resilience import Away, NoAnswer

logger = logging.getLogger(__name__)


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


@shared_task(name="events.fetch_rates")
def fetch_rates(**_: Any) -> None:
    """Each six hours, where there is an address: the bank publishes once on a working day. What
    could not be had is had the next time; the last rates count for a week."""
    try:
        count = keep_rates(rates_in(fetch_file()))
    except (Away, NoAnswer, TooLarge, FileUnclear) as error:
        logger.warning("rates_not_fetched", extra={"why": type(error).__name__})
    else:
        logger.info("rates_fetched", extra={"count": count})
