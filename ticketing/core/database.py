"""Two roles: the owner, who migrates, and the application's, which owns nothing.

What the application's role may not do (rewrite an append-only table, drop anything) the
database refuses, whatever the code tries.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from psycopg import sql

# Two deployments that migrate at once wait for each other here.
MIGRATION_LOCK = 7_429_181_003


@contextmanager
def as_owner() -> Iterator[None]:
    """Within the block the default connection speaks as the owner of the tables."""
    if not settings.DATABASE_OWNER_URL:
        raise ImproperlyConfigured(
            "DATABASE_OWNER_URL is not set: only the owner of the tables can change them."
        )
    owner = urlsplit(settings.DATABASE_OWNER_URL)
    ours = connection.settings_dict
    application = dict(ours)
    connection.close()
    ours.update(
        USER=unquote(owner.username or ""),
        PASSWORD=unquote(owner.password or ""),
        HOST=owner.hostname or application["HOST"],
        PORT=str(owner.port or application["PORT"]),
        # A migration may take longer than a request, but waits for no lock for long: the
        # requests queueing behind it would wait too.
        OPTIONS={
            **application["OPTIONS"],
            "application_name": "ticketing-owner",
            "options": "-c statement_timeout=10min -c lock_timeout=5s",
        },
    )
    try:
        yield
    finally:
        connection.close()
        ours.update(application)


def admit_application_role() -> None:
    """Create the application's role if it is missing, and let it work with all tables.

    Runs as the owner. Later tables are covered too, by default privileges.
    """
    application = urlsplit(settings.DATABASE_URL)
    role = sql.Identifier(unquote(application.username or ""))
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [application.username])
        if cursor.fetchone() is None:
            password = sql.Literal(unquote(application.password or ""))
            run(cursor, "CREATE ROLE {} LOGIN PASSWORD {}", role, password)
        run(cursor, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        run(cursor, "GRANT USAGE ON SCHEMA public TO {}", role)
        for privileges, things in [
            ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
            ("USAGE, SELECT", "SEQUENCES"),
        ]:
            run(
                cursor,
                f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {privileges} ON {things} TO {{}}",
                role,
            )


def run(cursor: Any, statement: str, *parts: sql.Composable) -> None:
    cursor.execute(sql.SQL(statement).format(*parts).as_string(cursor.connection))


def application_role_owns() -> list[str]:
    """What the current role owns or may do although it should not."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT 'table ' || relname FROM pg_class
            WHERE relowner = current_user::regrole AND relkind IN ('r', 'p')
              AND relnamespace = 'public'::regnamespace
            UNION ALL
            SELECT 'superuser rights' FROM pg_roles WHERE rolname = current_user AND rolsuper
            """
        )
        return [row[0] for row in cursor.fetchall()]
