"""The auditor: asks whether everything promised is so, of one state of the database and without
writing anything, so that it runs in production too."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.audit.domain.verification import verify
from bookings.domain.promises import LATELY, PROMISES, SOON, Promise, further_promises

EXAMPLES = 10
ASK = """
WITH broken (what) AS ({broken})
SELECT (SELECT count(*) FROM broken), ARRAY(SELECT what FROM broken ORDER BY what LIMIT {most})
"""
CHAIN = Promise("record_is_whole", "I8", "The audit record's chain fits together.", broken="")


@dataclass(frozen=True)
class Finding:
    """What became of one promise."""

    promise: Promise
    count: int
    examples: list[str]
    """The first of them, by kind and id: nobody's name."""

    @property
    def is_kept(self) -> bool:
        return self.count == 0


def audit(*, now: datetime, with_chain: bool = True) -> list[Finding]:
    """One finding per promise. Within a transaction of others it looks with their eyes."""
    with looking_only():
        promises = [*PROMISES, *further_promises]
        findings = [ask(one, now=now) for one in promises if not one.table or is_there(one.table)]
        if with_chain:
            record = verify()
            findings.append(Finding(CHAIN, record.problem_count, record.problems[:EXAMPLES]))
    return findings


@contextmanager
def looking_only() -> Iterator[None]:
    """One state of the database for all questions, and nothing can be written."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # Longer than a request may take: it looks at every row.
            cursor.execute("SET LOCAL statement_timeout = '10min'")
        yield


def ask(promise: Promise, *, now: datetime) -> Finding:
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"now": now, "soon": SOON, "lately": LATELY}
        cursor.execute(ASK.format(broken=promise.broken, most=EXAMPLES), given)
        count, examples = cursor.fetchone()
    return Finding(promise, count, list(examples))


def is_there(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        return bool(cursor.fetchone()[0])
