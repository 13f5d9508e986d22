from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from accounts.audit.domain.chain import seal_waiting
from accounts.audit.domain.records import record
from ticketing.core.append_only import tables_that_only_grow
from ticketing.core.database import as_owner

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def act(db):
    """Write down `count` acts, one after the other, each in a transaction of its own."""

    def write(count=1, **facts):
        entries = []
        for number in range(count):
            with transaction.atomic():
                given = {"action": "tests.acted", "by": None, "after": {"number": number}} | facts
                entries.append(record(**given, now=NOW + timedelta(seconds=number)))
        return entries[0] if count == 1 else entries

    return write


@pytest.fixture
def sealed(act):
    """The same, and sealed."""

    def write(count=1, **facts):
        entries = act(count, **facts)
        seal_waiting(now=NOW + timedelta(hours=1))
        return entries

    return write


@pytest.fixture
def tamper():
    """What somebody can do who owns the tables: take the guards off, change, put them back."""

    def change(*statements):
        with as_owner(), connection.cursor() as cursor, transaction.atomic():
            tables = ["audit_waiting", *tables_that_only_grow()]
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for statement, *values in statements:
                cursor.execute(statement, values)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    return change
