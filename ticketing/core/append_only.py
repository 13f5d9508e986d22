"""Tables that only grow: the database refuses everything else, to the application and its owner.

In a migration, after the table was made:

    operations = [..., append_only("audit_entry"), append_only("audit_payload", may="DELETE")]
"""

from typing import Literal

from django.db import connection
from django.db.migrations.operations import RunSQL

# Both are idempotent: each table's migration brings them along.
REFUSE = """
CREATE OR REPLACE FUNCTION refuse_to_change_the_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$
"""
# By what was granted rather than by a role's name: no role but the owner may be left with more.
TAKE_BACK = """
DO $$
DECLARE grantee text;
BEGIN
    FOR grantee IN
        SELECT DISTINCT acl.grantee::regrole::text
        FROM pg_class, aclexplode(relacl) AS acl
        WHERE oid = '{table}'::regclass AND acl.grantee NOT IN (relowner, 0)
    LOOP
        EXECUTE format('REVOKE {rights} ON {table} FROM %s', grantee);
    END LOOP;
END $$
"""
REFUSING = """
CREATE TRIGGER {table}_only_grows BEFORE {events} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_past()
"""


def append_only(table: str, *, may: Literal["", "DELETE"] = "") -> RunSQL:
    """Let everybody insert and read, and nobody do more; `may` names what is left beside that."""
    refused = [right for right in ("UPDATE", "DELETE", "TRUNCATE") if right != may]
    return RunSQL(
        [
            REFUSE,
            TAKE_BACK.format(table=table, rights=", ".join(refused)),
            REFUSING.format(table=table, events=" OR ".join(refused)),
        ],
        f"DROP TRIGGER {table}_only_grows ON {table}",
    )


def tables_that_only_grow() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgfoid = to_regproc('refuse_to_change_the_past') ORDER BY 1"
        )
        return [row[0] for row in cursor.fetchall()]


def unguarded_tables() -> list[str]:
    """Which of them somebody has taken the guard from, or has more rights on than to add."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT tgrelid::regclass::text FROM pg_trigger
            WHERE tgfoid = to_regproc('refuse_to_change_the_past')
              AND (tgenabled <> 'O' OR has_table_privilege(tgrelid, 'UPDATE, TRUNCATE'))
            ORDER BY 1
            """
        )
        return [row[0] for row in cursor.fetchall()]
