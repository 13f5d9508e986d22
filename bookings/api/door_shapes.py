"""What the calls of the door take and give."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from bookings.domain.devices import PIN
from bookings.domain.door import Outcome, Scan, ticket_facts
from bookings.domain.door_sync import MOST_SCANS
from bookings.enums import EntryKind, EntryResult, EntryRule, RevocationReason
from bookings.models import CheckInList, Device
from bookings.models.door import LONGEST_NONCE
from bookings.queries.door import AtTheDoor, Door
from events.api.organizing.calls import Ids, Moment

DIRECTIONS = [EntryKind.IN, EntryKind.OUT]
# Longer than any code of ours: what is longer is cut, and no scan is lost for it.
LONGEST_SCAN = 2000
# What entries of our own add to a nonce has a slash in it.
NONCE = rf"^[!-.0-~]{{1,{LONGEST_NONCE}}}$"


class ScannedText(serializers.CharField):
    """Whatever a scanner read: nothing in it is wrong, it only may be no ticket of ours."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, allow_blank=True, required=False, **kwargs)
        self.validators = []

    def to_internal_value(self, data: Any) -> str:
        return str(super().to_internal_value(data))[:LONGEST_SCAN]


class ScanBody(serializers.Serializer[Any]):
    code = ScannedText(help_text="As it was read.")
    ticket = serializers.UUIDField(required=False, help_text="By hand, instead of a code.")
    nonce = serializers.RegexField(
        NONCE, help_text="One for each scan: sent again, it gets the same answer."
    )
    scanned_at = Moment(required=False, help_text="By the scanner's clock.")
    list = serializers.UUIDField(
        required=False, allow_null=True, help_text="If not given, the first that fits the ticket."
    )
    direction = serializers.ChoiceField(DIRECTIONS, default=EntryKind.IN)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("code" in attrs) == ("ticket" in attrs):
            raise serializers.ValidationError(
                {"code": [self.fields["code"].error_messages["required"]]}
            )
        return attrs


class CheckInBody(ScanBody):
    device = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="The scanner's id. With a scanner's token its own; people may leave it out.",
    )


class OfflineScanBody(ScanBody):
    scanned_at = Moment(help_text="By the scanner's clock.")


class ScansBody(serializers.Serializer[Any]):
    device = serializers.UUIDField(required=False, allow_null=True)
    device_time = Moment(required=False, help_text="The scanner's clock as it sends this.")
    scans = OfflineScanBody(many=True, max_length=MOST_SCANS)  # type: ignore[call-arg] # a list's own


class UndoBody(serializers.Serializer[Any]):
    ticket = serializers.UUIDField()
    nonce = serializers.RegexField(NONCE)
    list = serializers.UUIDField(required=False, allow_null=True)
    device = serializers.UUIDField(required=False, allow_null=True)


class ScannerBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    gate = serializers.CharField(max_length=80, allow_blank=True, default="")
    lists = Ids(help_text="Those it works for; none: all.")


class ListBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80, required=False)
    ticket_types = Ids(help_text="Those it lets in; none: all.")
    opens_at = Moment(required=False, allow_null=True)
    closes_at = Moment(required=False, allow_null=True)
    entries = serializers.ChoiceField(EntryRule.choices, required=False)
    pin = serializers.RegexField(
        PIN,
        required=False,
        allow_null=True,
        write_only=True,
        help_text="Asked for before people are looked up or entries undone; null: not asked for.",
    )


class NewListBody(ListBody):
    name = serializers.CharField(max_length=80)


def scan_of(body: dict[str, Any], *, now: datetime) -> Scan:
    """With a network the server's clock counts; the scanner's is written down beside it."""
    return Scan(
        code=body.get("code", ""),
        ticket=body.get("ticket"),
        nonce=body["nonce"],
        check_in_list=body.get("list"),
        direction=EntryKind(body["direction"]),
        scanned_at=body.get("scanned_at", now),
        occurred_at=now,
        received_at=now,
    )


class TicketAtTheDoor(serializers.Serializer[Any]):
    ticket = serializers.UUIDField()
    serial = serializers.CharField()
    attendee = serializers.CharField()
    ticket_type = serializers.UUIDField()
    ticket_type_name = serializers.CharField()


class CheckInAnswer(TicketAtTheDoor):
    result = serializers.ChoiceField(EntryResult.choices)
    at = serializers.DateTimeField()
    list = serializers.UUIDField()
    gate = serializers.CharField()
    direction = serializers.CharField(help_text="in or out; undone for what was taken back.")


