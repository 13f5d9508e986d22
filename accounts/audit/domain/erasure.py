from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from accounts.audit.domain.payloads import key_of
from accounts.audit.domain.records import named, write
from accounts.audit.enums import Part
from accounts.audit.models import Entry, Payload

ERASED = "audit.payloads_erased"


@transaction.atomic
def erase_payloads(*, of: Model, by: Any, now: datetime) -> int:
    """Erase what the record says in words about a person, or about a thing that stands for one.

    Gone are: where the person's own acts came from, what was changed about them, and what acts on
    other things tell of them. The acts stay, by number, and the chain holds: it knows digests
    alone. The database notes each payload that goes, and the erasure itself is an act — recorded
    without a word that would need erasing again.
    """
    kind, number = key = key_of(of)
    done_by = Entry.objects.filter(actor_type=kind, actor_id=number)
    done_to = Entry.objects.filter(object_type=kind, object_id=number).exclude(action=ERASED)
    erased = sum(
        payloads.delete()[0]
        for payloads in (
            Payload.objects.filter(part=Part.ORIGIN, entry__in=done_by),
            Payload.objects.filter(part=Part.CHANGE, entry__in=done_to),
            Payload.objects.filter(people__contains=[":".join(key)]).exclude(people=[]),
        )
    )
    act = Entry(
        action=ERASED,
        occurred_at=now,
        **named("actor", key_of(by)),
        **named("object", key),
    )
    write(act, {Part.CHANGE: {"after": {"payloads": erased}}})
    return erased
