"""Forgetting what was delivered long ago."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

AT_ONCE = 500
MOST_BATCHES = 40  # a visit's worth: the rest waits for the next

PRUNE = """
DELETE FROM core_announcedevent WHERE id IN (
    SELECT id FROM core_announcedevent AS event
    WHERE announced_at < %s AND NOT EXISTS (
        SELECT 1 FROM core_delivery WHERE event_id = event.id AND status <> 'done'
    )
    ORDER BY announced_at LIMIT %s FOR UPDATE SKIP LOCKED
)
"""


def prune(*, now: datetime | None = None) -> int:
    """Delete events of which every delivery is done, with these, once they are old.

    What was given up stays until somebody has seen to it.
    """
    before = (now or timezone.now()) - timedelta(days=settings.EVENTS_KEPT_DAYS)
    deleted = 0
    for _ in range(MOST_BATCHES):
        with connection.cursor() as cursor:
            cursor.execute(PRUNE, [before, AT_ONCE])
            deleted += cursor.rowcount
            if cursor.rowcount < AT_ONCE:
                break
    return deleted
