"""Bring everything that is encrypted in the database to the first of the FIELD_KEYS.

Run it again as often as you like: what the first key has sealed already is not found.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import JSONField, Model
from psycopg import sql
from psycopg.types.json import Jsonb

from ticketing.core.encryption import (
    TOKEN,
    CannotDecrypt,
    EncryptedTextField,
    decrypt,
    encrypt,
    stale_pattern,
)

ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Place:
    """A column that holds our tokens: alone, or anywhere in its JSON."""

    model: type[Model]
    column: str
    purpose: str
    is_json: bool

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.column}"

    def renewed(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self.renewed(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.renewed(part) for part in value]
        # In JSON of others, tokens stand beside what was never encrypted.
        if not isinstance(value, str) or (self.is_json and not re.fullmatch(TOKEN, value)):
            return value
        return encrypt(decrypt(value, purpose=self.purpose), purpose=self.purpose)


@dataclass
class Rotated:
    place: Place
    rows: int = 0
    unreadable: list[str] = field(default_factory=list)
    """What stayed as it is, each with why."""


_elsewhere: dict[tuple[str, str], str] = {}


def encrypted_elsewhere(model: str, name: str, *, purpose: str) -> None:
    """Say that this field of somebody else's "app.Model" holds tokens of ours."""
    _elsewhere[model, name] = purpose


def places() -> Iterator[Place]:
    """Every column of an installed model that holds tokens."""
    for model in apps.get_models():
        for found in model._meta.local_concrete_fields:
            purpose = _elsewhere.get((model._meta.label, found.name))
            if isinstance(found, EncryptedTextField):
                purpose = found.purpose
            if purpose:
                column = str(found.column)
                yield Place(model, column, purpose, is_json=isinstance(found, JSONField))


def rotate(place: Place) -> Rotated:
    """Seal a column's tokens anew, batch by batch; each batch is a transaction of its own."""
    rotated = Rotated(place)
    last: Any = None
    while True:
        with transaction.atomic():
            rows = stale_rows(place, after=last)
            for key, value in rows:
                try:
                    write(place, key, place.renewed(json.loads(value) if place.is_json else value))
                    rotated.rows += 1
                except CannotDecrypt as error:
                    rotated.unreadable.append(f"{place} of {key}: {error}")
        if not rows:
            return rotated
        last = rows[-1][0]


def stale_rows(place: Place, *, after: Any) -> list[tuple[Any, str]]:
    """The next rows that another key sealed, locked so that no change in between is lost."""
    statement = sql.SQL(
        "SELECT {key}, {column}::text FROM {table}"
        " WHERE {column}::text ~ %(stale)s {later} ORDER BY {key} LIMIT %(most)s FOR UPDATE"
    ).format(
        later=sql.SQL("" if after is None else "AND {key} > %(after)s").format(key=key_of(place)),
        **names_of(place),
    )
    facts = {"stale": stale_pattern(), "after": after, "most": ROWS_AT_ONCE}
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection), facts)
        rows: list[tuple[Any, str]] = cursor.fetchall()
    return rows


def write(place: Place, key: Any, value: Any) -> None:
    statement = sql.SQL("UPDATE {table} SET {column} = %s WHERE {key} = %s")
    facts: list[Any] = [Jsonb(value) if place.is_json else value, key]
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**names_of(place)).as_string(cursor.connection), facts)


def names_of(place: Place) -> dict[str, sql.Identifier]:
    return {
        "table": sql.Identifier(place.model._meta.db_table),
        "column": sql.Identifier(place.column),
        "key": key_of(place),
    }


def key_of(place: Place) -> sql.Identifier:
    return sql.Identifier(str(place.model._meta.pk.column))
