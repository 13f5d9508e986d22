"""Taking rows that each stand for one thing that can be had once: places, uses of a code.

One statement takes free rows from a random number on and passes over those that somebody else is
taking, so that any number of people take from one pool at once and nobody waits
(ARCHITECTURE.md "Inventory" has the figures).
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from psycopg.sql import SQL, Composed, Identifier

from ticketing.core.database import waited_too_long

PATIENCE = "2s"

TAKE = SQL("""
WITH free AS (
    SELECT id FROM {table}
    WHERE {parent} = %(parent)s AND holder IS NULL AND number >= %(first)s
    ORDER BY number LIMIT %(count)s
    FOR UPDATE {waiting}
)
UPDATE {table} AS taken SET holder = %(holder)s{also} FROM free
WHERE taken.id = free.id
RETURNING taken.id
""")


class TooFew(Exception):
    """There were not enough rows, and nothing is held."""


class StillTaken(Exception):
    """Somebody else was in the middle of taking what there is, for longer than we wait."""


@dataclass(frozen=True)
class Rows:
    """A table whose rows are claimed, the column that says what they belong to, and one more that
    is written with the holder."""

    table: str
    parent: str
    also: str = ""


@cache
def take(rows: Rows, *, is_waiting: bool = False) -> str:
    return TAKE.format(
        table=Identifier(rows.table),
        parent=Identifier(rows.parent),
        also=Composed([SQL(", {} = %(also)s").format(Identifier(rows.also))] if rows.also else []),
        waiting=SQL("" if is_waiting else "SKIP LOCKED"),
    ).as_string()


def claim(
    rows: Rows,
    *,
    parent: UUID,
    highest: int,
    count: int,
    holder: UUID,
    release: Callable[[], object],
    also: int | None = None,
) -> list[int]:
    """Take `count` rows or none, and return their ids.

    From a random number on; then from the first; then, after `release` has given back what has
    run out, once more and waiting for rows that others are taking: they may yet let go of them.
    Raises TooFew, StillTaken. Runs in the caller's transaction, which goes on after an error.
    """
    given = {"parent": parent, "count": count, "holder": holder, "also": also}
    start = secrets.randbelow(highest) + 1
    for first in (start, 1):
        try:
            return attempt(take(rows), given | {"first": first})
        except TooFew:
            continue
    release()
    try:
        with transaction.atomic():
            before = wait_no_longer_than(PATIENCE)
            taken = attempt(take(rows, is_waiting=True), given | {"first": 1})
            wait_no_longer_than(before)
    except OperationalError as error:
        if waited_too_long(error):
            raise StillTaken from error
        raise
    return taken


def attempt(statement: str, given: dict[str, Any]) -> list[int]:
    """All or none: what was taken goes back before anybody waits for anything."""
    # One row is all or none by itself and needs no savepoint to go back to.
    if given["count"] == 1:
        return enough(statement, given)
    with transaction.atomic():
        return enough(statement, given)


def enough(statement: str, given: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        taken = [row[0] for row in cursor.fetchall()]
    if len(taken) < given["count"]:
        raise TooFew
    return taken


WAIT = """
WITH former AS MATERIALIZED (SELECT current_setting('lock_timeout') AS time)
SELECT time, set_config('lock_timeout', %s, true) FROM former
"""


def wait_no_longer_than(time: str) -> str:
    """For a lock, within this transaction; returns how long it was until now."""
    with connection.cursor() as cursor:
        cursor.execute(WAIT, [time])
        return str(cursor.fetchone()[0])
