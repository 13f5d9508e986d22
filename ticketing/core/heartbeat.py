"""Whether background work is done: beat sends a task every few seconds, a worker notes it.

One note proves all three of them at work: beat, broker and worker.
"""

from datetime import UTC, datetime, timedelta

from django.core.cache import cache

KEY = "heartbeat"
ALIVE_FOR = timedelta(seconds=20)


def beat(*, now: datetime) -> None:
    cache.set(KEY, now.timestamp(), timeout=3600)


def last_beat() -> datetime | None:
    seconds = cache.get(KEY)
    return datetime.fromtimestamp(seconds, tz=UTC) if seconds else None
