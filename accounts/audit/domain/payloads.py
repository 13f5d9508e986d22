"""What an act says in words: made fit for JSON, without secrets, and told apart by a digest."""

import json
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from hashlib import sha256
from typing import Any

from django.db.models import Model

# Whatever has such a name is not for a record, wherever it comes from.
SECRET_NAME = re.compile(
    r"(?i)password|passwd|passphrase|secret|token|credential|(private|api|access)_?key|seed|otp"
)
HIDDEN = "[not recorded]"


def plain(value: Any) -> Any:
    """The value in JSON's own kinds, such that it comes back from the database as it went in."""
    if isinstance(value, Enum):
        value = value.value
    match value:
        case None | bool() | int():
            return value
        case Mapping():
            return {
                readable(str(name)): HIDDEN if SECRET_NAME.search(str(name)) else plain(part)
                for name, part in value.items()
            }
        case list() | tuple() | set() | frozenset():
            parts = [plain(part) for part in value]
            return parts if isinstance(value, list | tuple) else sorted(parts, key=str)
        case datetime():
            return value.isoformat()
        case Model():
            return ":".join(key_of(value))
        # Numbers with a point too: PostgreSQL and Python write some of them differently.
        case _:
            return readable(str(value))


def readable(text: str) -> str:
    """Without what PostgreSQL's JSON cannot hold."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()


def key_of(thing: Model | None) -> tuple[str, str]:
    """How the record names a person or a thing: its model and its key."""
    return (thing._meta.label_lower, str(thing.pk)) if thing is not None and thing.pk else ("", "")


def canonical(value: Any) -> bytes:
    """The one way to write a value: what is equal has equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def new_salt() -> str:
    return secrets.token_hex(16)


def digest(salt: str, data: Any) -> str:
    return sha256(salt.encode() + b"." + canonical(data)).hexdigest()
