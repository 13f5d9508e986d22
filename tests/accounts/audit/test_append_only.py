"""The past cannot be changed: not by the application, and not by its owner in passing."""

import pytest
from django.db import ProgrammingError, connection

from ticketing.core.append_only import tables_that_only_grow, unguarded_tables
from ticketing.core.database import as_owner

TABLES = ["audit_entry", "audit_payload", "audit_erasure", "audit_seal", "audit_anchor"]
CHANGES = [
    *(f"UPDATE {table} SET {column} = {column}" for table, column in [
        ("audit_entry", "action"), ("audit_payload", "data"), ("audit_erasure", "erased_at"),
        ("audit_seal", "hash"), ("audit_anchor", "heads"),
    ]),
    *(f"DELETE FROM {table}" for table in TABLES if table != "audit_payload"),
    *(f"TRUNCATE {table} CASCADE" for table in TABLES),
    "INSERT INTO audit_seal SELECT * FROM audit_seal ON CONFLICT (entry_id) DO UPDATE SET seq = 1",
    "MERGE INTO audit_entry USING audit_seal ON false WHEN MATCHED THEN DELETE",
]  # fmt: skip


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("statement", CHANGES)
def test_63_application_role_cannot_change_the_record(statement):
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(statement)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit_entry DISABLE TRIGGER USER",
        "DROP TABLE audit_seal",
        "DROP TRIGGER audit_entry_only_grows ON audit_entry",
        "ALTER FUNCTION refuse_to_change_the_past() RENAME TO allow",
        "SET session_replication_role = replica",
    ],
)
def test_63_application_role_cannot_take_the_guard_off(statement):
    with pytest.raises(ProgrammingError, match=r"must be owner|denied"):
        run(statement)


@pytest.mark.django_db
def test_63_application_role_cannot_give_itself_rights():
    run("GRANT UPDATE ON audit_entry TO ticketing_app")  # PostgreSQL warns and grants nothing

    with pytest.raises(ProgrammingError, match="permission denied"):
        run("UPDATE audit_entry SET action = action")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", CHANGES)
def test_63_even_the_owner_is_refused(statement):
    with as_owner(), pytest.raises(ProgrammingError, match=r"only grows: (UPDATE|DELETE|TRUNCATE)"):
        run(statement)


@pytest.mark.django_db
def test_guarded_tables_are_those_of_the_record():
    assert set(TABLES) <= set(tables_that_only_grow())
    assert unguarded_tables() == []


@pytest.mark.django_db(transaction=True)
def test_guard_when_switched_off_is_missed():
    with as_owner():
        run("ALTER TABLE audit_seal DISABLE TRIGGER USER")
        run("GRANT UPDATE ON audit_anchor TO ticketing_app")
    try:
        assert unguarded_tables() == ["audit_anchor", "audit_seal"]
    finally:
        with as_owner():
            run("ALTER TABLE audit_seal ENABLE TRIGGER USER")
            run("REVOKE UPDATE ON audit_anchor FROM ticketing_app")
