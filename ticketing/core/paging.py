"""A page of a long list, from where another ended: the tenth thousand costs what the first does.

A page begins after the values of the last row before it, not after a number of rows: none is
passed over or shown twice when others come and go meanwhile. Any order does whose columns are
never empty and of which the last tells all rows apart.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, Self
from uuid import UUID

from django.core.exceptions import FieldError, ValidationError
from django.db import DataError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from ticketing.core.errors import InvalidInput

Order = Sequence[str]
USUAL_SIZE, LARGEST = 50, 100
LONGEST_CURSOR = 400
HIGHEST_NUMBER = 2**63 - 1
PAGE_PARAMETERS = [
    OpenApiParameter("cursor", str, description="From `next` or `previous`, as it came."),
    OpenApiParameter("page_size", int, description="At most 100; 50 if not given."),
]
# What a cursor that somebody wrote leads to.
NOT_OURS = (FieldError, ValidationError, DataError, ValueError, TypeError)


class CursorUnclear(InvalidInput):
    code = "cursor_unclear"
    message = _("This is no cursor of this list. Begin again without one.")


@dataclass(frozen=True)
class Cursor:
    """From which row a page goes on, and whether to what stands before it."""

    order: Order
    values: tuple[Any, ...]
    is_backwards: bool = False

    @classmethod
    def at(cls, row: Model, order: Order, *, is_backwards: bool = False) -> Self:
        names = (name.removeprefix("-").split("__") for name in order)
        return cls(order, tuple(reduce(getattr, path, row) for path in names), is_backwards)

    @classmethod
    def read(cls, text: str, order: Order) -> Self:
        """Raises CursorUnclear for what was not made by `str`, or for another order."""
        if len(text) > LONGEST_CURSOR:
            raise CursorUnclear(field="cursor")
        try:
            said, *values = json.loads(urlsafe_b64decode(f"{text}=="))
            is_backwards = {f"<{','.join(order)}": True, f">{','.join(order)}": False}[said]
            unpacked = [unpack(value) for _name, value in zip(order, values, strict=True)]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise CursorUnclear(field="cursor") from error
        return cls(order, tuple(unpacked), is_backwards)

    def __str__(self) -> str:
        said = f"{'<' if self.is_backwards else '>'}{','.join(self.order)}"
        written = json.dumps([said, *map(pack, self.values)])
        return urlsafe_b64encode(written.encode()).decode().rstrip("=")

    @property
    def beyond(self) -> Q:
        """Every row on its far side."""
        keys = [
            (name.removeprefix("-"), name.startswith("-") != self.is_backwards, value)
            for name, value in zip(self.order, self.values, strict=True)
        ]
        first, is_falling, value = keys[0]
        # Said beside the rest, for the index to begin there.
        bound = Q(**{f"{first}__{'lte' if is_falling else 'gte'}": value})
        further = Q()
        same: dict[str, Any] = {}
        for name, falls, value in keys:
            further |= Q(**same, **{f"{name}__{'lt' if falls else 'gt'}": value})
            same[name] = value
        return bound & further


def pack(value: Any) -> Any:
    match value:
        case datetime():
            return {"at": value.isoformat()}
        case UUID():
            return {"id": str(value)}
        case bool() | int() | str():
            return value
        case _:
            raise TypeError(f"no page can begin at {value!r}")


def unpack(value: Any) -> Any:
    match value:
        case {"at": str(text)}:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError(text)
            return moment
        case {"id": str(text)}:
            return UUID(text)
        case bool():
            return value
        case int() if abs(value) <= HIGHEST_NUMBER:
            return value
        case str() if "\0" not in value:
            return value
        case _:
            raise ValueError(value)


@dataclass(frozen=True)
class Part[Row]:
    """Rows of a list, and where it goes on."""

    rows: list[Row]
    next: Cursor | None
    previous: Cursor | None


def part_of[Row: Model](
    rows: QuerySet[Row], order: Order, *, size: int, cursor: Cursor | None
) -> Part[Row]:
    """One statement. Raises CursorUnclear for a cursor with values that these rows cannot have."""
    rows = rows.order_by(*order)
    if cursor is None:
        shown, is_backwards = list(rows[: size + 1]), False
    else:
        is_backwards = cursor.is_backwards
        try:
            further = rows.filter(cursor.beyond)
            shown = list((further.reverse() if is_backwards else further)[: size + 1])
        except NOT_OURS as error:
            raise CursorUnclear(field="cursor") from error
    has_more, shown = len(shown) > size, shown[:size]
    if is_backwards:
        shown.reverse()
    has_next = bool(shown) and (has_more or is_backwards)
    has_previous = bool(shown) and (has_more if is_backwards else cursor is not None)
    return Part(
        shown,
        Cursor.at(shown[-1], order) if has_next else None,
        Cursor.at(shown[0], order, is_backwards=True) if has_previous else None,
    )


# --- Lists of the API (API.md "Conventions") ------------------------------------------------


def page_of[Row: Model](
    rows: QuerySet[Row],
    request: Request,
    serializer: type[serializers.BaseSerializer[Any]],
    *,
    ordering: Order,
    context: dict[str, Any] | None = None,
) -> Response:
    """The page that a request asks for, each with the address of the next."""
    asked = request.query_params.get("cursor", "")
    cursor = Cursor.read(asked, ordering) if asked else None
    part = part_of(rows, ordering, size=size_asked(request), cursor=cursor)
    shown = serializer(part.rows, many=True, context=context or {}).data
    return Response({
        "next": address_of(part.next, request),
        "previous": address_of(part.previous, request),
        "results": shown,
    })  # fmt: skip


def size_asked(request: Request) -> int:
    asked = request.query_params.get("page_size", "")
    size = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
    return min(size, LARGEST) or USUAL_SIZE


def address_of(cursor: Cursor | None, request: Request) -> str | None:
    if cursor is None:
        return None
    here = request.build_absolute_uri()
    return str(replace_query_param(here, "cursor", str(cursor)))


def page_schema(serializer: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """What `page_of` answers, for the description of the API."""
    return inline_serializer(
        name=f"PageOf{serializer.__name__.removesuffix('Serializer')}",
        fields={
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": serializer(many=True),
        },
    )
