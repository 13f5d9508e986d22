"""What a change to a row changed: fit for the record, without secrets."""

from typing import Any, TypedDict

from django.db.models import Model

from accounts.audit.domain.payloads import HIDDEN, SECRET_NAME
from ticketing.core.encryption import EncryptedTextField
from ticketing.core.privacy import declaration_of

type Facts = dict[str, Any]


class Changes(TypedDict):
    before: Facts
    after: Facts


def stored[Row: Model](row: Row) -> Row | None:
    """The row as the database has it before it is saved."""
    return type(row)._base_manager.filter(pk=row.pk).first()


def changes_between(old: Model | None, new: Model | None) -> Changes:
    """The fields that differ, for `record(**changes_between(…))`; None is a row that is not there.

    Of a secret (its declaration, its kind or its name say so) it tells that it changed, not how.
    """
    changes: Changes = {"before": {}, "after": {}}
    row = new or old
    if row is None:
        return changes
    for field in row._meta.concrete_fields:
        values = [getattr(one, field.attname) if one else None for one in (old, new)]
        if field.primary_key or values[0] == values[1]:
            continue
        if is_secret(row, field):
            values = [HIDDEN if value else value for value in values]
        for name, one, value in zip(("before", "after"), (old, new), values, strict=True):
            if one is not None:
                changes[name][field.name] = value  # type: ignore[literal-required] # both are
    return changes


def is_secret(row: Model, field: Any) -> bool:
    declared = declaration_of(type(row)).get(field.name)
    return (
        (declared is not None and declared.is_secret)
        or isinstance(field, EncryptedTextField)
        or SECRET_NAME.search(field.name) is not None
    )
