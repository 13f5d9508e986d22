"""What is booked by the same people, for the pages of events: by mailbox, nobody else told who."""

from datetime import datetime, timedelta

from django.db import connection

from events.domain.companions import BookedTogether, keep_companions
from events.models.companion import FEWEST_PEOPLE

LOOKED_BACK = timedelta(days=365)
MOST_OF_ONE = 8
# Who books for many, an office or a school, says nothing of what people like.
MOST_BOOKED = 50
TOGETHER = """
WITH theirs AS (
    SELECT DISTINCT event_id, organizer_id,
        CASE WHEN mailbox <> '' THEN mailbox ELSE user_id::text END AS person
    FROM bookings_booking
    WHERE status = 'confirmed' AND NOT is_comp AND confirmed_at > %(since)s
        AND (mailbox <> '' OR user_id IS NOT NULL)
), people AS (
    SELECT person FROM theirs GROUP BY person HAVING count(*) BETWEEN 2 AND %(most)s
), chosen AS (
    SELECT theirs.* FROM theirs JOIN people USING (person)
), pairs AS (
    SELECT one.event_id, one.organizer_id, other.event_id AS other, count(*) AS people
    FROM chosen AS one
    JOIN chosen AS other ON other.person = one.person AND other.event_id <> one.event_id
    JOIN events_event AS event ON event.id = other.event_id
        AND event.status = 'published' AND event.visibility = 'public' AND event.ends_at > %(now)s
    GROUP BY one.event_id, one.organizer_id, other.event_id
    HAVING count(*) >= %(fewest)s
), ranked AS (
    SELECT pairs.*, row_number() OVER (PARTITION BY event_id ORDER BY people DESC, other) AS rank
    FROM pairs
)
SELECT event_id, organizer_id, other, people FROM ranked WHERE rank <= %(kept)s
"""


def tell_companions(*, now: datetime) -> int:
    """Compute them anew from the last year's bookings; returns how many pairs."""
    with connection.cursor() as cursor:
        cursor.execute(
            TOGETHER,
            {
                "now": now,
                "since": now - LOOKED_BACK,
                "most": MOST_BOOKED,
                "fewest": FEWEST_PEOPLE,
                "kept": MOST_OF_ONE,
            },
        )
        rows = [BookedTogether(*row) for row in cursor.fetchall()]
    keep_companions(rows)
    return len(rows)
