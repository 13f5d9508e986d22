"""An event with a door: scanners, codes and scans for the tests."""

from datetime import timedelta

from bookings.domain.codes import codes_of
from bookings.domain.devices import door_by_id, new_device
from bookings.domain.door import Scan
from bookings.enums import EntryKind
from bookings.models import CheckInList
from ticketing.core.ids import new_id


def scanner(event, name="North gate", *, lists=(), now, by):
    """The door as one more scanner sees it."""
    device, _token = new_device(event, name=name, lists=lists, by=by, now=now)
    return door_by_id(device.pk, now=now)


def again(door, *, now):
    """The same scanner, as it is now."""
    return door_by_id(door.device_id, now=now)


def code_of(ticket):
    (code,) = codes_of([ticket]).values()
    return code


def scan_of(shown=None, /, *, at, nonce=None, minutes=0, **facts):
    moment = at + timedelta(minutes=minutes)
    facts.setdefault("code", code_of(shown) if shown else "")
    return Scan(
        nonce=nonce or str(new_id()),
        scanned_at=moment,
        occurred_at=moment,
        received_at=moment,
        **facts,
    )


def out_of(ticket, **facts):
    return scan_of(ticket, direction=EntryKind.OUT, **facts)


def listed(event, name="Main entrance", *types, **facts):
    created = CheckInList(event=event, name=name, **facts)
    created.save()
    for one in types:
        created.lets_in.create(event=event, organizer=event.organizer, ticket_type=one)
    return created
