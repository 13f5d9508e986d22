"""Reading the record: who may see which acts, how they are found, what each of them changed."""

import difflib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from accounts.audit.enums import Part
from accounts.audit.models import Entry

LONGEST_ON_ONE_LINE = 120
MOST_PEOPLE = 100


def visible_entries(_user: Any) -> QuerySet[Entry]:
    """What somebody of the staff sees, with all that a list of it shows."""
    return Entry.objects.select_related("seal").prefetch_related("payloads")


def matching(entries: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    """Entries that fit every word: an id, the beginning of an action or of a mail address.

    Each of these has an index; what the record says in words has none.
    """
    for word in text.split():
        entries = entries.filter(fitting(word))
    return entries


def fitting(word: str) -> Q:
    who_or_what = Q(actor_id=word) | Q(object_id=word) | Q(request_id=word)
    try:
        number = UUID(word)
    except ValueError:
        people = ids_of_people(word)
        return (
            who_or_what
            | Q(action__startswith=word.lower())
            | Q(actor_id__in=people)
            | Q(object_id__in=people)
        )
    return who_or_what | Q(pk=number) | Q(organizer=number)


def ids_of_people(word: str) -> list[str]:
    people = get_user_model()._default_manager
    starts = {f"{get_user_model().USERNAME_FIELD}__startswith": word.lower()}
    return [str(pk) for pk in people.filter(**starts).values_list("pk", flat=True)[:MOST_PEOPLE]]


def words_of(entry: Entry, part: Part) -> dict[str, Any]:
    """One half of what an entry says in words; empty when it was erased, or never was."""
    return next((row.data for row in entry.payloads.all() if row.part == part), {})


@dataclass(frozen=True)
class Difference:
    name: str
    before: str
    after: str
    lines: list[str]
    """Of long texts: the lines that went (-) and came (+), instead of before and after."""


def differences_of(entry: Entry) -> list[Difference]:
    words = words_of(entry, Part.CHANGE)
    before, after = words.get("before") or {}, words.get("after") or {}
    return [
        difference(name, before.get(name), after.get(name))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name) or not (name in before and name in after)
    ]


def difference(name: str, before: Any, after: Any) -> Difference:
    old, new = shown(before), shown(after)
    if max(len(old), len(new)) <= LONGEST_ON_ONE_LINE and "\n" not in old + new:
        return Difference(name, old, new, [])
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1)
    return Difference(
        name, "", "", [line for line in lines if line[:3] not in {"---", "+++", "@@ "}]
    )


def shown(value: Any) -> str:
    match value:
        case None | "":
            return ""
        case str():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)
