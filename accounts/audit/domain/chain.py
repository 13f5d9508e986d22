"""Entries become a chain: each seal holds a hash of its entry and of the seal before it."""

import time
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction

from accounts.audit.domain.payloads import canonical, moment
from accounts.audit.enums import NOTHING_BEFORE
from accounts.audit.models import Entry, Seal, Waiting

LOCK = 7_429  # the first half of the advisory locks' numbers; the chain is the second
ENTRIES_AT_ONCE = 1000
SECONDS_AT_ONCE = 20.0

# Chains with entries that wait, and that no other sealer has in its hands until it commits.
TAKE_CHAINS = """
SELECT chain FROM (
    SELECT DISTINCT chain
    FROM (SELECT chain FROM audit_waiting ORDER BY chain, entry_id LIMIT %s) AS first
) AS chains
WHERE pg_try_advisory_xact_lock(%s, hashtext(chain::text))
"""
HEADS = """
SELECT wanted.chain, head.seq, head.hash
FROM unnest(%s::uuid[]) AS wanted(chain)
CROSS JOIN LATERAL (
    SELECT seq, hash FROM audit_seal WHERE chain = wanted.chain ORDER BY seq DESC LIMIT 1
) AS head
"""
WAIT_NO_MORE = """
DELETE FROM audit_waiting USING unnest(%s::uuid[], %s::uuid[]) AS done(chain, entry_id)
WHERE audit_waiting.chain = done.chain AND audit_waiting.entry_id = done.entry_id
"""
WAIT_AGAIN = """
INSERT INTO audit_waiting (chain, entry_id)
SELECT coalesce(organizer, '00000000-0000-0000-0000-000000000000'), id FROM audit_entry
WHERE NOT EXISTS (SELECT FROM audit_seal WHERE entry_id = id)
  AND NOT EXISTS (SELECT FROM audit_waiting WHERE entry_id = id)
ON CONFLICT DO NOTHING
"""


def hash_of(entry: Entry, *, seq: int, prev_hash: str, sealed_at: datetime) -> str:
    """SHA-256 of the previous hash, everything that stays of the entry, and its digests."""
    core = {
        "id": str(entry.pk),
        "organizer": str(entry.organizer) if entry.organizer else None,
        "occurred_at": moment(entry.occurred_at),
        "actor_type": entry.actor_type,
        "actor_id": entry.actor_id,
        "action": entry.action,
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        "request_id": entry.request_id,
        "seq": seq,
        "sealed_at": moment(sealed_at),
    }
    parts = (
        prev_hash.encode(),
        canonical(core),
        entry.origin_digest.encode(),
        entry.change_digest.encode(),
    )
    return sha256(b".".join(parts)).hexdigest()


def seal_waiting(*, now: datetime) -> int:
    """Seal what waits, batch by batch, and say how much that was.

    Several may run at once: a chain is in one sealer's hands at a time, and the database takes
    each number of a chain once. A sealer that dies leaves nothing half done.
    """
    sealed, stop_at = 0, time.monotonic() + SECONDS_AT_ONCE
    while time.monotonic() < stop_at:
        taken, done = seal_batch(now=now)
        sealed += done
        if taken < ENTRIES_AT_ONCE:
            break
    return sealed


@transaction.atomic
def seal_batch(*, now: datetime) -> tuple[int, int]:
    """Returns how many waiting rows were taken, and how many entries sealed.

    Commits are not in the order of ids: an entry that commits late gets a later number.
    """
    chains = take_chains()
    if not chains:
        return 0, 0
    heads = heads_of(chains)
    waiting = list(
        Waiting.objects.filter(chain__in=chains)
        .select_related("entry__seal")
        .order_by("chain", "entry_id")[:ENTRIES_AT_ONCE]
    )
    seals = []
    for row in waiting:
        # Sealed already, or of another chain: then somebody put it here who had no business to.
        if row.chain != row.entry.chain or hasattr(row.entry, "seal"):
            continue
        seq, prev_hash = heads.get(row.chain, (0, NOTHING_BEFORE))
        seq += 1
        hash_ = hash_of(row.entry, seq=seq, prev_hash=prev_hash, sealed_at=now)
        heads[row.chain] = (seq, hash_)
        seals.append(
            Seal(
                entry=row.entry,
                chain=row.chain,
                seq=seq,
                prev_hash=prev_hash,
                hash=hash_,
                sealed_at=now,
            )
        )
    Seal.objects.bulk_create(seals)
    take_from_waiting(waiting)
    return len(waiting), len(seals)


def take_chains() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE_CHAINS, [ENTRIES_AT_ONCE, LOCK])
        return [row[0] for row in cursor.fetchall()]


def heads_of(chains: list[UUID]) -> dict[UUID, tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(HEADS, [chains])
        return {chain: (seq, hash_) for chain, seq, hash_ in cursor.fetchall()}


def take_from_waiting(rows: list[Waiting]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WAIT_NO_MORE, [[row.chain for row in rows], [row.entry_id for row in rows]])


def wait_again() -> int:
    """Put entries back that are neither sealed nor waiting; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(WAIT_AGAIN)
        return int(cursor.rowcount)
