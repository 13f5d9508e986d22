"""Pools and how many places they have. The claim of places is in places.py."""

from collections.abc import Mapping
from datetime import datetime
from time import sleep
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from events.domain.asking import apply, note, open_to, tell_changed
from events.domain.claims import wait_no_longer_than
from events.domain.events import look_over, only
from events.enums import EventStatus
from events.models import Event, Pool
from events.models.pool import LARGEST_POOL
from ticketing.core.database import waited_too_long
from ticketing.core.errors import Conflict, InvalidInput, TryLater

ADD = """
INSERT INTO events_place (pool_id, organizer_id, number)
SELECT %(pool)s, %(organizer)s, number FROM generate_series(%(first)s::int, %(last)s::int) AS number
"""
# The highest free ones go, all that are to go or none; those that are being claimed are passed over.
TAKE_AWAY = """
WITH free AS (
    SELECT id FROM events_place WHERE pool_id = %(pool)s AND holder IS NULL
    ORDER BY number DESC LIMIT %(count)s FOR UPDATE SKIP LOCKED
)
DELETE FROM events_place USING free
WHERE events_place.id = free.id AND (SELECT count(*) FROM free) = %(count)s
"""
# What is left above the new capacity moves into the gaps below it: a number is only for counting.
CLOSE_GAPS = """
WITH above AS (
    SELECT id, row_number() OVER (ORDER BY number) AS rank FROM events_place
    WHERE pool_id = %(pool)s AND number > %(capacity)s
), gaps AS (
    SELECT number, row_number() OVER (ORDER BY number) AS rank
    FROM (
        SELECT generate_series(1, %(capacity)s) AS number
        EXCEPT
        SELECT number FROM events_place WHERE pool_id = %(pool)s
    ) AS free
)
UPDATE events_place SET number = gaps.number FROM above JOIN gaps USING (rank)
WHERE events_place.id = above.id
"""
ATTEMPTS, PAUSE = 20, 0.1  # seconds


class NameTaken(Conflict):
    code = "name_taken"
    message = _("There is one with this name already.")


class TooMany(InvalidInput):
    code = "too_many"
    message = _("A pool has at most 200,000 places.")


class PlacesTaken(Conflict):
    code = "places_taken"
    message = _("So many places are taken already. Fewer than that cannot be left.")


class LimitStays(Conflict):
    code = "limit_stays"
    message = _("Whether there is a limit is settled once the event was published.")


class PoolInUse(Conflict):
    code = "pool_in_use"
    message = _("Tickets draw on this pool, or places of it are taken.")


class Busy(TryLater):
    code = "busy"
    message = _("People are booking right now. Please try again in a moment.")


@transaction.atomic
def create_pool(
    event: Event,
    *,
    name: str,
    capacity: int | None,
    position: int = 0,
    by: User,
    now: datetime,
) -> Pool:
    """Add what can sell out, with its places; without a capacity it never does."""
    open_to(by, event)
    if capacity is not None and not 0 <= capacity <= LARGEST_POOL:
        raise TooMany(field="capacity")
    name = " ".join(name.split())
    pool = Pool(
        event=event,
        organizer=event.organizer,
        name=name,
        capacity=capacity,
        position=position,
    )
    look_over(pool)
    require_free_name(pool)
    pool.save(force_insert=True)
    add_places(pool, after=0)
    after = {"name": name, "capacity": capacity}
    note("pools.created", pool, event=event, by=by, now=now, after=after)
    tell_changed(event, ["pools"], now=now)
    return pool


@transaction.atomic
def change_pool(pool: Pool, changes: Mapping[str, Any], *, by: User, now: datetime) -> None:
    """Its name, capacity and position, whichever are given, all or none."""
    open_to(by, pool.event)
    only(changes, {"name", "capacity", "position"})
    if "name" in changes:
        rename_pool(pool, name=changes["name"], by=by, now=now)
    if "capacity" in changes:
        change_capacity(pool, capacity=changes["capacity"], by=by, now=now)
    if "position" in changes:
        move_pool(pool, position=changes["position"], by=by, now=now)


@transaction.atomic
def move_pool(pool: Pool, *, position: int, by: User, now: datetime) -> None:
    """Show it elsewhere among the others."""
    open_to(by, pool.event)
    before, after = apply(pool, {"position": position})
    if not before:
        return
    look_over(pool)
    pool.save(update_fields=["position"])
    note("pools.moved", pool, event=pool.event, by=by, now=now, before=before, after=after)
    tell_changed(pool.event, ["pools"], now=now)


