"""Counting what is looked at, without knowing who looks.

A page's beacon raises a number in Redis and nothing else; a task writes the numbers down each
minute. While Redis is away nothing is counted: a page never waits for statistics.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from redis.exceptions import ResponseError

from events.enums import Counted, Source
from events.models import CountedBatch
from events.models.count import LONGEST_SEARCH
from ticketing.core.ids import new_id
from ticketing.core.redis import ask_redis, redis_client

OPEN = "{counts}:open"
BATCH = "{counts}:batch:"
# Anybody can send numbers; more kinds of them than this within a minute are not believed.
MOST_AT_ONCE = 50_000
RAISE = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0
  and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
"""
# What looks like somebody's address or number is not kept among the words people search for.
PERSONAL = re.compile(r"@|\d{5,}|(\d[\s.\-/]*){7,}")
BATCHES_KEPT = timedelta(days=7)
# An event's popularity is what was done with it within this time.
POPULAR_WITHIN = timedelta(days=14)
# Going to the tickets says more than looking, and booking says most.
WORTH_OF_TICKETS, WORTH_OF_BOOKING = 5, 25

ADD_TO_EVENTS = """
INSERT INTO events_eventcount (event_id, organizer_id, day, kind, source, count)
SELECT event.id, event.organizer_id, counted.day, counted.kind, counted.source, counted.count
FROM unnest(%s::uuid[], %s::date[], %s::text[], %s::text[], %s::bigint[])
    AS counted (event, day, kind, source, count)
JOIN events_event event ON event.id = counted.event
ON CONFLICT (event_id, day, kind, source)
DO UPDATE SET count = events_eventcount.count + EXCLUDED.count
"""
ADD_TO_SEARCHES = """
INSERT INTO events_searchcount (day, language, words, is_found, count)
SELECT * FROM unnest(%s::date[], %s::text[], %s::text[], %s::boolean[], %s::bigint[])
ON CONFLICT (day, language, words, is_found)
DO UPDATE SET count = events_searchcount.count + EXCLUDED.count
"""
POPULARITY = """
WITH lately AS (
    SELECT event_id, sum(count * CASE kind
        WHEN %(tickets)s THEN %(worth)s WHEN %(booked)s THEN %(worth_booked)s ELSE 1 END) AS sum
    FROM events_eventcount WHERE day > %(since)s GROUP BY event_id
)
UPDATE events_listing listing SET popularity = least(coalesce(lately.sum, 0), 2147483647)
FROM events_listing known LEFT JOIN lately ON lately.event_id = known.event_id
WHERE listing.event_id = known.event_id
  AND listing.popularity <> least(coalesce(lately.sum, 0), 2147483647)
"""


def count_event(event: UUID, kind: Counted, source: Source, *, now: datetime) -> None:
    raise_number(["event", str(event), day_of(now), kind.value, source.value])


def count_search(words: str, *, language: str, is_found: bool, now: datetime) -> None:
    """Words that may be about a person are counted as no words at all."""
    raise_number(["search", day_of(now), language, kept_words(words), is_found])


def kept_words(words: str) -> str:
    plain = " ".join(words.casefold().split())
    return "" if PERSONAL.search(plain) else plain[:LONGEST_SEARCH].strip()


def day_of(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def raise_number(name: list[Any]) -> None:
    field = json.dumps(name, ensure_ascii=False)
    ask_redis(lambda: redis_client().eval(RAISE, 1, OPEN, field, MOST_AT_ONCE), otherwise=None)


def write_counts(*, now: datetime) -> int:
    """Take the numbers out of Redis into the database, each batch once; returns how many batches.

    A batch that was taken and not written, because the process died, is written by the next.
    """
    ask_redis(close_batch, otherwise=None)
    keys: list[bytes] = ask_redis(closed_batches, otherwise=[])
    for key in keys:
        write_batch(key)
    CountedBatch.objects.filter(written_at__lt=now - BATCHES_KEPT).delete()
    return len(keys)


def close_batch() -> None:
    """What comes from now on belongs to the next."""
    try:
        redis_client().rename(OPEN, f"{BATCH}{new_id()}")
    except ResponseError:
        return  # nothing was counted


def closed_batches() -> list[bytes]:
    return list(redis_client().scan_iter(match=f"{BATCH}*"))


def write_batch(key: bytes) -> None:
    numbers: dict[Any, Any] | None = ask_redis(lambda: redis_client().hgetall(key), otherwise=None)
    if numbers is None:
        return
    rows: dict[str, list[tuple[Any, ...]]] = {"event": [], "search": []}
    for name, count in numbers.items():
        what, *facts = json.loads(name)
        rows[what].append((*facts, int(count)))
    with transaction.atomic():
        batch = UUID(key.decode().removeprefix(BATCH))
        _, is_new = CountedBatch.objects.get_or_create(pk=batch)
        if is_new:
            add(ADD_TO_EVENTS, rows["event"])
            add(ADD_TO_SEARCHES, rows["search"])
    ask_redis(lambda: redis_client().delete(key), otherwise=None)


def add(statement: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


def refresh_popularity(*, now: datetime) -> None:
    """What was looked at lately stands first; what nobody looks at any more goes back to nothing."""
    since = (now - POPULAR_WITHIN).astimezone(UTC).date()
    with connection.cursor() as cursor:
        cursor.execute(
            POPULARITY,
            {
                "tickets": Counted.TICKETS.value,
                "worth": WORTH_OF_TICKETS,
                "booked": Counted.BOOKED.value,
                "worth_booked": WORTH_OF_BOOKING,
                "since": since,
            },
        )
