"""Writing down what happened, in the transaction that made it true."""

import json
import re
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model

from ticketing.core.failpoints import failpoint
from ticketing.core.ids import new_id
from ticketing.core.logs import request_id
from ticketing.core.outbox.events import Event
from ticketing.core.outbox.subscribers import listeners_to

CHANNEL = "outbox"
# One statement, because bookings pay for it. Moments are the columns' own defaults.
ANNOUNCE = """
WITH event AS (
    INSERT INTO core_announcedevent (id, name, version, body, about, organizer, request_id)
    VALUES (%(id)s, %(name)s, %(version)s, %(body)s, %(about)s, %(organizer)s, %(request_id)s)
)
INSERT INTO core_delivery
    (event_id, subscriber, queue, status, attempts, failures, retries, last_error)
SELECT %(id)s, subscriber, queue, 'waiting', 0, 0, 0, ''
FROM unnest(%(subscribers)s::text[], %(queues)s::text[]) AS listening (subscriber, queue)
"""
ABOUT = re.compile(r"[a-z_.]+:\S+")


def announce(event: Event, *, about: Model | str = "", organizer: UUID | None = None) -> UUID:
    """Write the event and a delivery for each subscriber; they are run after the commit.

    `about` names the object it tells of, by which it can be found and replayed. Costs one
    statement, and a bell after the commit; returns the event's id. Outside of a transaction it
    is refused: then the event could be written without what it tells of.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            f"{event.event_name} is announced outside of the transaction that makes it true."
        )
    event_id, listening = new_id(), listeners_to(event)
    with connection.cursor() as cursor:
        cursor.execute(
            ANNOUNCE,
            {
                "id": event_id,
                "name": event.event_name,
                "version": event.event_version,
                "body": json.dumps(event.to_body()),
                "about": name_of(about),
                "organizer": organizer,
                "request_id": request_id.get(),
                "subscribers": [one.name for one in listening],
                "queues": [one.queue or "" for one in listening],
            },
        )
    if listening:
        wake_relay_at_commit()
    failpoint("outbox.announced")
    return event_id


def name_of(about: Model | str) -> str:
    if isinstance(about, Model):
        return f"{about._meta.label_lower}:{about.pk}"
    if about and not ABOUT.fullmatch(about):
        raise ValueError(f"{about!r} names nothing: it must be like bookings.booking:id.")
    return about


def wake_relay_at_commit() -> None:
    """Once for a transaction, and after its commit: a NOTIFY inside would make all commits of
    the database queue behind one lock (docs/adr/0009). If it is lost, the relay's poll finds
    what waits."""
    if not any(entry[1] is wake_relay for entry in connection.run_on_commit):
        transaction.on_commit(wake_relay, robust=True)


def wake_relay() -> None:
    failpoint("outbox.committed")
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
