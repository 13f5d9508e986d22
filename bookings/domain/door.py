"""Who comes in: a scan is believed, looked at, and written down, in three statements.

Nothing is locked. Of two gates that ask at once the database admits one (`DoorEntry.turn`); the
other looks again and finds it. What was asked is kept with its answer, so that the same scan sent
again is answered alike.
"""

from base64 import b64decode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.utils.translation import gettext_lazy as _

from bookings.domain.codes import CodeUnreadable, ReadCode, believed, claimed_event, opened
from bookings.enums import EntryKind, EntryResult, EntryRule
from bookings.models import DoorEntry, TicketKey
from bookings.queries.door import AtTheDoor, Door, DoorList, Standing, ticket_at
from events.enums import EventStatus
from ticketing.core.errors import Conflict, DomainError, InvalidInput, NotThere

# Clocks of scanners and servers differ a little.
TOLERANCE = timedelta(seconds=120)
ATTEMPTS = 3
INSERT = """
INSERT INTO bookings_doorentry (organizer_id, event_id, ticket_id, check_in_list_id, device_id,
    gate, kind, nonce, result, reason, is_offline, is_by_hand, scanned_at, occurred_at, received_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING RETURNING id
"""


class NotAdmitted(Conflict):
    """A ticket that lets nobody in, here and now; the facts say which and why."""

    reasons: ClassVar[dict[str, type[DomainError]]] = {}

    def __init_subclass__(cls) -> None:
        NotAdmitted.reasons[cls.code] = cls


class AlreadyUsed(NotAdmitted):
    code = "already_used"
    message = _("Somebody came in with this ticket already.")


class Revoked(NotAdmitted):
    code = "revoked"
    message = _("This ticket was cancelled, or has a newer code.")


class WrongEvent(NotAdmitted):
    code = "wrong_event"
    message = _("This ticket is for another event.")


class NotYet(NotAdmitted):
    code = "not_yet"
    message = _("It is too early for this ticket.")


class TooLate(NotAdmitted):
    code = "too_late"
    message = _("It is too late for this ticket.")


class NotOnList(NotAdmitted):
    code = "not_on_list"
    message = _("This ticket is for another entrance.")


class NotInside(NotAdmitted):
    code = "not_inside"
    message = _("Nobody is inside with this ticket.")


class EventCancelled(NotAdmitted):
    code = "event_cancelled"
    message = _("This event does not take place.")


class UnknownCode(NotThere):
    code = "unknown_code"
    message = _("This is no ticket of ours.")


class NoSuchList(InvalidInput):
    code = "not_among_yours"
    message = _("This scanner does not work for such a list.")


@dataclass(frozen=True)
class Scan:
    """What a scanner saw, or a steward chose by hand."""

    nonce: str
    scanned_at: datetime
    occurred_at: datetime
    received_at: datetime
    code: str = ""
    ticket: UUID | None = None
    check_in_list: UUID | None = None
    direction: EntryKind = EntryKind.IN
    is_offline: bool = False

    @property
    def is_by_hand(self) -> bool:
        return not self.code


@dataclass(frozen=True)
class Outcome:
    """What became of a scan."""

    nonce: str
    result: EntryResult
    reason: str
    kind: EntryKind
    at: datetime
    gate: str
    check_in_list: UUID | None
    ticket: AtTheDoor | None = None
    first: Standing | None = None
    """Who came in before with the same ticket."""

    @property
    def facts(self) -> dict[str, Any]:
        """For who is told no: which ticket, and when and where it was used."""
        told: dict[str, Any] = {"at": self.at, "list": self.check_in_list}
        if self.ticket is not None:
            told |= ticket_facts(self.ticket)
        if self.first is not None:
            first = self.first
            told |= {"first_at": first.occurred_at, "gate": first.gate, "device": first.device_name}
        return told


def ticket_facts(ticket: AtTheDoor) -> dict[str, Any]:
    return {
        "ticket": ticket.id,
        "serial": ticket.serial,
        "attendee": ticket.attendee,
        "ticket_type": ticket.ticket_type,
        "ticket_type_name": ticket.ticket_type_name,
    }


