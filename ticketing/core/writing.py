"""Rows of several tables in one statement, for what is written while people wait in a crowd."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    Field,
    ForeignKey,
    Model,
    TextField,
    UUIDField,
)
from django.db.models.expressions import DatabaseDefault

# What these fields would hand on unchanged, after some calls for each value.
TAKEN_AS_IT_IS: dict[type["Field[Any, Any]"], type] = {
    BooleanField: bool,
    CharField: str,
    ForeignKey: UUID,
    TextField: str,
    UUIDField: UUID,
}


def insert_at_once(*tables: Sequence[Model]) -> None:
    """Insert rows, each sequence of one model: Django would take a statement for each.

    Foreign keys among them are looked at when all are written. Keys that the database numbers
    come back for the last table alone. Neither `save` nor a signal is run.
    """
    groups = [rows for rows in tables if rows]
    if not groups:
        return
    values: list[Any] = []
    inserts = [insert(rows, values) for rows in groups]
    last = groups[-1]
    numbered = type(last[0])._meta.auto_field
    first = ", ".join(f"table_{at} AS ({text})" for at, text in enumerate(inserts[:-1]))
    statement = f"WITH {first} {inserts[-1]}" if first else inserts[-1]
    if numbered is not None:
        statement += f" RETURNING {connection.ops.quote_name(str(numbered.column))}"
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if numbered is not None:
            for row, (number,) in zip(last, cursor.fetchall(), strict=True):
                setattr(row, numbered.attname, number)
    for rows in groups:
        for row in rows:
            row._state.adding, row._state.db = False, connection.alias


def insert(rows: Sequence[Model], values: list[Any]) -> str:
    beginning, fields = table_of(type(rows[0]))
    written = (", ".join(placeholders(row, fields, values)) for row in rows)
    return f"{beginning} VALUES {', '.join(f'({row})' for row in written)}"


@cache
def table_of(model: type[Model]) -> tuple[str, list["Field[Any, Any]"]]:
    fields = [
        field
        for field in model._meta.local_concrete_fields
        if not isinstance(field, AutoField) and not field.generated
    ]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns})", fields


def placeholders(
    row: Model, fields: "Sequence[Field[Any, Any]]", values: list[Any]
) -> Iterator[str]:
    for field in fields:
        value = field.pre_save(row, add=True)
        if isinstance(value, DatabaseDefault):
            yield "DEFAULT"
            continue
        if value is not None and type(value) is not TAKEN_AS_IT_IS.get(type(field)):
            value = field.get_db_prep_save(value, connection)
        values.append(value)
        yield "%s"
