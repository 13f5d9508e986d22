"""Who gets which place. The buying path locks and changes rows of places, and nothing else here."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from events.domain.claims import Rows, StillTaken, TooFew, claim
from events.models import Place, Pool
from ticketing.core.errors import Conflict

PLACES = Rows("events_place", "pool_id")
# By number, so that two who give back or take in one pool never wait for each other in a ring.
RELEASE = """
WITH theirs AS (
    SELECT id FROM events_place
    WHERE holder = %(holder)s AND (%(places)s::bigint[] IS NULL OR id = ANY(%(places)s))
    ORDER BY pool_id, number FOR UPDATE
)
UPDATE events_place SET holder = NULL FROM theirs WHERE events_place.id = theirs.id
"""


class SoldOut(Conflict):
    code = "sold_out"
    message = _("There are not that many places left.")


class AllHeld(Conflict):
    code = "all_held"
    message = _("Someone is paying for the last places. Please try again in a moment.")
    retry_after = 30


class Holds(Protocol):
    """What is known of holders by who makes them; `bookings` says it."""

    def release_run_out(self, pool: Pool, *, now: datetime) -> object:
        """Give back the places of holds that have run out and are not guarded."""

    def places_on_hold(self, pool: Pool, *, now: datetime) -> int:
        """How many places of the pool are held and not sold: they may come back."""


class NoHolds:
    """Whoever has a place keeps it."""

    def release_run_out(self, pool: Pool, *, now: datetime) -> None: ...

    def places_on_hold(self, pool: Pool, *, now: datetime) -> int:
        return 0


def claim_places(
    pool: Pool, count: int, *, holder: UUID, now: datetime, holds: Holds | None = None
) -> list[int]:
    """Give `count` places of a pool to a booking, or none; returns the ids of their rows.

    An unlimited pool has no rows: the list is empty. Call it in the booking's transaction, once
    for a pool; several pools by `claim_in_pools`. Raises SoldOut with what is `available`, and
    AllHeld when places are only held or somebody else's claim is still open. After either the
    transaction can go on.
    """
    if pool.capacity is None:
        return []
    holds = holds or NoHolds()
    try:
        return claim(
            PLACES,
            parent=pool.pk,
            highest=max(pool.capacity, 1),
            count=count,
            holder=holder,
            release=lambda: holds.release_run_out(pool, now=now),
        )
    except StillTaken:
        raise AllHeld(pool=str(pool.pk)) from None
    except TooFew:
        available = free_places(pool)
        if available + holds.places_on_hold(pool, now=now) >= count:
            raise AllHeld(pool=str(pool.pk)) from None
        raise SoldOut(pool=str(pool.pk), available=available) from None


def claim_in_pools(
    wanted: Mapping[Pool, int], *, holder: UUID, now: datetime, holds: Holds | None = None
) -> dict[Pool, list[int]]:
    """The same for several pools, always in one order: two bookings cannot wait in a ring."""
    return {
        pool: claim_places(pool, wanted[pool], holder=holder, now=now, holds=holds)
        for pool in sorted(wanted, key=lambda pool: pool.pk)
    }


def release_places(*, holder: UUID, places: Collection[int] | None = None) -> int:
    """Give back what a booking has, or some of it; returns how many. Others' places stay."""
    given = {"holder": holder, "places": None if places is None else list(places)}
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, given)
        return int(cursor.rowcount)


def free_places(pool: Pool) -> int:
    return Place.objects.filter(pool=pool, holder=None).count()