def check_in(door: Door, scan: Scan) -> Outcome:
    """Let somebody in, or out. The same nonce of the same scanner gets the same answer.

    Verified in this order: length, version, key, signature, event, window, revocation, list, used.
    Raises UnknownCode, WrongEvent, NotYet, TooLate, Revoked, NotOnList, AlreadyUsed, NotInside,
    EventCancelled, NoSuchList. What is refused is written down too, unless it is no ticket of ours:
    run it where an error does not undo what was written.
    """
    read = None if scan.is_by_hand else read_at(door, scan.code)
    outcome = admit(door, scan, read)
    if outcome.result != EntryResult.ADMITTED:
        error = NotAdmitted.reasons.get(outcome.reason, UnknownCode)
        raise error(**outcome.facts)
    return outcome


def admit(door: Door, scan: Scan, read: ReadCode | None) -> Outcome:
    """Write down what comes of it. Raises UnknownCode, NoSuchList."""
    for _attempt in range(ATTEMPTS):
        ticket = ticket_of(door, scan, read)
        chosen = list_for(door, scan.check_in_list, ticket)
        reason = refusal(door, chosen, ticket, scan, read)
        outcome = outcome_of(door, scan, chosen, ticket, reason)
        if written(door, scan, outcome):
            return outcome
        # The scan was sent before, or another gate was quicker.
        if (former := answered(door, scan.nonce)) is not None:
            return former
    raise AlreadyUsed  # others came in with it each time we looked


def ticket_of(door: Door, scan: Scan, read: ReadCode | None) -> AtTheDoor:
    """Raises UnknownCode, and Revoked for a code of ours whose ticket moved to another event."""
    key = read.ticket if read else scan.ticket
    ticket = ticket_at(door, key) if key else None
    if ticket is None and read is not None:
        raise Revoked
    if ticket is None:
        raise UnknownCode
    return ticket


def outcome_of(
    door: Door, scan: Scan, chosen: DoorList, ticket: AtTheDoor | None, reason: str
) -> Outcome:
    result = EntryResult.ADMITTED
    if reason:
        result = EntryResult.CONFLICT if scan.is_offline else EntryResult.REFUSED
    return Outcome(
        nonce=scan.nonce,
        result=result,
        reason=reason,
        kind=scan.direction,
        at=scan.occurred_at,
        gate=door.gate_or_name,
        check_in_list=chosen.id,
        ticket=ticket,
        first=ticket.standings.get(chosen.id) if ticket and reason == AlreadyUsed.code else None,
    )


def read_at(door: Door, code: str) -> ReadCode:
    """Raises UnknownCode, and WrongEvent for a good ticket of another event."""
    try:
        data = opened(code)
        number = claimed_event(data)
        if number == door.event_number:
            return believed(data, {key: public_key(text) for key, text in door.keys.items()})
        keys = TicketKey.objects.filter(event__number=number, revoked_at=None)
        others = dict(keys.values_list("number", "public_key"))
        believed(data, {key: public_key(text) for key, text in others.items()})
    except CodeUnreadable:
        raise UnknownCode from None
    raise WrongEvent


