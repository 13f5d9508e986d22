"""Scans without a network: all are kept, the first counts, and the others are told."""

from datetime import timedelta
from itertools import permutations

import pytest

from bookings.domain.confirming import reissue_ticket
from bookings.domain.door import check_in
from bookings.domain.door_sync import sync
from bookings.models import CheckInList, Device, DoorEntry
from tests.bookings.doors import code_of, scan_of, scanner
from tests.events.factories import NOW

pytestmark = pytest.mark.django_db
EVENING = NOW + timedelta(days=3650)
LATER = EVENING + timedelta(hours=2)


@pytest.fixture
def tickets(free, book):
    return list(book(free, 3).tickets.select_related("event").order_by("number"))


@pytest.fixture
def gates(event, organizer):
    return [scanner(event, f"Gate {number}", now=NOW, by=organizer) for number in range(3)]


def results(outcomes):
    return [(one.result, one.reason) for one in outcomes]


def test_offline_scans_are_kept_and_admitted_at_the_time_they_were_made(gates, tickets):
    scans = [scan_of(one, at=EVENING, minutes=number) for number, one in enumerate(tickets)]

    outcomes = sync(gates[0], scans, device_time=LATER, now=LATER)

    assert results(outcomes) == [("admitted", "")] * 3
    entries = DoorEntry.objects.order_by("occurred_at")
    assert [one.occurred_at for one in entries] == [one.scanned_at for one in scans]
    assert {one.received_at for one in entries} == {LATER}


def test_60_scans_sent_again_are_the_same_entries(gates, tickets):
    scans = [scan_of(tickets[0], at=EVENING), scan_of(tickets[0], at=EVENING, minutes=1)]
    first = sync(gates[0], scans, device_time=LATER, now=LATER)

    again = sync(gates[0], scans, device_time=LATER, now=LATER + timedelta(minutes=1))

    assert results(again) == results(first) == [("admitted", ""), ("conflict", "already_used")]
    assert DoorEntry.objects.count() == 2


def test_within_an_upload_the_first_by_time_counts_whatever_the_order(gates, tickets):
    late, early = (scan_of(tickets[0], at=EVENING, minutes=number) for number in (5, 1))

    outcomes = sync(gates[0], [late, early], device_time=LATER, now=LATER)

    assert results(outcomes) == [("conflict", "already_used"), ("admitted", "")]


def test_a_conflict_says_when_and_where_the_first_was(gates, tickets):
    check_in(gates[1], scan_of(tickets[0], at=EVENING))

    (outcome,) = sync(
        gates[0], [scan_of(tickets[0], at=EVENING, minutes=2)], device_time=LATER, now=LATER
    )

    assert (outcome.facts["first_at"], outcome.facts["gate"]) == (EVENING, "Gate 1")


def test_what_is_not_ours_is_kept_too_and_never_stops_the_upload(gates, tickets):
    code = code_of(tickets[1])
    reissue_ticket(tickets[1], by=None, now=NOW)
    scans = [
        scan_of(at=EVENING, code="HELLO"),
        scan_of(at=EVENING, code=code),
        scan_of(tickets[0], at=EVENING),
    ]

    outcomes = sync(gates[0], scans, device_time=None, now=LATER)

    assert results(outcomes) == [
        ("conflict", "unknown_code"), ("conflict", "revoked"), ("admitted", ""),
    ]  # fmt: skip
    assert DoorEntry.objects.count() == 3


def test_a_scan_for_a_list_that_is_gone_is_kept_at_another(gates, tickets, event):
    gone = CheckInList(event=event, name="Gone", withdrawn_at=NOW)
    gone.save()

    outcomes = sync(
        gates[0],
        [scan_of(tickets[0], at=EVENING, check_in_list=gone.pk)],
        device_time=LATER,
        now=LATER,
    )

    assert results(outcomes) == [("admitted", "")]


def test_a_clock_that_is_wrong_is_put_right_and_remembered(gates, tickets):
    wrong_by = timedelta(minutes=30)

    sync(gates[0], [scan_of(tickets[0], at=EVENING - wrong_by)],
         device_time=LATER - wrong_by, now=LATER)  # fmt: skip

    entry = DoorEntry.objects.get()
    assert (entry.scanned_at, entry.occurred_at) == (EVENING - wrong_by, EVENING)
    assert Device.objects.get(pk=gates[0].device_id).skew_seconds == 1800


def test_a_scan_from_the_future_was_made_when_it_came(gates, tickets):
    sync(gates[0], [scan_of(tickets[0], at=LATER, minutes=900)], device_time=None, now=LATER)

    assert DoorEntry.objects.get().occurred_at == LATER


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_f31_of_three_gates_offline_with_skewed_clocks_one_is_accepted_and_two_are_conflicts(
    gates, tickets, order
):
    """True times 1, 2 and 3 minutes past; the clocks say something else altogether."""
    skews = [timedelta(minutes=10), timedelta(minutes=-7), timedelta()]
    ticket = tickets[0]

    for number in order:
        scan = scan_of(ticket, at=EVENING - skews[number], minutes=number + 1)
        sync(gates[number], [scan], device_time=LATER - skews[number], now=LATER)

    undone = set(DoorEntry.objects.filter(kind="undone").values_list("gate", flat=True))
    admitted = DoorEntry.objects.filter(kind="in", result="admitted").order_by("pk").last()
    conflicts = DoorEntry.objects.filter(result="conflict")
    assert admitted.gate == "Gate 0"
    assert sorted((one.gate, one.occurred_at) for one in conflicts) == [
        ("Gate 1", EVENING + timedelta(minutes=2)),
        ("Gate 2", EVENING + timedelta(minutes=3)),
    ]
    assert undone <= {"Gate 1", "Gate 2"}
    stand = DoorEntry.objects.filter(result="admitted")
    assert stand.filter(kind="in").count() - stand.filter(kind="undone").count() == 1
