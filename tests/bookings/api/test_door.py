"""The door over the API: scanners with their token, people of the team, and nobody else."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from bookings.domain.codes import codes_of
from bookings.domain.confirming import reissue_ticket
from bookings.domain.devices import register_device
from bookings.models import DoorEntry
from events.enums import TicketKind
from tests.events.factories import EventFactory, PoolFactory, TicketTypeFactory
from tests.factories import MembershipFactory
from tests.kit.api import APIClient
from tests.kit.queries import queries_of

pytestmark = pytest.mark.django_db
DOOR = "/events/quiet-songs"


@pytest.fixture
def tickets(free, book):
    return list(book(free, 3).tickets.select_related("event").order_by("number"))


@pytest.fixture
def codes(tickets):
    return [codes_of([one])[one.pk] for one in tickets]


@pytest.fixture
def team(event, organizer):
    return APIClient(organizer)


def gate_of(event, organizer, name="North gate"):
    device, token = register_device(event, name=name, by=organizer, now=timezone.now())
    gate = APIClient()
    gate.headers["Authorization"] = f"Bearer {token}"
    gate.device = device
    return gate


@pytest.fixture
def gate(event, organizer):
    return gate_of(event, organizer)


def scan(code, nonce="n-1", **facts):
    return {"code": code, "nonce": nonce, **facts}


def told(answer):
    return answer.status_code, answer.json().get("code") or answer.json().get("result")


def test_a_scanner_s_token_is_told_once_and_lets_people_in(team, codes, tickets, client):
    made = team.post(f"{DOOR}/devices", {"name": "North gate"})
    gate = APIClient()
    gate.headers["Authorization"] = f"Bearer {made.json()['token']}"

    answer = gate.post(f"{DOOR}/checkins", scan(codes[0], device=made.json()["id"]))

    assert (made.status_code, answer.status_code) == (201, 200)
    assert made.json()["link"].endswith(f"/door/quiet-songs/#{made.json()['token']}")
    said = answer.json()
    assert (said["result"], said["ticket"], said["attendee"], said["direction"]) == (
        "admitted", str(tickets[0].pk), "Ada Attendee", "in",
    )  # fmt: skip
    assert "token" not in team.get(f"{DOOR}/devices/{made.json()['id']}").json()


def test_a_second_use_is_409_with_first_at_and_device_and_a_nonce_is_answered_alike(gate, codes):
    first = gate.post(f"{DOOR}/checkins", scan(codes[0]))
    second = gate.post(f"{DOOR}/checkins", scan(codes[0], "n-2"))

    assert told(second) == (409, "already_used")
    assert second.json()["device"] == "North gate"
    assert second.json()["first_at"][:-1] in first.json()["at"]  # to the millisecond
    assert gate.post(f"{DOOR}/checkins", scan(codes[0])).json() == first.json()
    again = gate.post(f"{DOOR}/checkins", scan(codes[0], "n-2")).json()
    assert {**again, "request_id": ""} == {**second.json(), "request_id": ""}


def test_an_idempotency_key_keeps_what_was_refused_too(gate, codes):
    key = {"Idempotency-Key": "k-1"}
    gate.post(f"{DOOR}/checkins", scan(codes[0]))

    refused = gate.post(f"{DOOR}/checkins", scan(codes[0], "n-2"), **key)

    assert told(refused) == (409, "already_used")
    assert DoorEntry.objects.filter(result="refused").count() == 1
    assert gate.post(f"{DOOR}/checkins", scan(codes[0], "n-2"), **key).headers[
        "Idempotency-Replayed"
    ] == "true"  # fmt: skip


@pytest.mark.parametrize(
    "code", ["HELLO", "test", "0" * 146, "A" * 5000, "\x00", " ", "", "\u202e😀", "\ud800"]
)
def test_59_what_is_no_code_is_404_unknown_and_no_error(gate, code):
    assert told(gate.post(f"{DOOR}/checkins", scan(code))) == (404, "unknown_code")
    offline = {"scans": [scan(code, scanned_at=timezone.now().isoformat())]}
    kept = gate.post(f"{DOOR}/checkins/batch", offline).json()["results"]
    assert [one["reason"] for one in kept] == ["unknown_code"]


def test_59_revoked_wrong_event_and_not_yet_are_told_apart(
    gate, team, codes, tickets, choir, event, book
):
    reissue_ticket(tickets[0], by=None, now=timezone.now())
    other = EventFactory(
        organizer=choir, slug="other", status="published", starts_at=event.starts_at
    )
    kind = TicketTypeFactory(event=other, kind=TicketKind.FREE, pool=PoolFactory(event=other))
    ticket = book(kind).tickets.get()
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    made = team.post(f"{DOOR}/check-in-lists", {"name": "Later", "opens_at": later}).json()

    assert told(gate.post(f"{DOOR}/checkins", scan(codes[0]))) == (409, "revoked")
    theirs = codes_of([ticket])[ticket.pk]
    assert told(gate.post(f"{DOOR}/checkins", scan(theirs, "2"))) == (409, "wrong_event")
    early = scan(codes[1], "3", list=made["id"])
    assert told(gate.post(f"{DOOR}/checkins", early)) == (409, "not_yet")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"code": "A"},
        {"nonce": "n"},
        {"code": "A", "nonce": "with/slash"},
        {"code": "A", "nonce": "n" * 65},
        {"code": "A", "nonce": "n", "direction": "undone"},
        {"code": "A", "nonce": "n", "scanned_at": "yesterday"},
        {"code": "A", "nonce": "n", "list": "no-id"},
        {"code": "A", "ticket": "019ab2c4-7d50-7000-8000-5a3e6f0c1b2d", "nonce": "n"},
    ],
)
def test_what_is_no_scan_is_400(gate, body):
    assert gate.post(f"{DOOR}/checkins", body).status_code == 400


def test_offline_scans_are_all_kept_and_answered(gate, codes, tickets):
    at = timezone.now() - timedelta(minutes=10)
    scans = [
        scan(codes[0], "1", scanned_at=at.isoformat()),
        scan(codes[0], "2", scanned_at=(at + timedelta(minutes=1)).isoformat()),
        scan("HELLO", "3", scanned_at=at.isoformat()),
    ]
    body = {"device_time": timezone.now().isoformat(), "scans": scans}

    answer = gate.post(f"{DOOR}/checkins/batch", body)

    assert answer.status_code == 200
    results = [(one["nonce"], one["result"], one["reason"]) for one in answer.json()["results"]]
    assert results == [
        ("1", "admitted", ""), ("2", "conflict", "already_used"), ("3", "conflict", "unknown_code"),
    ]  # fmt: skip
    assert DoorEntry.objects.count() == 3
    assert gate.post(f"{DOOR}/checkins/batch", body).json()["results"] == answer.json()["results"]


def test_the_door_tells_what_a_scanner_needs_and_what_came_since(gate, codes, tickets):
    gate.post(f"{DOOR}/checkins", scan(codes[1]))
    reissue_ticket(tickets[0], by=None, now=timezone.now())

    door = gate.get(f"{DOOR}/door").json()

    assert (door["event"]["slug"], door["device"]["gate"]) == ("quiet-songs", "North gate")
    assert [one["number"] for one in door["keys"]] == [1]
    assert [(one["name"], one["entries"], one["expected"]) for one in door["lists"]] == [
        ("Entrance", "once", 3)
    ]
    assert [(one["ticket"], one["generation"]) for one in door["revocations"]] == [
        (str(tickets[0].pk), 1)
    ]
    assert [(one["gate"], one["came_in"]) for one in door["totals"]] == [("North gate", 1)]
    reissue_ticket(tickets[1], by=None, now=timezone.now())
    since = gate.get(f"{DOOR}/door?since={door['seq']}").json()
    assert [one["ticket"] for one in since["revocations"]] == [str(tickets[1].pk)]


def test_lists_are_made_changed_and_withdrawn(team, free, codes, gate):
    made = team.post(
        f"{DOOR}/check-in-lists",
        {"name": "VIP", "ticket_types": [str(free.pk)], "entries": "reentry", "pin": "4711"},
    )
    row = f"{DOOR}/check-in-lists/{made.json()['id']}"

    assert (made.status_code, made.json()["has_pin"], made.json()["entries"]) == (
        201, True, "reentry",
    )  # fmt: skip
    changed = team.patch(row, {"name": "Guests", "ticket_types": [], "pin": None}).json()
    assert (changed["name"], changed["ticket_types"], changed["has_pin"]) == ("Guests", [], False)
    assert told(team.post(f"{DOOR}/check-in-lists", {"name": "Guests"})) == (409, "name_taken")
    assert team.delete(row).status_code == 204
    assert team.get(row).status_code == 404
    listed = team.get(f"{DOOR}/check-in-lists").json()["results"]
    assert [one["name"] for one in listed] == ["Entrance"]


def test_60_a_revoked_scanner_opens_nothing_from_the_next_call_on(gate, team, codes):
    assert gate.get(f"{DOOR}/door").status_code == 200

    assert team.delete(f"{DOOR}/devices/{gate.device.pk}").status_code == 204

    assert told(gate.post(f"{DOOR}/checkins", scan(codes[0]))) == (401, "token_invalid")
    assert gate.get(f"{DOOR}/door").status_code == 401
    assert DoorEntry.objects.count() == 0


def test_60_a_scanner_s_token_is_good_for_its_event_s_door_alone(gate, choir, codes, tickets):
    EventFactory(organizer=choir, slug="other", status="published")

    assert told(gate.get("/events/other/door")) == (404, "not_found")
    assert told(gate.post("/events/other/checkins", scan(codes[0]))) == (404, "not_found")
    for method, path in [
        ("get", "/me"),
        ("get", "/me/events"),
        ("get", f"{DOOR}/devices"),
        ("post", f"{DOOR}/devices"),
        ("get", f"{DOOR}/check-in-lists"),
        ("get", f"{DOOR}/ticket-types"),
        ("post", f"{DOOR}/cancel"),
    ]:
        assert gate.call(method, path, {} if method == "post" else None).status_code == 401
    reference = tickets[0].booking.reference
    assert gate.get(f"/bookings/{reference}").status_code in {401, 404}


def test_60_a_scanner_does_not_speak_for_another(gate, event, organizer, codes):
    other = gate_of(event, organizer, "South gate")

    answer = gate.post(f"{DOOR}/checkins", scan(codes[0], device=str(other.device.pk)))

    assert told(answer) == (400, "not_among_yours")


def test_strangers_learn_nothing_and_stewards_scan_without_seeing_more(
    event, stranger, steward, attendee, codes, gate
):
    MembershipFactory(organizer=event.organizer, user=steward, role=Role.DOOR)
    door, nobody = APIClient(steward), APIClient(stranger)

    for path in ("door", "devices", "check-in-lists"):
        assert told(nobody.get(f"{DOOR}/{path}")) == (404, "not_found")
    assert told(nobody.post(f"{DOOR}/checkins", scan(codes[0]))) == (404, "not_found")
    assert told(nobody.get("/events/nowhere/door")) == (404, "not_found")
    assert told(door.post(f"{DOOR}/checkins", scan(codes[0]))) == (200, "admitted")
    assert door.get(f"{DOOR}/check-in-lists").status_code == 200
    assert door.get(f"{DOOR}/devices").status_code == 403
    assert door.post(f"{DOOR}/devices", {"name": "Mine"}).status_code == 403
    assert door.post(f"{DOOR}/check-in-lists", {"name": "Mine"}).status_code == 403
    assert DoorEntry.objects.get().device.user == steward


def test_a_person_of_the_team_may_name_a_scanner_of_the_event(team, gate, codes):
    answer = team.post(f"{DOOR}/checkins", scan(codes[0], device=str(gate.device.pk)))

    assert told(answer) == (200, "admitted")
    assert DoorEntry.objects.get().device == gate.device


def test_undo_and_looking_up_ask_for_the_pin_and_hold_back_who_guesses(gate, team, codes, tickets):
    lists = team.get(f"{DOOR}/check-in-lists").json()["results"]
    team.patch(f"{DOOR}/check-in-lists/{lists[0]['id']}", {"pin": "4711"})
    gate.post(f"{DOOR}/checkins", scan(codes[0]))
    body = {"ticket": str(tickets[0].pk), "nonce": "u"}

    assert told(gate.get(f"{DOOR}/door/search?q=ada")) == (403, "pin_needed")
    assert told(gate.post(f"{DOOR}/checkins/undo", body)) == (403, "pin_needed")
    found = gate.get(f"{DOOR}/door/search?q=ada", **{"X-Door-Pin": "4711"}).json()["results"]
    assert [(one["last"], one["gate"]) for one in found].count(("in", "North gate")) == 1
    assert told(gate.post(f"{DOOR}/checkins/undo", body, **{"X-Door-Pin": "4711"}))[0] == 200
    for _guess in range(10):
        gate.get(f"{DOOR}/door/search?q=ada", **{"X-Door-Pin": "0000"})
    assert told(gate.get(f"{DOOR}/door/search?q=ada", **{"X-Door-Pin": "0000"})) == (
        429, "too_many_attempts",
    )  # fmt: skip


def test_a_check_in_takes_three_statements(gate, codes, tickets):
    gate.post(f"{DOOR}/checkins", scan(codes[0], "warm"))

    statements = queries_of(lambda: gate.post(f"{DOOR}/checkins", scan(codes[1], "n")))

    assert len(statements) == 3, statements


def test_what_the_door_costs_does_not_grow_with_its_gates(gate, event, organizer, codes):
    gate.get(f"{DOOR}/door")
    few = len(queries_of(lambda: gate.get(f"{DOOR}/door")))
    for number in range(3):
        other = gate_of(event, organizer, f"Gate {number}")
        other.post(f"{DOOR}/checkins", scan(codes[number], json.dumps(number)))

    assert len(queries_of(lambda: gate.get(f"{DOOR}/door"))) == few
