"""The heads of the chains, written down where this database's owner cannot reach them.

Without an anchor nobody can see that a chain's tail was cut off, or the whole of it made anew.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.db import connection

from accounts.audit.domain.payloads import canonical, moment
from accounts.audit.models import Anchor

# Two clocks may differ, and a seal is committed a little after the moment it names.
OVERLAP = timedelta(minutes=5)

# From one chain to the next along the index, however many seals each has.
ALL_HEADS = """
WITH RECURSIVE head AS (
    (SELECT chain, seq, hash, sealed_at FROM audit_seal ORDER BY chain DESC, seq DESC LIMIT 1)
    UNION ALL
    SELECT following.* FROM head CROSS JOIN LATERAL (
        SELECT chain, seq, hash, sealed_at FROM audit_seal
        WHERE chain < head.chain ORDER BY chain DESC, seq DESC LIMIT 1
    ) AS following
)
SELECT chain, seq, hash FROM head WHERE sealed_at > %s ORDER BY chain
"""


@dataclass(frozen=True)
class Head:
    chain: UUID
    seq: int
    hash: str


class Place(Protocol):
    """Where anchors are written; told by an address of settings.AUDIT_ANCHORS."""

    address: str
    every: timedelta

    def write(self, lines: list[str], *, now: datetime) -> None: ...


def heads_sealed_after(at: datetime | None) -> list[Head]:
    with connection.cursor() as cursor:
        cursor.execute(ALL_HEADS, [at or "-infinity"])
        return [Head(*row) for row in cursor.fetchall()]


def is_due(place: Place, *, now: datetime) -> bool:
    latest = latest_anchor(place)
    return latest is None or latest.anchored_at + place.every <= now


def anchor_heads(place: Place, *, now: datetime) -> int:
    """Write the heads of the chains that have grown since the last time; returns how many.

    First outside, then noted here: what fails in between is written once more, which harms nobody.
    """
    latest = latest_anchor(place)
    heads = heads_sealed_after(latest.anchored_at - OVERLAP if latest else None)
    if heads:
        place.write([line_of(head, now=now) for head in heads], now=now)
        Anchor.objects.create(
            place=place.address,
            heads={str(head.chain): [head.seq, head.hash] for head in heads},
            anchored_at=now,
        )
    return len(heads)


def latest_anchor(place: Place) -> Anchor | None:
    return Anchor.objects.filter(place=place.address).order_by("-anchored_at").first()


def line_of(head: Head, *, now: datetime) -> str:
    facts = {"anchored_at": moment(now), "chain": str(head.chain), "seq": head.seq}
    return canonical(facts | {"hash": head.hash}).decode()


def head_in(line: str) -> Head:
    """Raises ValueError for what is no anchor."""
    try:
        facts = json.loads(line)
        return Head(UUID(facts["chain"]), int(facts["seq"]), str(facts["hash"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(line) from error
