"""Fields that only the product may read: encrypted before they reach the database.

A token is `1.<key id>.<base64 of nonce and sealed text>`. Each purpose has a key of its own, made
from the field key, so that what was written for one purpose opens for no other
(docs/adr/0011-field-keys.md).
"""

import json
import secrets
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import FieldError
from django.db.models import TextField
from django.db.models.lookups import IsNull

VERSION = "1"
SIZE_OF_KEY = 32  # bytes: AES-256
SIZE_OF_NONCE = 12  # bytes, as GCM wants them


class CannotDecrypt(Exception):
    """The text stays closed: its key is missing, or it is not what was written."""


def encrypt(text: str, *, purpose: str) -> str:
    """Seal a text with the first of the FIELD_KEYS; it opens for the same purpose alone."""
    key = settings.FIELD_KEYS[0]
    nonce = secrets.token_bytes(SIZE_OF_NONCE)
    sealed = cipher(key, purpose).encrypt(nonce, text.encode(), bound_to(key, purpose))
    return f"{VERSION}.{id_of(key)}.{urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(token: str, *, purpose: str) -> str:
    """The text of a token, whichever of the FIELD_KEYS sealed it; else CannotDecrypt."""
    key = key_of(token, purpose)
    try:
        data = bytes_of(token.rpartition(".")[2])
        nonce, sealed = data[:SIZE_OF_NONCE], data[SIZE_OF_NONCE:]
        return cipher(key, purpose).decrypt(nonce, sealed, bound_to(key, purpose)).decode()
    except (InvalidTag, ValueError):
        raise CannotDecrypt(
            f"This text was changed, or written for another purpose than {purpose!r}."
        ) from None


def bytes_of(text: str) -> bytes:
    """What base64 says, in its one proper way: bits that no byte uses hide no change."""
    data = urlsafe_b64decode(text)
    if urlsafe_b64encode(data).decode() != text:
        raise ValueError(text)
    return data


def key_of(token: str, purpose: str) -> str:
    """The key that sealed a token."""
    version, is_token, key_id = token.rpartition(".")[0].partition(".")
    if not is_token:
        raise CannotDecrypt(f"This text of {purpose!r} was never encrypted.")
    if version != VERSION:
        raise CannotDecrypt(f"This text of {purpose!r} is of version {version}, not {VERSION}.")
    for key in settings.FIELD_KEYS:
        if id_of(key) == key_id:
            return str(key)
    known = ", ".join(map(id_of, settings.FIELD_KEYS))
    raise CannotDecrypt(
        f"This text of {purpose!r} was sealed with key {key_id}; FIELD_KEYS has {known} alone."
    )


@cache
def id_of(key: str) -> str:
    """A key's name, which says nothing about the key."""
    return sha256(b"field key\0" + b64decode(key)).hexdigest()[:8]


@cache
def cipher(key: str, purpose: str) -> AESGCM:
    derived = HKDF(SHA256(), SIZE_OF_KEY, salt=None, info=f"field\0{purpose}".encode())
    return AESGCM(derived.derive(b64decode(key)))


def bound_to(key: str, purpose: str) -> bytes:
    return f"{VERSION}.{id_of(key)}.{purpose}".encode()


class EncryptedTextField(TextField):  # type: ignore[type-arg] # generic in stubs alone
    """A text that the database keeps but cannot read. It can be neither searched nor sorted by.

    `purpose` is "app.model.field" unless given; give it when a field with content is renamed.
    """

    def __init__(self, *args: Any, purpose: str = "", **kwargs: Any) -> None:
        self.given_purpose = purpose
        super().__init__(*args, **kwargs)
        if self.unique or kwargs.get("db_index"):
            raise FieldError("An encrypted field has no order: it can be neither index nor unique.")

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        given = {"purpose": self.given_purpose} if self.given_purpose else {}
        return name, path, args, kwargs | given

    @property
    def purpose(self) -> str:
        return self.given_purpose or f"{self.model._meta.label_lower}.{self.name}"

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is None or hasattr(value, "as_sql"):
            return super().get_db_prep_save(value, connection)
        return encrypt(self.to_text(value), purpose=self.purpose)

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        return None if value is None else self.from_text(decrypt(value, purpose=self.purpose))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return IsNull
        raise FieldError(f"{self} is encrypted: no two tokens are equal, so nothing finds one.")

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self} is encrypted: the database sees nothing in it to transform.")

    def to_text(self, value: Any) -> str:
        return str(value)

    def from_text(self, text: str) -> Any:
        return text


class EncryptedJSONField(EncryptedTextField):
    """The same for whatever JSON can hold."""

    # What django-stubs takes for the type of values.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def to_text(self, value: Any) -> str:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    def from_text(self, text: str) -> Any:
        return json.loads(text)

    def to_python(self, value: Any) -> Any:
        return value

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        raise FieldError(f"{self} is for code, not for forms.")


TOKEN = rf"{VERSION}\.[0-9a-f]{{8}}\.[A-Za-z0-9_-]+=*"


def stale_pattern() -> str:
    """PostgreSQL's expression for a token that the first key did not seal, alone or in JSON."""
    return rf'(^|"){VERSION}\.(?!{id_of(settings.FIELD_KEYS[0])}\.)[0-9a-f]{{8}}\.'
