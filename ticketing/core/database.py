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
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
from psycopg import sql
from psycopg.errors import LockNotAvailable

# Two deployments that migrate at once wait for each other here.
MIGRATION_LOCK = 7_429_181_003


def waited_too_long(error: OperationalError) -> bool:
    """Whether a row or a table stayed somebody else's for longer than lock_timeout allows."""
    return isinstance(error.__cause__, LockNotAvailable)


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


@contextmanager
def with_reserve() -> Iterator[None]:
    """Within the block there is a connection, of the server's reserve if no other is to be had.

    For what must be taken while everybody else is told to come later, and for nothing that takes
    long: the reserve is small (docs/adr/0033). Outside of any transaction.
    """
    if settings.DATABASE_RESERVED_URL and not can_connect():
        with from_reserve():
            yield
    else:
        yield


@contextmanager
def from_reserve() -> Iterator[None]:
    ordinary = connections[DEFAULT_DB_ALIAS]
    spare = connections.create_connection(DEFAULT_DB_ALIAS)
    spare.settings_dict = reserved(ordinary.settings_dict)
    connections[DEFAULT_DB_ALIAS] = spare
    try:
        yield
    finally:
        spare.close()
        connections[DEFAULT_DB_ALIAS] = ordinary


def can_connect() -> bool:
    try:
        with connection.cursor():
            return True
    except OperationalError:
        connection.close()
        return False


def may_use_reserve() -> bool:
    """Whether there is one, and who connects by its address may use it."""
    with from_reserve(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT current_setting('reserved_connections')::int > 0
                AND pg_has_role(session_user, 'pg_use_reserved_connections', 'USAGE')
            """
        )
        return bool(cursor.fetchone()[0])


def reserved(ordinary: dict[str, Any]) -> dict[str, Any]:
    """It connects as who may use the reserve, and then acts as the application's role."""
    address = urlsplit(settings.DATABASE_RESERVED_URL)
    options = ordinary["OPTIONS"]
    role = unquote(urlsplit(settings.DATABASE_URL).username or "")
    return ordinary | {
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": address.hostname or ordinary["HOST"],
        "PORT": str(address.port or ordinary["PORT"]),
        "OPTIONS": {**options, "options": f"{options.get('options', '')} -c role={role}".strip()},
    }


def admit_application_role() -> None:
    """Create the application's role if it is missing, and let it work with all tables.

    Runs as the owner. Later tables are covered too, by default privileges.
    """
    with connection.cursor() as cursor:
        role = role_at(settings.DATABASE_URL, cursor)
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


def admit_reserved_role() -> None:
    """Let who connects by the reserve act as the application's role. Runs as the owner, who must
    have been given `pg_use_reserved_connections` with the right to pass it on."""
    if not settings.DATABASE_RESERVED_URL:
        return
    with connection.cursor() as cursor:
        role = role_at(settings.DATABASE_RESERVED_URL, cursor)
        run(cursor, "GRANT {} TO {}", role_at(settings.DATABASE_URL, cursor), role)
        name = unquote(urlsplit(settings.DATABASE_RESERVED_URL).username or "")
        cursor.execute("SELECT pg_has_role(%s, 'pg_use_reserved_connections', 'USAGE')", [name])
        if cursor.fetchone() == (False,):
            run(cursor, "GRANT pg_use_reserved_connections TO {}", role)


def role_at(url: str, cursor: Any) -> sql.Identifier:
    """The role of an address, created if it is missing."""
    address = urlsplit(url)
    name = unquote(address.username or "")
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
    if cursor.fetchone() is None:
        password = sql.Literal(unquote(address.password or ""))
        run(cursor, "CREATE ROLE {} LOGIN PASSWORD {}", sql.Identifier(name), password)
    return sql.Identifier(name)


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
