"""What a scan needs to know, in two statements that lock nothing: the door, and the ticket."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from bookings.enums import EntryKind, EntryResult, EntryRule, TicketStatus
from bookings.models import CheckInList, DoorEntry, Ticket
from events.models import Event

# Written by hand: putting the expressions together would take longer than all else in a scan.
DOOR = """
SELECT device.id, device.name, device.gate, device.event_id, device.organizer_id,
    device.last_seen_at, device.skew_seconds, event.number, event.slug, event.status,
    (SELECT coalesce(jsonb_object_agg(number, public_key), '{}') FROM bookings_ticketkey
        WHERE event_id = event.id AND revoked_at IS NULL),
    (SELECT coalesce(jsonb_agg(jsonb_build_array(id, name, entries, opens_at, closes_at, pin_digest,
        (SELECT jsonb_agg(ticket_type_id) FROM bookings_listedtickettype
            WHERE check_in_list_id = list.id)) ORDER BY id), '[]')
        FROM bookings_checkinlist AS list
        WHERE event_id = event.id AND withdrawn_at IS NULL
            AND (NOT EXISTS (SELECT FROM bookings_devicelist WHERE device_id = device.id)
                OR id IN (SELECT check_in_list_id FROM bookings_devicelist
                    WHERE device_id = device.id)))
FROM bookings_device AS device JOIN events_event AS event ON event.id = device.event_id
WHERE device.revoked_at IS NULL AND (event.ends_at IS NULL OR event.ends_at > %s)
"""
TICKET = """
SELECT ticket.id, ticket.status, ticket.generation, ticket.ticket_type_id, ticket.attendee_name,
    ticket.number, booking.reference, booking.buyer_name, ticket_type.name,
    (SELECT jsonb_object_agg(check_in_list_id, standing) FROM (
        SELECT DISTINCT ON (entry.check_in_list_id) entry.check_in_list_id,
            jsonb_build_array(entry.id, entry.kind, entry.occurred_at, entry.gate, device.name,
                device.id, entry.nonce) AS standing
        FROM bookings_doorentry AS entry
        JOIN bookings_device AS device ON device.id = entry.device_id
        WHERE entry.ticket_id = ticket.id AND entry.result = 'admitted'
        ORDER BY entry.check_in_list_id, entry.id DESC
    ) AS latest)
