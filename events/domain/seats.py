"""What the places of a pool are called, where people have a seat of their own."""

from collections.abc import Sequence
from datetime import datetime
from time import sleep
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from events.domain.asking import note, open_to, tell_changed
from events.domain.pools import ATTEMPTS, PAUSE, Busy
from events.models import Pool
from ticketing.core.errors import Conflict, InvalidInput

# In two steps, since two seats may change their names with each other.
LOCK_ALL = """
SELECT number, seat, holder FROM events_place WHERE pool_id = %(pool)s
ORDER BY number FOR NO KEY UPDATE SKIP LOCKED
"""
UNNAME = (
    "UPDATE events_place SET seat = NULL WHERE pool_id = %(pool)s AND number = ANY(%(numbers)s)"
)
NAME = """
UPDATE events_place SET seat = named.seat
FROM unnest(%(numbers)s::integer[], %(seats)s::text[]) AS named (number, seat)
WHERE events_place.pool_id = %(pool)s AND events_place.number = named.number
"""
COPY = """
UPDATE events_place SET seat = model.seat FROM events_place AS model
WHERE model.pool_id = %(pool)s AND model.seat IS NOT NULL
AND events_place.pool_id = %(to)s AND events_place.number = model.number
"""
LONGEST_SEAT = 40

type Row = tuple[int, str | None, UUID | None]
"""Number, seat and holder of a place."""


class SeatTwice(InvalidInput):
    code = "seat_twice"
    message = _("Two places would have this name.")


class SeatNameUnclear(InvalidInput):
    code = "seat_name_unclear"
    message = _("A seat has a name of at most forty characters.")


class MoreSeatsThanPlaces(InvalidInput):
    code = "more_seats_than_places"
    message = _("There are more names than places. Give the pool a larger capacity first.")


class SeatTaken(Conflict):
    code = "seat_taken"
    message = _("Somebody has this seat already, so its name stays.")


@transaction.atomic
def name_seats(pool: Pool, names: Sequence[str], *, by: User, now: datetime) -> None:
    """Call the places of a pool by these names, in their order; "" and what is left out has none.

    A place that somebody has keeps its name. Locks event, pool and its places. Raises SeatTwice,
    SeatNameUnclear, MoreSeatsThanPlaces, SeatTaken with the `seat`, Busy.
    """
    open_to(by, pool.event)
    pool.refresh_from_db(from_queryset=Pool.objects.select_for_update(no_key=True))
    wanted = settled_names(names, capacity=pool.capacity or 0)
    changed: dict[int, str | None] = {}
    for (number, seat, holder), name in zip(locked_places(pool), wanted, strict=True):
        if seat != name and holder:
            raise SeatTaken(field="names", seat=seat or str(number))
        if seat != name:
            changed[number] = name
    if not changed:
        return
    numbers, seats = list(changed), list(changed.values())
    with connection.cursor() as cursor:
        cursor.execute(UNNAME, {"pool": pool.pk, "numbers": numbers})
        cursor.execute(NAME, {"pool": pool.pk, "numbers": numbers, "seats": seats})
    after = {"named": sum(name is not None for name in wanted)}
    note("pools.seats_named", pool, event=pool.event, by=by, now=now, after=after)
    tell_changed(pool.event, ["pools"], now=now)


def settled_names(names: Sequence[str], *, capacity: int) -> list[str | None]:
    """One for each place, None for no name."""
    settled = [" ".join(name.split()) or None for name in names]
    given = [name for name in settled if name]
    if len(settled) > capacity:
        raise MoreSeatsThanPlaces(field="names")
    if len(set(given)) < len(given):
        raise SeatTwice(field="names")
    if any(len(name) > LONGEST_SEAT for name in given):
        raise SeatNameUnclear(field="names")
    return settled + [None] * (capacity - len(settled))


def locked_places(pool: Pool) -> list[Row]:
    """All of a pool in order, without waiting while some are locked: who claims places may wait
    for these. Raises Busy when claims were open all the time."""
    for _attempt in range(ATTEMPTS):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOCK_ALL, {"pool": pool.pk})
            rows: list[Row] = cursor.fetchall()
            if len(rows) == (pool.capacity or 0):
                return rows
            transaction.set_rollback(True)  # lets go of what was locked
        sleep(PAUSE)
    raise Busy


def copy_seats(pool: Pool, *, to: Pool) -> None:
    """Call the places of a new pool as those of another, by number."""
    with connection.cursor() as cursor:
        cursor.execute(COPY, {"pool": pool.pk, "to": to.pk})
