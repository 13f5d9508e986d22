"""Typed events, and how they are written down and read again."""

import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints
from uuid import UUID

NAME = re.compile(r"[a-z_]+(\.[a-z_]+)+")


class Unreadable(Exception):
    """An event that cannot be read; its words are for whoever looks at the dead letter."""


class NotKnownYet(Unreadable):
    """An event that this code does not know: perhaps a newer version of it does."""


event_types: dict[tuple[str, int], type["Event"]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Subclasses are frozen dataclasses of plain values.

    A field with a default may be added to a version; any other change is a new version, beside
    which the old one stays until nothing announced with it waits any more.
    """

    event_name: ClassVar[str]
    event_version: ClassVar[int]

    def __init_subclass__(cls, *, name: str, version: int, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not NAME.fullmatch(name) or version < 1:
            raise TypeError(f"{name!r} version {version} is no name of an event.")
        if (name, version) in event_types:
            raise TypeError(f"There are two events {name}.{version}.")
        cls.event_name, cls.event_version = name, version
        event_types[name, version] = cls

    def to_body(self) -> dict[str, Any]:
        """As JSON; read back at once, so that what is announced can be delivered."""
        body = {field.name: written(getattr(self, field.name)) for field in fields(self)}
        if self.from_body(body) != self:
            raise Unreadable(f"{self} does not come back as it was.")
        return body

    @classmethod
    def from_body(cls, body: object) -> Self:
        """What `to_body` wrote; unknown fields are left aside, for a newer code may add some."""
        if not isinstance(body, Mapping):
            raise Unreadable("The body is no object.")
        hints = types_of(cls)  # type: ignore[arg-type] # a class has a hash
        values = {}
        for field in fields(cls):
            if field.name in body:
                values[field.name] = read(body[field.name], hints[field.name], field.name)
            elif field.default is MISSING and field.default_factory is MISSING:
                raise Unreadable(f"{field.name} is missing.")
        return cls(**values)


@cache
def types_of(event: type[Event]) -> dict[str, Any]:
    return get_type_hints(event)


def event_type(name: str, version: int) -> type[Event]:
    try:
        return event_types[name, version]
    except KeyError:
        raise NotKnownYet(f"This code knows no {name}.{version}.") from None


def written(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [written(one) for one in value]
    return value


def read(value: Any, kind: Any, field: str) -> Any:
    if get_origin(kind) in {Union, types.UnionType}:
        return read_one_of(value, get_args(kind), field)
    if kind in READERS:
        try:
            return READERS[kind](value)
        except (TypeError, ValueError):
            raise Unreadable(f"{field} is no {kind.__name__}.") from None
    if get_origin(kind) in {list, tuple} and isinstance(value, list):
        inner, *_ = get_args(kind)
        return get_origin(kind)(read(one, inner, field) for one in value)
    raise Unreadable(f"{field} is no {kind}.")


def read_one_of(value: Any, kinds: tuple[Any, ...], field: str) -> Any:
    if value is None and types.NoneType in kinds:
        return None
    for kind in kinds:
        try:
            return read(value, kind, field)
        except Unreadable:
            continue
    raise Unreadable(f"{field} is none of {', '.join(str(kind) for kind in kinds)}.")


def exactly(kind: type) -> Any:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError
        return value

    return check


def moment(value: Any) -> datetime:
    parsed = datetime.fromisoformat(value)
    if parsed.tzinfo is None:
        raise ValueError(value)
    return parsed


# A datetime and a UUID are text in JSON: they stand before it where both are allowed.
READERS: dict[Any, Any] = {
    UUID: UUID,
    datetime: moment,
    bool: exactly(bool),
    int: exactly(int),
    str: exactly(str),
    types.NoneType: exactly(types.NoneType),
}
