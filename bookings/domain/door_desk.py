"""What a supervisor does at the door beside scanning: look people up, and take entries back."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.audit.domain.records import record
from accounts.domain.permissions import require
from accounts.models import User
from accounts.permissions import Permission
from bookings.domain.devices import own_door, require_pin
from bookings.domain.door import (
    NotInside,
    Outcome,
    Scan,
    UnknownCode,
    answered,
    list_for,
    outcome_of,
    written,
)
from bookings.enums import EntryKind
from bookings.models import Device, DoorEntry
from bookings.queries.door import AtTheDoor, Door, DoorList, ticket_at, tickets_at, tickets_named
from bookings.rules import spelled_reference

SHORTEST_SEARCH = 2
MOST_FOUND = 20


def look_up(door: Door, words: str, *, check_in_list: UUID | None, pin: str) -> list[AtTheDoor]:
    """Valid tickets by a part of the name, or by the booking's reference.

    Raises NoSuchList, PinNeeded, TooManyGuesses.
    """
    require_pin(door, list_for(door, check_in_list, None), pin)
    said = words.strip()
    if len(said) < SHORTEST_SEARCH:
        return []
    found = tickets_named(door.event_id, said, most=MOST_FOUND)
    if not found:
        found = tickets_named(door.event_id, spelled_reference(said), most=MOST_FOUND)
    return tickets_at(door, found)


@transaction.atomic
def undo_entry(
    door: Door, ticket: UUID, *, check_in_list: UUID | None, nonce: str, pin: str, now: datetime
) -> Outcome:
    """Take the last entry back, as if nobody had come in with it. The same nonce: no effect.

    Raises UnknownCode, NotInside, NoSuchList, PinNeeded, TooManyGuesses.
    """
    found = ticket_at(door, ticket)
    if found is None:
        raise UnknownCode
    chosen = list_for(door, check_in_list, found)
    require_pin(door, chosen, pin)
    return take_back(door, found, chosen, nonce=nonce, by=None, now=now)


@transaction.atomic
def undo_by_office(entry: DoorEntry, *, by: User, now: datetime) -> Outcome:
    """The same for who may set the door up, whose right is more than a PIN. Again: no effect.

    Raises RoleMayNot, NoSuchOrganizer, NotInside, DoorClosed.
    """
    require(by, Permission.EDIT_EVENTS, entry.organizer)
    door = own_door(entry.event, by=by, now=now)
    found = ticket_at(door, entry.ticket_id) if entry.ticket_id else None
    lists = [one for one in door.lists if one.id == entry.check_in_list_id]
    if found is None or not lists:
        raise NotInside
    nonce = f"office/{entry.pk}"
    if answered(door, nonce) is None:
        last = found.standings.get(lists[0].id)
        if last is None or last.entry != entry.pk:
            raise NotInside
    return take_back(door, found, lists[0], nonce=nonce, by=by, now=now)


def take_back(
    door: Door, found: AtTheDoor, chosen: DoorList, *, nonce: str, by: User | None, now: datetime
) -> Outcome:
    if (former := answered(door, nonce)) is not None:
        return former
    last = found.standings.get(chosen.id)
    if last is None or last.kind != EntryKind.IN:
        raise NotInside
    scan = Scan(
        nonce=nonce,
        scanned_at=now,
        occurred_at=now,
        received_at=now,
        ticket=found.id,
        direction=EntryKind.UNDONE,
    )
    outcome = replace(outcome_of(door, scan, chosen, found, ""), gate=last.gate)
    if not written(door, scan, outcome):
        raise NotInside
    record(
        action="door.entry_undone",
        by=by,
        on=Device(pk=door.device_id),
        organizer=door.organizer_id,
        after={"ticket": str(found.id), "list": str(chosen.id), "gate": last.gate},
        now=now,
    )
    return outcome
