"""A page of what was found, from where another ended: the tenth thousand costs what the first does.

A page begins after the values of the last event before it, not after a number of events: none is
passed over or shown twice when others come and go meanwhile.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, Self
from uuid import UUID

from django.db.models import Q, QuerySet

from events.models import Event
from events.queries.cards import Card, cards
from events.search.finding import ORDERS, Ordering
from ticketing.core.paging import CursorUnclear

HIGHEST_NUMBER = 2**63 - 1


@dataclass(frozen=True)
class Cursor:
    """From which event a page goes on, and whether to what stands before it."""

    order: Ordering
    values: tuple[Any, ...]
    is_backwards: bool = False

    @classmethod
    def at(cls, event: Event, order: Ordering, *, is_backwards: bool = False) -> Self:
        values = (reduce(getattr, name.split("__"), event) for name, _ in keys_of(order))
        return cls(order, tuple(values), is_backwards)

    @classmethod
    def read(cls, text: str, order: Ordering) -> Self:
        """Raises CursorUnclear for what was not made by `str`, or for another order."""
        try:
            direction, *values = json.loads(urlsafe_b64decode(f"{text}=="))
            names = [name for name, _ in keys_of(order)]
            typed = [read_value(*pair) for pair in zip(names, values, strict=True)]
            is_backwards = {f"<{order}": True, f">{order}": False}[direction]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise CursorUnclear(field="cursor") from error
        return cls(order, tuple(typed), is_backwards)

    def __str__(self) -> str:
        direction = "<" if self.is_backwards else ">"
        written = json.dumps([f"{direction}{self.order}", *self.values], default=str)
        return urlsafe_b64encode(written.encode()).decode().rstrip("=")

    @property
    def beyond(self) -> Q:
        """Every event on its far side."""
        keys = list(zip(keys_of(self.order), self.values, strict=True))
        (first, is_falling), value = keys[0]
        # Said beside the rest, for the index to begin there.
        bound = Q(**{f"{first}__{'lte' if is_falling != self.is_backwards else 'gte'}": value})
        further = Q()
        same: dict[str, Any] = {}
        for (name, falls), value in keys:
            further |= Q(
                **same, **{f"{name}__{'lt' if falls != self.is_backwards else 'gt'}": value}
            )
            same[name] = value
        return bound & further


@dataclass(frozen=True)
class Page:
    cards: list[Card]
    next: Cursor | None
    previous: Cursor | None


def page_of(
    events: QuerySet[Event], order: Ordering, *, size: int, cursor: Cursor | None, language: str
) -> Page:
    """Of what `find_events` has found in that order. One statement."""
    is_backwards = cursor is not None and cursor.is_backwards
    if cursor is not None:
        events = events.filter(cursor.beyond)
    if is_backwards:
        events = events.reverse()
    shown = cards(events[: size + 1], language=language)
    has_more, shown = len(shown) > size, shown[:size]
    if is_backwards:
        shown.reverse()
    has_next = bool(shown) and (has_more or is_backwards)
    has_previous = bool(shown) and (has_more if is_backwards else cursor is not None)
    return Page(
        shown,
        Cursor.at(shown[-1].event, order) if has_next else None,
        Cursor.at(shown[0].event, order, is_backwards=True) if has_previous else None,
    )


def keys_of(order: Ordering) -> Sequence[tuple[str, bool]]:
    """What an order goes by, and whether it falls."""
    return [(name.removeprefix("-"), name.startswith("-")) for name in ORDERS[order]]


def read_value(name: str, value: Any) -> UUID | datetime | int:
    if name == "id":
        return UUID(str(value))
    if name == "starts_at":
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    if type(value) is not int or abs(value) > HIGHEST_NUMBER:
        raise ValueError(value)
    return value
