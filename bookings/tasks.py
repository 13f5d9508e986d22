"""What beat starts. Holds that ran out are looked after by the relay (rounds.py), which needs
neither beat nor Redis."""

from typing import Any

from celery import shared_task

from bookings.domain.answer_files import clear_answer_files
from bookings.domain.companions import tell_companions
from bookings.domain.files import clear_files
from bookings.domain.reminders import REMINDED_AT_ONCE, send_reminders
from ticketing.core.clock import database_now

MOST_BATCHES = 50


@shared_task(name="bookings.remind")
def remind(**_: Any) -> None:
    """Each few minutes: who has booked for tomorrow."""
    now = database_now()
    for _batch in range(MOST_BATCHES):
        if send_reminders(now=now) < REMINDED_AT_ONCE:
            break


@shared_task(name="bookings.clear_files", queue="pdf")
def clear_old_files(**_: Any) -> None:
    """Each hour: files of tickets that are old, or of what is not so any more, and what was sent
    for bookings that came to nothing."""
    now = database_now()
    clear_files(now=now)
    clear_answer_files(now=now)


@shared_task(name="bookings.relate_events")
def relate_events(**_: Any) -> None:
    """Each hour: what is booked by the same people."""
    tell_companions(now=database_now())
