"""Pages of a long list that stay right while it changes: each begins after a row, not at a number.

Works for any order by columns and annotations of which the last tells all rows apart. What the address says is only where to go on, never what to show.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldError, ValidationError
from django.db.models import F, Q, QuerySet

from events.models import Event
from events.queries.cards import Card, cards

LONGEST_MARK = 400
# What rows are ordered by and do not carry is given to them under its name with this before it.
MARK = "mark_of_"


@dataclass(frozen=True)
class Slice:
    cards: Sequence[Card]
    next: str
    """The mark after which the next page begins; empty on the last."""


@dataclass(frozen=True)
class Column:
    name: str
    is_descending: bool


class BadMark(ValueError):
    pass


# What an old or an invented mark leads to.
NOT_OURS = (BadMark, FieldError, ValidationError, ValueError, TypeError)


def slice_of(events: QuerySet[Event], *, after: str, size: int, language: str) -> Slice:
    """The page after a mark; a mark that nobody made shows the first."""
    columns = columns_of(events)
    hidden = [one.name for one in columns if one.name in events.query.annotations]
    events = events.annotate(**{f"{MARK}{name}": F(name) for name in hidden})
    if after:
        with suppress(*NOT_OURS):
            events = events.filter(beyond(columns, read_mark(after, len(columns))))
    found = cards(events[: size + 1], language=language)
    is_last = len(found) <= size
    shown = found[:size]
    return Slice(shown, "" if is_last or not shown else mark_of(shown[-1].event, columns))


def columns_of(events: QuerySet[Event]) -> list[Column]:
    return [column_of(part) for part in events.query.order_by]


def column_of(part: Any) -> Column:
    if not isinstance(part, str):
        raise TypeError(f"{part!r} is no name of what rows are ordered by")
    return Column(part.lstrip("-"), part.startswith("-"))


def beyond(columns: Sequence[Column], values: Sequence[Any]) -> Q:
    """Rows that come after these values; nothing known stands last, as PostgreSQL does it when
    rising, and as our own falling orders say."""
    condition = Q(pk__in=[])
    equal = Q()
    for column, value in zip(columns, values, strict=True):
        if value is None:
            equal &= Q(**{f"{column.name}__isnull": True})
            continue
        comparison = "lt" if column.is_descending else "gt"
        later = Q(**{f"{column.name}__{comparison}": value}) | Q(**{f"{column.name}__isnull": True})
        condition |= equal & later
        equal &= Q(**{column.name: value})
    return condition


def mark_of(event: Event, columns: Sequence[Column]) -> str:
    values = [packed(value_of(event, column.name)) for column in columns]
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def value_of(event: Event, name: str) -> Any:
    if hasattr(event, f"{MARK}{name}"):
        return getattr(event, f"{MARK}{name}")
    value: Any = event
    for part in name.split("__"):
        value = getattr(value, part, None)
    return value


def packed(value: Any) -> Any:
    match value:
        case datetime():
            return {"at": value.isoformat()}
        case UUID():
            return {"id": value.hex}
        case None | bool() | int() | float() | str():
            return value
        case _:
            return {"n": str(value)}


def read_mark(mark: str, count: int) -> list[Any]:
    if len(mark) > LONGEST_MARK:
        raise BadMark
    try:
        values = json.loads(urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        if not isinstance(values, list) or len(values) != count:
            raise BadMark
        return [unpacked(value) for value in values]
    except (Error, UnicodeError, ValueError, RecursionError) as error:
        raise BadMark from error


def unpacked(value: Any) -> Any:
    match value:
        case {"at": str(moment)}:
            found = datetime.fromisoformat(moment)
            if found.tzinfo is None:
                raise BadMark
            return found
        case {"id": str(text)}:
            return UUID(text)
        case {"n": str(text)}:
            return float(text)
        case None | bool() | int() | float():
            return value
        case str() if "\0" not in value:
            return value
        case _:
            raise BadMark