@transaction.atomic
def rename_pool(pool: Pool, *, name: str, by: User, now: datetime) -> None:
    open_to(by, pool.event)
    before, pool.name = pool.name, " ".join(name.split())
    if pool.name == before:
        return
    look_over(pool)
    require_free_name(pool)
    pool.save(update_fields=["name"])
    note(
        "pools.renamed", pool, event=pool.event, by=by, now=now,
        before={"name": before}, after={"name": pool.name},
    )  # fmt: skip
    tell_changed(pool.event, ["pools"], now=now)


@transaction.atomic
def change_capacity(pool: Pool, *, capacity: int | None, by: User, now: datetime) -> None:
    """More places, or fewer as far as they are free; people may book meanwhile.

    Locks event and pool, which nobody who books does. Raises PlacesTaken with how many are
    `taken`, LimitStays, TooMany, Busy.
    """
    open_to(by, pool.event)
    pool.refresh_from_db(from_queryset=Pool.objects.select_for_update(no_key=True))
    before = pool.capacity
    if capacity == before:
        return
    if capacity is not None and not 0 <= capacity <= LARGEST_POOL:
        raise TooMany(field="capacity")
    if (capacity is None or before is None) and pool.event.status != EventStatus.DRAFT:
        raise LimitStays(field="capacity")
    pool.capacity = capacity
    pool.save(update_fields=["capacity"])
    if (capacity or 0) > (before or 0):
        add_places(pool, after=before or 0)
    else:
        take_places_away(pool, count=(before or 0) - (capacity or 0))
    note(
        "pools.capacity_changed", pool, event=pool.event, by=by, now=now,
        before={"capacity": before}, after={"capacity": capacity},
    )  # fmt: skip
    tell_changed(pool.event, ["pools"], now=now)


@transaction.atomic
def delete_pool(pool: Pool, *, by: User, now: datetime) -> None:
    """Raises PoolInUse while a ticket type draws on it or a place is taken."""
    event = pool.event
    open_to(by, event)
    pool.refresh_from_db(from_queryset=Pool.objects.select_for_update(no_key=True))
    if pool.ticket_types.exists() or pool.places.exclude(holder=None).exists():
        raise PoolInUse
    pool_capacity, pool.capacity = pool.capacity, 0
    pool.save(update_fields=["capacity"])
    take_places_away(pool, count=pool_capacity or 0)
    before = {"name": pool.name, "capacity": pool_capacity}
    note("pools.deleted", pool, event=event, by=by, now=now, before=before)
    pool.delete()
    tell_changed(event, ["pools"], now=now)


def add_places(pool: Pool, *, after: int) -> None:
    """One statement however many; numbered on from the last."""
    if not pool.capacity:
        return
    given = {"pool": pool.pk, "organizer": pool.organizer_id}
    with connection.cursor() as cursor:
        cursor.execute(ADD, given | {"first": after + 1, "last": pool.capacity})


def take_places_away(pool: Pool, *, count: int) -> None:
    """Never waits while it holds rows: a claim may wait for them, and they would for each other.

    Raises PlacesTaken, or Busy when claims were open all the time.
    """
    capacity = pool.capacity or 0
    for _attempt in range(ATTEMPTS):
        if (taken := pool.places.exclude(holder=None).count()) > capacity:
            raise PlacesTaken(field="capacity", taken=taken)
        if have_gone({"pool": pool.pk, "count": count, "capacity": capacity}):
            return
        sleep(PAUSE)
    raise Busy


def have_gone(given: dict[str, Any]) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            before = wait_no_longer_than("100ms")
            cursor.execute(TAKE_AWAY, given)
            if cursor.rowcount < given["count"]:
                wait_no_longer_than(before)
                return False
            cursor.execute(CLOSE_GAPS, given)
            wait_no_longer_than(before)
    except OperationalError as error:
        if waited_too_long(error):
            return False
        raise
    return True


def require_free_name(pool: Pool) -> None:
    others = Pool.objects.filter(event=pool.event, name=pool.name).exclude(pk=pool.pk)
    if others.exists():
        raise NameTaken(field="name")
