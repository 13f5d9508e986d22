"""What a test has committed, taken away again.

`flush` rewrites every table and index and makes all rights anew, which takes most of a second:
here the rows go, past guards and references, and what migrating wrote of models stays.
"""

import os
from functools import cache
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

OF_MIGRATING = ["django_migrations", "django_content_type", "auth_permission"]


def empty_tables(_: Any = None) -> None:
    """As `TransactionTestCase._fixture_teardown`."""
    database = connection.settings_dict["NAME"]
    connection.close()
    with psycopg.connect(os.environ["TICKETING_TEST_CLUSTER"], dbname=database) as server:
        server.execute("SET session_replication_role = replica")
        server.execute(deleting(database))


@cache
def deleting(database: str) -> sql.Composed:
    with psycopg.connect(os.environ["TICKETING_TEST_CLUSTER"], dbname=database) as server:
        tables = server.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind = 'r' AND relname <> ALL(%s)",
            [OF_MIGRATING],
        ).fetchall()
    return sql.SQL("; ").join(
        sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for (name,) in tables
    )
