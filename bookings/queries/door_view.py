"""The whole door at a glance: what a scanner keeps, and what the supervisor looks at."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from bookings.models import Revocation
from bookings.queries.door import Door, expected_by_type, totals_of
from events.enums import EventStatus
from events.models import Event

MOST_REVOCATIONS = 5000


def door_in_full(door: Door, *, since: int, now: datetime) -> dict[str, Any]:
    """Four statements. Revocations after `since`, the oldest first."""
    event = Event.objects.only("title", "starts_at", "timezone").get(pk=door.event_id)
    rows = Revocation.objects.filter(event=door.event_id, seq__gt=since).order_by("seq")
    told = list(rows.values("seq", "ticket", "generation", "reason")[: MOST_REVOCATIONS + 1])
    has_more, told = len(told) > MOST_REVOCATIONS, told[:MOST_REVOCATIONS]
    expected = expected_by_type(door.event_id)
    return {
        "server_time": now,
        "event": {
            "slug": door.slug,
            "number": door.event_number,
            "title": event.title,
            "starts_at": event.starts_at,
            "timezone": event.timezone,
            "is_cancelled": door.event_status == EventStatus.CANCELLED,
        },
        "device": {
            "id": door.device_id,
            "name": door.device_name,
            "gate": door.gate_or_name,
            "skew_seconds": door.skew_seconds,
        },
        "keys": [{"number": one, "public_key": key} for one, key in door.keys.items()],
        "lists": [
            asdict(one)
            | {
                "has_pin": bool(one.pin_digest),
                "expected": sum(count for kind, count in expected.items() if one.lets_in(kind)),
            }
            for one in door.lists
        ],
        "revocations": told,
        "seq": told[-1]["seq"] if told else since,
        "has_more": has_more,
        "totals": totals_of(door.event_id),
    }