class SyncedScan(serializers.Serializer[Any]):
    nonce = serializers.CharField()
    result = serializers.ChoiceField(EntryResult.choices)
    reason = serializers.CharField(help_text="As the codes of errors; empty for who is admitted.")
    at = serializers.DateTimeField(help_text="By our clock.")
    list = serializers.UUIDField()
    ticket = serializers.UUIDField(required=False)
    serial = serializers.CharField(required=False)
    attendee = serializers.CharField(required=False)
    ticket_type = serializers.UUIDField(required=False)
    ticket_type_name = serializers.CharField(required=False)
    first_at = serializers.DateTimeField(required=False)
    gate = serializers.CharField(required=False)
    device = serializers.CharField(required=False)


class BatchAnswer(serializers.Serializer[Any]):
    results = SyncedScan(many=True)
    server_time = serializers.DateTimeField()
    skew_seconds = serializers.IntegerField(help_text="By how much the scanner's clock is late.")


class FoundTicket(TicketAtTheDoor):
    last = serializers.CharField(allow_null=True, help_text="in, out or undone; null: never here.")
    last_at = serializers.DateTimeField(allow_null=True)
    gate = serializers.CharField(allow_null=True)


class FoundTickets(serializers.Serializer[Any]):
    results = FoundTicket(many=True)


class KeyShape(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    public_key = serializers.CharField(help_text="Ed25519, base64.")


class DoorListShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    entries = serializers.ChoiceField(EntryRule.choices)
    opens_at = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    ticket_types = serializers.ListField(child=serializers.UUIDField(), allow_null=True)
    has_pin = serializers.BooleanField()
    expected = serializers.IntegerField(help_text="How many tickets it lets in.")


class RevocationShape(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    ticket = serializers.UUIDField()
    generation = serializers.IntegerField(help_text="Codes up to this one are dead.")
    reason = serializers.ChoiceField(RevocationReason.choices)


class TotalShape(serializers.Serializer[Any]):
    list = serializers.UUIDField(source="check_in_list")
    gate = serializers.CharField()
    came_in = serializers.IntegerField()
    went_out = serializers.IntegerField()
    conflicts = serializers.IntegerField()


class DoorEvent(serializers.Serializer[Any]):
    slug = serializers.CharField()
    number = serializers.IntegerField(help_text="As in the codes.")
    title = serializers.CharField()
    starts_at = serializers.DateTimeField(allow_null=True)
    timezone = serializers.CharField()
    is_cancelled = serializers.BooleanField()


class DoorDevice(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    gate = serializers.CharField()
    skew_seconds = serializers.IntegerField()


class DoorShape(serializers.Serializer[Any]):
    server_time = serializers.DateTimeField()
    event = DoorEvent()
    device = DoorDevice()
    keys = KeyShape(many=True)
    lists = DoorListShape(many=True)
    revocations = RevocationShape(many=True)
    seq = serializers.IntegerField(help_text="Ask with `since` = this for what comes after.")
    has_more = serializers.BooleanField(help_text="More revocations wait: ask again at once.")
    totals = TotalShape(many=True)


class ScannerShape(serializers.Serializer[Device]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    gate = serializers.CharField()
    lists = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    skew_seconds = serializers.IntegerField()

    def get_lists(self, device: Device) -> list[str]:
        return [str(one.check_in_list_id) for one in device.works_for.all()]


class NewScannerShape(ScannerShape):
    token = serializers.CharField(help_text="Told this once: `Authorization: Bearer` of its calls.")
    link = serializers.URLField(help_text="Opened on a phone, makes it the scanner.")


class ListShape(serializers.Serializer[CheckInList]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    ticket_types = serializers.SerializerMethodField()
    opens_at = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    entries = serializers.ChoiceField(EntryRule.choices)
    has_pin = serializers.SerializerMethodField()

    def get_ticket_types(self, row: CheckInList) -> list[str]:
        return [str(one.ticket_type_id) for one in row.lets_in.all()]

    def get_has_pin(self, row: CheckInList) -> bool:
        return bool(row.pin_digest)


def checked_in(outcome: Outcome) -> dict[str, Any]:
    return {
        "result": outcome.result,
        "at": outcome.at,
        "list": outcome.check_in_list,
        "gate": outcome.gate,
        "direction": outcome.kind,
        **(ticket_facts(outcome.ticket) if outcome.ticket else {}),
    }


def synced(outcome: Outcome) -> dict[str, Any]:
    said = {"nonce": outcome.nonce, "result": outcome.result, "reason": outcome.reason}
    return said | outcome.facts


def found(ticket: AtTheDoor, door: Door) -> dict[str, Any]:
    """With what was last at any of the scanner's lists."""
    stood = [
        one for key, one in ticket.standings.items() if key in {each.id for each in door.lists}
    ]
    last = max(stood, key=lambda one: one.entry, default=None)
    return ticket_facts(ticket) | {
        "last": last.kind if last else None,
        "last_at": last.occurred_at if last else None,
        "gate": last.gate if last else None,
    }
