"""Scans that were made without a network: every one is kept, and what contradicts is told.

Somebody was let in each time, so nothing is refused any more. The first by corrected time is
the one that is admitted, whenever it arrives; the others are conflicts that the staff sees with
gate and time.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from bookings.domain.codes import ReadCode
from bookings.domain.door import (
    AlreadyUsed,
    NotAdmitted,
    Outcome,
    Scan,
    UnknownCode,
    admit,
    answered,
    list_for,
    outcome_of,
    read_at,
    ticket_of,
    written,
)
from bookings.enums import EntryKind, EntryResult, EntryRule
from bookings.models import Device
from bookings.queries.door import AtTheDoor, Door, Standing
from ticketing.core.errors import DomainError

MOST_SCANS = 200
LARGEST_SKEW = timedelta(days=366)
WARN_OF_SKEW = timedelta(seconds=60)
EARLIER = "earlier_entry"


def sync(
    door: Door, scans: Sequence[Scan], *, device_time: datetime | None, now: datetime
) -> list[Outcome]:
    """The outcome of each, in the order in which they came. Scans sent again are answered alike.

    Raises NoSuchList only if there is no list at all. Nothing is locked but the row of a ticket
    whose scans arrive out of order.
    """
    skew = now - device_time if device_time else timedelta()
    skew = max(-LARGEST_SKEW, min(LARGEST_SKEW, skew))
    if device_time is not None:
        Device.objects.filter(pk=door.device_id).update(
            skew_seconds=round(skew.total_seconds()), last_seen_at=now
        )
    corrected = [
        replace(
            scan,
            occurred_at=min(scan.scanned_at + skew, now),
            received_at=now,
            is_offline=True,
        )
        for scan in scans
    ]
    in_time = sorted(corrected, key=lambda one: one.occurred_at)
    outcomes = {scan.nonce: keep(door, scan) for scan in in_time}
    return [outcomes[scan.nonce] for scan in scans]


def keep(door: Door, scan: Scan) -> Outcome:
    if (former := answered(door, scan.nonce)) is not None:
        return former
    scan = with_a_list(door, scan)
    try:
        read = None if scan.is_by_hand else read_at(door, scan.code)
        return admit_in_time(door, scan, read)
    except (NotAdmitted, UnknownCode) as error:
        return keep_anyway(door, scan, error)


def with_a_list(door: Door, scan: Scan) -> Scan:
    """A list that was withdrawn meanwhile is no reason to lose a scan."""
    is_ours = scan.check_in_list in {one.id for one in door.lists}
    return scan if is_ours else replace(scan, check_in_list=None)


def keep_anyway(door: Door, scan: Scan, error: DomainError) -> Outcome:
    outcome = outcome_of(door, scan, list_for(door, scan.check_in_list, None), None, error.code)
    written(door, scan, outcome)
    return outcome


def admit_in_time(door: Door, scan: Scan, read: ReadCode | None) -> Outcome:
    """As a scan with a network, unless it turns out to be the first after all."""
    ticket = ticket_of(door, scan, read)
    later = came_later(door, scan, ticket)
    if later is None:
        return admit(door, scan, read)
    return take_the_place_of(door, scan, read, later)


def came_later(door: Door, scan: Scan, ticket: AtTheDoor) -> Standing | None:
    """The admitted entry of a list that admits once, if this scan was before it."""
    chosen = list_for(door, scan.check_in_list, ticket)
    last = ticket.standings.get(chosen.id)
    is_first = last is not None and scan.occurred_at < last.occurred_at
    is_once = chosen.entries == EntryRule.ONCE and scan.direction == EntryKind.IN
    return last if last and is_first and is_once and last.kind == EntryKind.IN else None


def take_the_place_of(door: Door, scan: Scan, read: ReadCode | None, later: Standing) -> Outcome:
    """The entry that was admitted becomes a conflict, and this one is admitted: three rows."""
    try:
        with transaction.atomic():
            return in_place_of(door, scan, read, later)
    except AlreadyUsed:  # another gate changed it meanwhile; what is so now decides
        return admit(door, scan, read)


def in_place_of(door: Door, scan: Scan, read: ReadCode | None, later: Standing) -> Outcome:
    ticket = ticket_of(door, scan, read)
    chosen = list_for(door, scan.check_in_list, ticket)
    outcome = outcome_of(door, scan, chosen, ticket, "")
    undo = replace(outcome, kind=EntryKind.UNDONE, reason=EARLIER, gate=later.gate)
    if not written(door, scan, undo, nonce=f"{scan.nonce}/undone"):
        raise AlreadyUsed
    admitted = admit(door, scan, read)
    conflict = replace(
        outcome, result=EntryResult.CONFLICT, reason=AlreadyUsed.code, gate=later.gate
    )
    written(
        door,
        scan,
        conflict,
        device=later.device_id,
        nonce=f"{later.nonce[:64]}/{later.entry % 10**9}",
        scanned_at=later.occurred_at,
        occurred_at=later.occurred_at,
    )
    return admitted
