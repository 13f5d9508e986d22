"""What each field says about people, why we may keep it, and for how long: declared in the model.

    privacy = nothing_personal("id", "is_open") | {
        "phone": personal(Kind.CONTACT, basis=Basis.CONTRACT, kept=UNTIL_ERASED),
        "seen_at": personal(Kind.BEHAVIOUR, basis=Basis.INTEREST, kept=days(90, after="seen_at")),
    }

Models that are not ours are declared in the table that settings.PRIVACY_OF_OTHERS names.
tests/architecture/test_privacy.py fails for a field without a declaration.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Field, Model
from django.utils.module_loading import import_string


class Kind(StrEnum):
    NONE = "none"
    CONTACT = "contact"  # reaches a person
    IDENTITY = "identity"  # tells who somebody is, or points to them
    PAYMENT = "payment"
    LOCATION = "location"
    BEHAVIOUR = "behaviour"  # what somebody did, and when


class Basis(StrEnum):
    """What allows us to keep it."""

    CONTRACT = "contract"
    CONSENT = "consent"
    LAW = "legal obligation"
    INTEREST = "legitimate interest"


@dataclass(frozen=True)
class Retention:
    """`time` after the moment in the field `after`; else what the words say."""

    words: str
    time: timedelta | None = None
    after: str = ""

    def __str__(self) -> str:
        return self.words


UNTIL_ERASED = Retention("until the person is erased")
WITH_THE_ROW = Retention("as long as the row")


def days(number: int, *, after: str) -> Retention:
    return Retention(
        f"{number} {'day' if number == 1 else 'days'} after {after}", timedelta(days=number), after
    )


def years(number: int, *, after: str) -> Retention:
    return Retention(
        f"{number} {'year' if number == 1 else 'years'} after {after}",
        timedelta(days=number * 365.25),
        after,
    )


@dataclass(frozen=True)
class Privacy:
    kind: Kind
    basis: Basis | None
    kept: Retention
    is_secret: bool = False
    """Never shown, exported or written into another record."""

    @property
    def is_personal(self) -> bool:
        return self.kind is not Kind.NONE


type Declaration = dict[str, Privacy]


def personal(kind: Kind, *, basis: Basis, kept: Retention, is_secret: bool = False) -> Privacy:
    return Privacy(kind, basis, kept, is_secret)


def nothing_personal(*names: str) -> Declaration:
    return dict.fromkeys(names, Privacy(Kind.NONE, None, WITH_THE_ROW))


def our_secrets(*names: str) -> Declaration:
    """Secrets of the platform rather than of a person."""
    return dict.fromkeys(names, Privacy(Kind.NONE, None, WITH_THE_ROW, is_secret=True))


def declaration_of(model: type[Model]) -> Declaration:
    """What a model declares, or the table of others for it; empty if nobody has."""
    declared: Declaration | None = getattr(model, "privacy", None)
    if declared is None:
        declared = import_string(settings.PRIVACY_OF_OTHERS).get(model._meta.label, {})
    return declared


def stored_fields(model: type[Model]) -> "list[Field[Any, Any]]":
    """The fields that a model keeps in its own table, or in one that links it to others."""
    return [*model._meta.concrete_fields, *model._meta.many_to_many]


def models_with_tables() -> list[type[Model]]:
    """Every installed model that keeps rows, ordered by name."""
    found = (model for model in apps.get_models() if not model._meta.proxy)
    return sorted(found, key=lambda model: model._meta.label)
