"""What may be said to each call: by the types that the official library publishes.

A name that the real one does not know, one that is missing, or a word that is none of those it
takes is refused, so that what passes here is understood there.
"""

import sys
import types
import typing
from typing import Any, Literal, Union, get_args, get_origin
from urllib.parse import parse_qsl

from stripe._request_options import RequestOptions
from stripe._stripe_context import StripeContext
from typing_extensions import is_typeddict

OF_THE_LIBRARY = set(RequestOptions.__annotations__)  # they travel as headers
# Names of other modules that the annotations mean.
NAMES = {**vars(typing), "StripeContext": StripeContext}
hints_of: dict[Any, dict[str, Any]] = {}


class NotUnderstood(Exception):
    def __init__(self, message: str, param: str, code: str | None = None) -> None:
        super().__init__(message)
        self.param, self.code = param, code


def understood(text: str, params: Any) -> dict[str, Any]:
    """A body or a query as the call's type has it. Raises NotUnderstood."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *parts, last = name.replace("]", "").split("[")
        at = tree
        for part in parts:
            at = at.setdefault(part, {})
        at[last or str(len(at))] = value
    return shaped(tree, params, "")


def shaped(value: Any, params: Any, path: str) -> dict[str, Any]:
    if params not in hints_of:
        names = {**NAMES, **vars(sys.modules[params.__module__])}
        hints_of[params] = typing.get_type_hints(params, names)
    hints = {k: v for k, v in hints_of[params].items() if path or k not in OF_THE_LIBRARY}
    if not isinstance(value, dict):
        raise NotUnderstood(f"Invalid object: {path}", path)
    for name in value:
        if name not in hints:
            known = inside(path, name)
            raise NotUnderstood(f"Received unknown parameter: {known}", known, "parameter_unknown")
    for name in params.__required_keys__ - OF_THE_LIBRARY:
        if name not in value:
            needed = inside(path, name)
            raise NotUnderstood(f"Missing required param: {needed}.", needed, "parameter_missing")
    return {name: read(one, hints[name], inside(path, name)) for name, one in value.items()}


def inside(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def read(value: Any, hint: Any, path: str) -> Any:
    """The value as its type has it; forms know texts alone."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return read_one_of(value, get_args(hint), path)
    if is_typeddict(hint):
        return shaped(value, hint, path)
    if origin is list:
        if not isinstance(value, dict):
            raise NotUnderstood(f"Invalid array: {path}", path)
        return [read(one, get_args(hint)[0], f"{path}[{i}]") for i, one in value.items()]
    if origin is dict or (origin or hint).__name__ == "UntypedStripeObject":
        if isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
            return value
        raise NotUnderstood(f"Invalid hash: {path}", path)
    if origin is Literal:
        if value in get_args(hint):
            return value
        raise NotUnderstood(f"Invalid {path}: must be one of {get_args(hint)}", path)
    return read_plain(value, hint, path)


def read_one_of(value: Any, kinds: tuple[Any, ...], path: str) -> Any:
    """Where words are listed they are all: the `|str` beside them is for words of later days."""
    if any(get_origin(one) is Literal and get_args(one) != ("",) for one in kinds):
        kinds = tuple(one for one in kinds if one is not str)
    trouble = None
    for kind in kinds:
        try:
            return read(value, kind, path)
        except NotUnderstood as error:
            trouble = error
    assert trouble is not None
    raise trouble


def read_plain(value: Any, hint: Any, path: str) -> Any:
    if isinstance(value, str):
        if hint is str:
            return value
        if hint is bool and value in ("true", "false"):
            return value == "true"
        if hint is int and value.removeprefix("-").isdigit():
            return int(value)
    raise NotUnderstood(f"Invalid {getattr(hint, '__name__', hint)}: {path}", path)
