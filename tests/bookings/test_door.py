"""Who comes in at the door and who does not, and that nobody comes in twice."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, ProgrammingError, connection, transaction

from bookings.domain import door as rules
from bookings.domain.codes import WHENEVER, ReadCode, signed, signing_key
from bookings.domain.confirming import cancel_booking, reissue_ticket
from bookings.domain.devices import PinNeeded, door_by_token, new_device, pin_digest, revoke_device
from bookings.domain.door import (
    AlreadyUsed,
    NotInside,
    NotOnList,
    NotYet,
    Revoked,
    TooLate,
    UnknownCode,
    WrongEvent,
    check_in,
)
from bookings.domain.door_desk import look_up, undo_entry
from bookings.enums import EntryKind, EntryRule
from bookings.models import CheckInList, Device, DoorEntry, Revocation, TicketKey
from bookings.queries.door import totals_of
from events.enums import TicketKind
from tests.bookings.conftest import ADA
from tests.bookings.doors import again, code_of, listed, out_of, scan_of, scanner
from tests.events.factories import NOW, EventFactory, PoolFactory, TicketTypeFactory
from tests.kit.queries import queries_of
from tests.kit.races import race

pytestmark = pytest.mark.django_db
EVENING = NOW + timedelta(days=3650)


@pytest.fixture
def tickets(free, book):
    return list(book(free, 3).tickets.select_related("event").order_by("number"))


@pytest.fixture
def ticket(tickets):
    return tickets[0]


@pytest.fixture
def gate(event, organizer):
    return scanner(event, now=NOW, by=organizer)


def refused(door, scan):
    with pytest.raises(rules.NotAdmitted) as caught:
        check_in(door, scan)
    return caught.value


def test_a_good_ticket_is_admitted_and_written_down(gate, ticket):
    outcome = check_in(gate, scan_of(ticket, at=EVENING))

    entry = DoorEntry.objects.get()
    assert (outcome.result, outcome.reason, outcome.ticket.serial) == (
        "admitted",
        "",
        ticket.serial,
    )
    assert (entry.ticket, entry.kind, entry.result, entry.gate) == (
        ticket, "in", "admitted", "North gate",
    )  # fmt: skip
    assert (entry.scanned_at, entry.organizer_id) == (EVENING, ticket.organizer_id)


def test_a_second_use_is_refused_with_when_and_where_the_first_was(gate, ticket, event, organizer):
    south = scanner(event, "South gate", now=NOW, by=organizer)
    check_in(gate, scan_of(ticket, at=EVENING))

    error = refused(south, scan_of(ticket, at=EVENING, minutes=3))

    assert type(error) is AlreadyUsed
    assert (error.facts["first_at"], error.facts["device"], error.facts["gate"]) == (
        EVENING, "North gate", "North gate",
    )  # fmt: skip
    assert Counter(DoorEntry.objects.values_list("result", flat=True)) == {
        "admitted": 1, "refused": 1,
    }  # fmt: skip


def test_60_the_same_scan_sent_again_gets_the_same_answer(gate, ticket):
    first, second = (scan_of(ticket, at=EVENING, nonce=nonce) for nonce in "ab")
    admitted = check_in(gate, first)
    error = refused(gate, second)

    assert check_in(gate, first).at == admitted.at
    assert refused(gate, second).facts == error.facts
    assert DoorEntry.objects.count() == 2


def test_60_an_answer_stays_when_the_entry_was_undone_meanwhile(gate, ticket):
    check_in(gate, scan_of(ticket, at=EVENING))
    second = scan_of(ticket, at=EVENING, minutes=1)
    refused(gate, second)
    undo_entry(gate, ticket.pk, check_in_list=None, nonce="undo", pin="", now=EVENING)

    error = refused(gate, second)

    assert (type(error), error.facts["first_at"]) == (AlreadyUsed, EVENING)


def forged(ticket, **facts):
    """What somebody signs who has not our key."""
    read = ReadCode(1, ticket.event.number, ticket.pk, 1, *WHENEVER, flags=0)
    return signed(replace(read, **facts), Ed25519PrivateKey.generate())


def ours(ticket, **facts):
    from base64 import b64decode  # noqa: PLC0415 - only here

    key = signing_key(ticket.event)
    read = ReadCode(key.number, ticket.event.number, ticket.pk, 1, *WHENEVER, flags=0)
    private = Ed25519PrivateKey.from_private_bytes(b64decode(key.private_key))
    return signed(replace(read, **facts), private)


@pytest.mark.parametrize(
    "text", ["", "HELLO", "test", "0" * 146, "Z" * 5000, "\x00", "W5" + "0" * 144]
)
def test_59_what_is_no_code_is_unknown_and_leaves_no_trace(gate, ticket, text):
    scan = replace(scan_of(ticket, at=EVENING), code=text or " ")

    with pytest.raises(UnknownCode):
        check_in(gate, scan)
    assert DoorEntry.objects.count() == 0


def test_59_a_forged_signature_is_unknown(gate, ticket):
    for code in (forged(ticket), forged(ticket, event_number=4_000_000_000)):
        with pytest.raises(UnknownCode):
            check_in(gate, scan_of(at=EVENING, code=code))


def test_59_a_ticket_of_another_event_is_told_apart_from_a_forged_one(gate, ticket, choir, book):
    other = EventFactory(organizer=choir, status="published", starts_at=EVENING)
    theirs = TicketTypeFactory(event=other, kind=TicketKind.FREE, pool=PoolFactory(event=other))

    code = code_of(book(theirs).tickets.get())

    assert type(refused(gate, scan_of(at=EVENING, code=code))) is WrongEvent


def test_59_a_code_is_good_in_its_window_and_two_minutes_around(gate, ticket):
    from bookings.domain.codes import seconds  # noqa: PLC0415 - only here

    window = {"not_before": seconds(EVENING), "not_after": seconds(EVENING + timedelta(hours=1))}
    code = ours(ticket, **window)

    assert type(refused(gate, scan_of(at=EVENING, minutes=-3, code=code))) is NotYet
    assert type(refused(gate, scan_of(at=EVENING, minutes=63, code=code))) is TooLate
    assert check_in(gate, scan_of(at=EVENING, minutes=-1, code=code)).result == "admitted"


def test_55_a_reissued_ticket_s_old_code_is_revoked_and_the_new_one_good(gate, ticket):
    old = code_of(ticket)
    reissue_ticket(ticket, by=None, now=NOW)

    assert type(refused(gate, scan_of(at=EVENING, code=old))) is Revoked
    assert check_in(gate, scan_of(ticket, at=EVENING)).result == "admitted"


def test_59_a_cancelled_ticket_is_revoked(gate, ticket):
    code = code_of(ticket)
    cancel_booking(ticket.booking, tickets=[ticket.pk], by=None, now=NOW)

    assert type(refused(gate, scan_of(at=EVENING, code=code))) is Revoked


def test_61_codes_of_a_revoked_key_are_unknown(gate, ticket):
    code = code_of(ticket)
    TicketKey.objects.update(revoked_at=NOW)

    with pytest.raises(UnknownCode):
        check_in(again(gate, now=NOW), scan_of(at=EVENING, code=code))


def test_a_list_opens_and_closes_with_two_minutes_around(event, ticket, organizer):
    listed(event, opens_at=EVENING, closes_at=EVENING + timedelta(hours=2))
    gate = scanner(event, now=NOW, by=organizer)

    assert type(refused(gate, scan_of(ticket, at=EVENING, minutes=-3))) is NotYet
    assert type(refused(gate, scan_of(ticket, at=EVENING, minutes=123))) is TooLate
    assert check_in(gate, scan_of(ticket, at=EVENING, minutes=-1)).result == "admitted"


def test_a_list_of_some_types_refuses_others_and_the_fitting_one_is_found(
    event, free, ticket, organizer, book
):
    backstage = TicketTypeFactory(event=event, kind=TicketKind.FREE, pool=PoolFactory(event=event))
    stage, hall = listed(event, "Backstage", backstage), listed(event, "Hall", free)
    gate = scanner(event, now=NOW, by=organizer)

    error = refused(gate, scan_of(ticket, at=EVENING, check_in_list=stage.pk))

    assert type(error) is NotOnList
    assert check_in(gate, scan_of(ticket, at=EVENING)).check_in_list == hall.pk


def test_60_a_scanner_works_for_its_lists_alone(event, ticket, organizer):
    mine, other = listed(event, "North"), listed(event, "South")
    gate = scanner(event, lists=[mine], now=NOW, by=organizer)

    with pytest.raises(rules.NoSuchList):
        check_in(gate, scan_of(ticket, at=EVENING, check_in_list=other.pk))
    assert [one.id for one in gate.lists] == [mine.pk]


@pytest.mark.parametrize(
    ("rule", "steps", "came_to"),
    [
        (EntryRule.ONCE, "ii", ["admitted", "already_used"]),
        (EntryRule.ONCE, "ioi", ["admitted", "admitted", "already_used"]),
        (EntryRule.ONCE, "iui", ["admitted", "admitted", "admitted"]),
        (EntryRule.ONCE, "iuii", ["admitted", "admitted", "admitted", "already_used"]),
        (EntryRule.REENTRY, "ii", ["admitted", "already_used"]),
        (EntryRule.REENTRY, "ioio", ["admitted"] * 4),
        (EntryRule.REENTRY, "ioii", ["admitted", "admitted", "admitted", "already_used"]),
        (EntryRule.REENTRY, "oi", ["not_inside", "admitted"]),
        (EntryRule.REENTRY, "ioo", ["admitted", "admitted", "not_inside"]),
        (EntryRule.REENTRY, "iuo", ["admitted", "admitted", "not_inside"]),
        (EntryRule.REENTRY, "iuioi", ["admitted"] * 5),
        (EntryRule.MANY, "iii", ["admitted"] * 3),
        (EntryRule.MANY, "iuioii", ["admitted"] * 6),
    ],
)
def test_what_was_before_decides_by_the_list_s_rule(event, ticket, organizer, rule, steps, came_to):
    listed(event, entries=rule)
    gate = scanner(event, now=NOW, by=organizer)

    def step(number, letter):
        if letter == "u":
            undo_entry(gate, ticket.pk, check_in_list=None, nonce=f"u{number}", pin="", now=EVENING)
            return "admitted"
        act = scan_of if letter == "i" else out_of
        try:
            return check_in(gate, act(ticket, at=EVENING, minutes=number)).result
        except rules.NotAdmitted as error:
            return error.code

    assert [step(*each) for each in enumerate(steps)] == came_to


@pytest.mark.parametrize("rule", [EntryRule.ONCE, EntryRule.REENTRY])
def test_a_list_that_becomes_stricter_lets_in_again_after_an_undo_and_only_once(
    event, ticket, organizer, rule
):
    row = listed(event, entries=EntryRule.MANY)
    gate = scanner(event, now=NOW, by=organizer)
    for minute in range(3):
        check_in(gate, scan_of(ticket, at=EVENING, minutes=minute))
    CheckInList.objects.filter(pk=row.pk).update(entries=rule)
    gate = again(gate, now=NOW)
    refused(gate, scan_of(ticket, at=EVENING, minutes=4))

    undo_entry(gate, ticket.pk, check_in_list=None, nonce="undo", pin="", now=EVENING)
    outcome = check_in(gate, scan_of(ticket, at=EVENING, minutes=5))

    assert (outcome.result, DoorEntry.objects.get(nonce=outcome.nonce).turn) == ("admitted", 4)
    assert isinstance(refused(gate, scan_of(ticket, at=EVENING, minutes=6)), AlreadyUsed)


def test_undoing_what_nobody_did_is_refused(gate, ticket):
    with pytest.raises(NotInside):
        undo_entry(gate, ticket.pk, check_in_list=None, nonce="u", pin="", now=EVENING)


def test_by_hand_a_ticket_needs_no_code(gate, ticket):
    outcome = check_in(gate, scan_of(at=EVENING, ticket=ticket.pk))

    assert (outcome.result, DoorEntry.objects.get().is_by_hand) == ("admitted", True)


@pytest.mark.parametrize("words", ["ada", "ADA A", "reference", "spelled"])
def test_people_are_found_by_name_and_by_reference(gate, ticket, words):
    reference = ticket.booking.reference
    said = {"reference": reference, "spelled": f"{reference[:4]} {reference[4:].lower()}"}

    found = look_up(gate, said.get(words, words), check_in_list=None, pin="")

    assert {one.attendee for one in found} == {ADA.name}
    assert len(found) == 3


def test_only_who_knows_the_pin_looks_people_up_or_undoes(event, ticket, organizer):
    row = listed(event)
    CheckInList.objects.filter(pk=row.pk).update(pin_digest=pin_digest(row.pk, "4711"))
    gate = scanner(event, now=NOW, by=organizer)
    check_in(gate, scan_of(ticket, at=EVENING))

    for pin in ("", "0000"):
        with pytest.raises(PinNeeded):
            look_up(gate, "ada", check_in_list=None, pin=pin)
        with pytest.raises(PinNeeded):
            undo_entry(gate, ticket.pk, check_in_list=None, nonce="u", pin=pin, now=EVENING)
    assert len(look_up(gate, "ada", check_in_list=None, pin="4711")) == 3


def test_60_a_token_counts_until_it_is_revoked_and_a_week_after_the_event(event, organizer):
    device, token = new_device(event, name="Phone", by=organizer, now=NOW)
    week = timedelta(days=7)

    assert door_by_token(token, now=NOW).device_id == device.pk
    assert door_by_token(token, now=event.ends_at + week - timedelta(seconds=1)) is not None
    assert door_by_token(token, now=event.ends_at + week) is None
    assert door_by_token("door_no-such-token", now=NOW) is None
    revoke_device(device, by=organizer, now=NOW)
    assert door_by_token(token, now=NOW) is None


def test_60_the_token_is_not_readable_in_the_database(event, organizer):
    _device, token = new_device(event, name="Phone", by=organizer, now=NOW)

    assert token not in str(list(Device.objects.values()))


def test_totals_count_who_came_in_without_what_was_undone(gate, event, tickets, organizer):
    south = scanner(event, "South gate", now=NOW, by=organizer)
    for one in tickets:
        check_in(gate, scan_of(one, at=EVENING))
    undo_entry(south, tickets[0].pk, check_in_list=None, nonce="u", pin="", now=EVENING)
    check_in(south, scan_of(tickets[0], at=EVENING))

    totals = {one.gate: (one.came_in, one.went_out) for one in totals_of(event.pk)}

    assert totals == {"North gate": (2, 0), "South gate": (1, 0)}


def test_a_check_in_takes_two_statements_after_the_scanner_is_known(gate, ticket):
    scan = scan_of(ticket, at=EVENING)

    assert len(queries_of(lambda: check_in(gate, scan))) == 2


def test_revocations_are_written_for_codes_that_were_given_out_and_no_others(
    free, paid, book, ticket
):
    from bookings.domain.expiring import release_expired_holds  # noqa: PLC0415 - only here

    held = book(paid, buyer=replace(ADA, email="bob@example.org"))
    release_expired_holds(now=held.expires_at)
    reissue_ticket(ticket, by=None, now=NOW)
    cancel_booking(ticket.booking, tickets=[ticket.pk], by=None, now=NOW)

    told = list(Revocation.objects.values_list("ticket", "generation", "reason"))
    assert told == [(ticket.pk, 1, "reissued"), (ticket.pk, 2, "void")]


def test_the_database_admits_nobody_twice_whatever_the_code_does(gate, ticket):
    check_in(gate, scan_of(ticket, at=EVENING))
    entry = DoorEntry.objects.get()
    entry.pk, entry.nonce = None, "another"

    with pytest.raises(IntegrityError, match="admitted_once_a_turn"), transaction.atomic():
        entry.save(force_insert=True)


@pytest.mark.parametrize("table", ["bookings_doorentry", "bookings_revocation"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET reason = reason", "TRUNCATE {}"])
def test_what_happened_at_the_door_cannot_be_changed(table, act):
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="denied"):
        cursor.execute(act.format(table))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_of_gates_that_scan_in_the_same_second_one_admits(event, ticket, organizer, attempt):
    gates = [scanner(event, f"Gate {number}", now=NOW, by=organizer) for number in range(8)]
    code = code_of(ticket)

    got = race(8, lambda number: check_in(gates[number], scan_of(at=EVENING, code=code)).result)

    results = Counter(one if isinstance(one, str) else type(one).__name__ for one in got)
    assert results == {"admitted": 1, "AlreadyUsed": 7}
    assert DoorEntry.objects.filter(kind=EntryKind.IN, result="admitted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_one_scan_sent_many_times_at_once_all_get_the_same_answer(gate, ticket):
    scan = scan_of(ticket, at=EVENING)

    assert race(6, lambda _number: check_in(gate, scan).result) == ["admitted"] * 6
    assert DoorEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_revocations_of_an_event_appear_in_their_order(tickets):
    race(3, lambda number: reissue_ticket(tickets[number], by=None, now=NOW))

    assert sorted(Revocation.objects.values_list("ticket", flat=True)) == sorted(
        one.pk for one in tickets
    )
