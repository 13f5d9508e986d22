"""Which events are booked by the same people: told by who knows of bookings, kept for pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from events.models import Companion

WRITTEN_AT_ONCE = 1_000


@dataclass(frozen=True)
class BookedTogether:
    event: UUID
    organizer: UUID
    """Of the event."""
    other: UUID
    people: int


@transaction.atomic
def keep_companions(rows: Sequence[BookedTogether]) -> None:
    """These and no others from now on. Pages show them when they are made anew."""
    Companion.objects.all().delete()
    Companion.objects.bulk_create(
        [
            Companion(
                event_id=one.event,
                organizer_id=one.organizer,
                other_id=one.other,
                people=one.people,
            )
            for one in rows
        ],
        batch_size=WRITTEN_AT_ONCE,
    )