FROM bookings_ticket AS ticket
JOIN bookings_booking AS booking ON booking.id = ticket.booking_id
JOIN events_tickettype AS ticket_type ON ticket_type.id = ticket.ticket_type_id
WHERE ticket.id = %s AND ticket.event_id = %s
"""


@dataclass(frozen=True)
class DoorList:
    id: UUID
    name: str
    entries: EntryRule
    opens_at: datetime | None
    closes_at: datetime | None
    pin_digest: str
    ticket_types: frozenset[UUID] | None
    """None: all of them."""

    def lets_in(self, ticket_type: UUID) -> bool:
        return self.ticket_types is None or ticket_type in self.ticket_types


@dataclass(frozen=True)
class Door:
    """A scanner with what it works for; `auth` of the calls it makes."""

    device_id: UUID
    device_name: str
    gate: str
    event_id: UUID
    organizer_id: UUID
    last_seen_at: datetime | None
    skew_seconds: int
    event_number: int
    slug: str
    event_status: str
    keys: Mapping[int, str]
    lists: tuple[DoorList, ...]

    @property
    def gate_or_name(self) -> str:
        return self.gate or self.device_name


@dataclass(frozen=True)
class Standing:
    """The last admitted entry of a ticket at a list."""

    entry: int
    kind: EntryKind
    occurred_at: datetime
    gate: str
    device_name: str
    device_id: UUID
    nonce: str


@dataclass(frozen=True)
class AtTheDoor:
    """A ticket of the event as the door needs it."""

    id: UUID
    status: TicketStatus
    generation: int
    ticket_type: UUID
    attendee: str
    serial: str
    ticket_type_name: str
    standings: Mapping[UUID, Standing]

    @property
    def is_valid(self) -> bool:
        return self.status == TicketStatus.VALID


def door_of_token(digest: str, *, ended_before: datetime) -> Door | None:
    return door(f"{DOOR} AND device.token_digest = %s", digest, ended_before)


def door_of_device(device: UUID, *, ended_before: datetime) -> Door | None:
    return door(f"{DOOR} AND device.id = %s", device, ended_before)


def door(statement: str, value: UUID | str, ended_before: datetime) -> Door | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [ended_before, value])
        row = cursor.fetchone()
    if row is None:
        return None
    *facts, keys, lists = row
    believed = {int(number): key for number, key in json_of(keys).items()}
    facts += [believed, tuple(list_of(one) for one in json_of(lists))]
    return Door(*facts)  # in the order of the statement's columns


def list_of(row: list[Any]) -> DoorList:
    key, name, entries, opens, closes, pin, types = row
    return DoorList(
        id=UUID(key),
        name=name,
        entries=EntryRule(entries),
        opens_at=moment(opens),
        closes_at=moment(closes),
        pin_digest=pin,
        ticket_types=None if types is None else frozenset(map(UUID, types)),
    )


def ticket_at(door: Door, ticket: UUID) -> AtTheDoor | None:
    with connection.cursor() as cursor:
        cursor.execute(TICKET, [ticket, door.event_id])
        row = cursor.fetchone()
    if row is None:
        return None
    key, status, generation, kind, attendee, number, reference, buyer, name, standings = row
    found = json_of(standings) or {}
    return AtTheDoor(
        id=key,
        status=TicketStatus(status),
        generation=generation,
        ticket_type=kind,
        attendee=attendee or buyer,
        serial=f"{reference}-{number}",
        ticket_type_name=name,
        standings={UUID(one): standing_of(facts) for one, facts in found.items()},
    )


def standing_of(row: list[Any]) -> Standing:
    entry, kind, occurred_at, gate, device_name, device, nonce = row
    at = datetime.fromisoformat(occurred_at)
    return Standing(entry, EntryKind(kind), at, gate, device_name, UUID(device), nonce)


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def json_of(value: Any) -> Any:
    """Django leaves JSON of statements by hand as text."""
    return json.loads(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class GateTotal:
    """How many came in and went out at one gate of one list, undone entries left out."""

    check_in_list: UUID
    gate: str
    came_in: int
    went_out: int
    conflicts: int


def totals_of(event: UUID) -> list[GateTotal]:
    admitted = Q(result=EntryResult.ADMITTED)

    def count(kind: EntryKind) -> Count:
        return Count("pk", filter=admitted & Q(kind=kind))

    rows = (
        DoorEntry.objects.filter(event=event)
        .order_by("check_in_list", "gate")
        .values("check_in_list", "gate")
        .annotate(
            ins=count(EntryKind.IN),
            outs=count(EntryKind.OUT),
            undone=count(EntryKind.UNDONE),
            conflicts=Count("pk", filter=Q(result=EntryResult.CONFLICT)),
        )
    )
    return [
        GateTotal(
            check_in_list=row["check_in_list"],
            gate=row["gate"],
            came_in=row["ins"] - row["undone"],
            went_out=row["outs"],
            conflicts=row["conflicts"],
        )
        for row in rows
    ]


def expected_by_type(event: UUID) -> dict[UUID, int]:
    """How many tickets of each type let somebody in."""
    rows = Ticket.objects.filter(event=event, status=TicketStatus.VALID).order_by()
    counted = rows.values_list("ticket_type").annotate(count=Count("pk"))
    return dict(counted)


def tickets_named(event: UUID, words: str, *, most: int) -> list[UUID]:
    """Whose holder, buyer or booking is called so."""
    said = Q(attendee_name__icontains=words) | Q(booking__reference__istartswith=words)
    said |= Q(booking__buyer_name__icontains=words)
    found = Ticket.objects.filter(said, event=event, status=TicketStatus.VALID)
    return list(found.order_by("attendee_name", "pk").values_list("pk", flat=True)[:most])


def lists_of(event: Event) -> QuerySet[CheckInList]:
    lists = CheckInList.objects.filter(event=event, withdrawn_at=None)
    return lists.prefetch_related("lets_in")


def tickets_at(door: Door, tickets: Iterable[UUID]) -> list[AtTheDoor]:
    found = (ticket_at(door, one) for one in tickets)
    return [one for one in found if one is not None]