@lru_cache(maxsize=1000)
def public_key(text: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(b64decode(text))


def list_for(door: Door, wanted: UUID | None, ticket: AtTheDoor | None) -> DoorList:
    """The one that was named, else the first that lets this ticket in. Raises NoSuchList."""
    if wanted is not None:
        lists = [one for one in door.lists if one.id == wanted]
    else:
        fitting = [one for one in door.lists if ticket and one.lets_in(ticket.ticket_type)]
        lists = fitting or list(door.lists)
    if not lists:
        raise NoSuchList(field="list")
    return lists[0]


def refusal(
    door: Door, chosen: DoorList, ticket: AtTheDoor, scan: Scan, read: ReadCode | None
) -> str:
    """Why nobody is let in with it, as an error's code; empty if somebody is."""
    if door.event_status == EventStatus.CANCELLED:
        return EventCancelled.code
    if read is not None and (early_or_late := outside_of_code(read, scan.occurred_at)):
        return early_or_late
    is_dead = read is not None and read.generation != ticket.generation
    if is_dead or not ticket.is_valid:
        return Revoked.code
    if not chosen.lets_in(ticket.ticket_type):
        return NotOnList.code
    if scan.direction == EntryKind.IN and (early_or_late := outside(chosen, scan.occurred_at)):
        return early_or_late
    return use_of(chosen.entries, scan.direction, ticket.standings.get(chosen.id))


def outside_of_code(read: ReadCode, moment: datetime) -> str:
    if read.is_in_its_time(moment - TOLERANCE) or read.is_in_its_time(moment + TOLERANCE):
        return ""
    is_early = replace(read, not_before=0).is_in_its_time(moment)
    return NotYet.code if is_early else TooLate.code


def outside(chosen: DoorList, moment: datetime) -> str:
    if chosen.opens_at is not None and moment + TOLERANCE < chosen.opens_at:
        return NotYet.code
    if chosen.closes_at is not None and moment - TOLERANCE >= chosen.closes_at:
        return TooLate.code
    return ""


def use_of(rule: EntryRule, direction: EntryKind, last: Standing | None) -> str:
    """Whether what came before leaves a way in, or out."""
    is_inside = last is not None and last.kind == EntryKind.IN
    if direction == EntryKind.OUT:
        return "" if is_inside else NotInside.code
    has_left = last is not None and last.kind == EntryKind.OUT
    is_used = is_inside or (has_left and rule == EntryRule.ONCE)
    return AlreadyUsed.code if is_used and rule != EntryRule.MANY else ""


def written(door: Door, scan: Scan, outcome: Outcome, **instead: Any) -> bool:
    """False if the same scan is there already, or another gate took the turn."""
    row: dict[str, Any] = {
        "organizer": door.organizer_id,
        "event": door.event_id,
        "ticket": outcome.ticket.id if outcome.ticket else None,
        "list": outcome.check_in_list,
        "device": door.device_id,
        "gate": outcome.gate,
        "kind": outcome.kind,
        "nonce": scan.nonce,
        "result": outcome.result,
        "reason": outcome.reason,
        "is_offline": scan.is_offline,
        "is_by_hand": scan.is_by_hand,
        "scanned_at": scan.scanned_at,
        "occurred_at": scan.occurred_at,
        "received_at": scan.received_at,
    } | instead
    with connection.cursor() as cursor:
        cursor.execute(INSERT, list(row.values()))
        return cursor.fetchone() is not None


def answered(door: Door, nonce: str) -> Outcome | None:
    """What was answered when this scan came first."""
    entry = DoorEntry.objects.filter(device=door.device_id, nonce=nonce).first()
    if entry is None:
        return None
    ticket = ticket_at(door, entry.ticket_id) if entry.ticket_id else None
    first = None
    if entry.reason == AlreadyUsed.code and ticket is not None:
        first = stood_before(entry) or ticket.standings.get(entry.check_in_list_id)
    return Outcome(
        nonce=nonce,
        result=EntryResult(entry.result),
        reason=entry.reason,
        kind=EntryKind(entry.kind),
        at=entry.occurred_at,
        gate=entry.gate,
        check_in_list=entry.check_in_list_id,
        ticket=ticket,
        first=first,
    )


def stood_before(entry: DoorEntry) -> Standing | None:
    """What the ticket's last admitted entry was when this one was written."""
    rows = DoorEntry.objects.select_related("device").filter(
        ticket=entry.ticket_id,
        check_in_list=entry.check_in_list_id,
        result=EntryResult.ADMITTED,
        pk__lt=entry.pk,
    )
    last = rows.order_by("-pk").first()
    if last is None:
        return None
    return Standing(
        last.pk,
        EntryKind(last.kind),
        last.occurred_at,
        last.gate,
        last.device.name,
        last.device_id,
        last.nonce,
    )
