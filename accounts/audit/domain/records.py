from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from accounts.audit.domain.payloads import digest, key_of, new_salt, plain
from accounts.audit.enums import Part
from accounts.audit.models import Entry, Payload
from ticketing.core.origin import origin
from ticketing.core.writing import insert_at_once

type Key = tuple[str, str]


class OutsideOfTransaction(Exception):
    """A record outside of its act's transaction could stay when the act does not, or be missing."""


def record(  # noqa: PLR0913 - each is a fact of the act, and all are named
    *,
    action: str,
    by: Any,
    now: datetime,
    on: Model | None = None,
    organizer: UUID | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    about: Collection[Model] = (),
) -> Entry:
    """Write down an act in the transaction that does it: both stand, or neither.

    `by` is the person, or None when the product acts by itself. `about` names people beside
    actor and object of whom the object's name, `before` or `after` tell: what is recorded about
    a membership is about its member too. Their erasure finds it by that.
    One statement, no lock: the chain is made by the sealer.
    """
    came = origin()
    from_where = {"name": by, "address": came.address, "user_agent": came.user_agent}
    what = {"name": on, "before": before, "after": after}
    return write(
        Entry(
            action=action,
            occurred_at=now,
            organizer=organizer,
            request_id=came.request_id,
            **named("actor", key_of(by)),
            **named("object", key_of(on)),
        ),
        {Part.ORIGIN: said(from_where), Part.CHANGE: said(what)},
        people=[":".join(key_of(person)) for person in about],
    )


def write(entry: Entry, words: Mapping[Part, Any], *, people: Collection[str] = ()) -> Entry:
    if not connection.in_atomic_block:
        raise OutsideOfTransaction(entry.action)
    payloads = [
        Payload(entry=entry, part=part, salt=new_salt(), data=data)
        for part, data in words.items()
        if data
    ]
    for payload in payloads:
        setattr(entry, f"{payload.part}_digest", digest(payload.salt, payload.data))
        if payload.part == Part.CHANGE:
            payload.people = list(people)
    insert_at_once([entry], payloads)
    return entry


def named(role: str, key: Key) -> dict[str, str]:
    return {f"{role}_type": key[0], f"{role}_id": key[1]}


def said(facts: Mapping[str, Any]) -> Any:
    """What there is to say, without the blanks."""
    words = {name: str(fact) if isinstance(fact, Model) else fact for name, fact in facts.items()}
    return plain({name: word for name, word in words.items() if word not in (None, "", {})})
