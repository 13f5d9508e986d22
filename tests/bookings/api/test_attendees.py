"""Who comes and how it goes, over the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from bookings.domain.door import check_in
from events.models import EventCount
from tests.bookings.doors import scan_of, scanner
from tests.factories import MembershipFactory
from tests.kit.api import APIClient
from tests.kit.queries import queries_of

pytestmark = pytest.mark.django_db
CALLS = ["attendees", "attendees.csv", "attendees.xlsx", "report"]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def owner(choir, organizer):
    return APIClient(organizer)


def member(choir, user, role):
    MembershipFactory(organizer=choir, user=user, role=role)
    return APIClient(user)


def path(event, call="attendees"):
    return f"/events/{event.slug}/{call}"


def test_the_list_says_who_comes(owner, event, free, book, organizer, now):
    booking = book(free, 2, now=now)
    door = scanner(event, now=now, by=organizer)
    check_in(door, scan_of(booking.tickets.get(number=1), at=now))

    answer = owner.get(path(event)).json()
    one, two = answer["results"]

    assert (answer["next"], answer["previous"]) == (None, None)
    assert (one["serial"], two["serial"]) == (f"{booking.reference}-1", f"{booking.reference}-2")
    assert one["checked_in_at"] is not None
    assert (two["checked_in_at"], two["buyer_email"], two["price"], two["currency"]) == (
        None, "ada@example.org", 0, "EUR",
    )  # fmt: skip
    assert [len(owner.get(path(event) + f"?checked_in={one}").json()["results"]) for one in
            ("true", "false")] == [1, 1]  # fmt: skip


def test_the_list_goes_on_by_cursors_at_one_cost(owner, event, free, book, now):
    book(free, 5, now=now)

    numbers, address = [], path(event) + "?page_size=2"
    while address:
        answer = owner.get(address.partition("/api/v1")[2] or address).json()
        numbers += [one["serial"][-1] for one in answer["results"]]
        address = answer["next"]
    costs = [len(queries_of(lambda size=size: owner.get(path(event) + f"?page_size={size}")))
             for size in (1, 5)]  # fmt: skip

    assert numbers == ["1", "2", "3", "4", "5"]
    assert costs[0] == costs[1]


def test_files_come_as_files(owner, event, free, book, now):
    book(free, now=now)

    text, sheet = owner.get(path(event, "attendees.csv")), owner.get(path(event, "attendees.xlsx"))

    assert text["Content-Disposition"] == 'attachment; filename="quiet-songs-attendees.csv"'
    assert len(b"".join(text.streaming_content).splitlines()) == 2
    assert b"".join(sheet.streaming_content).startswith(b"PK")
    assert text["Cache-Control"] == "private, no-store"


def test_who_sees_no_money_is_told_no_sums(choir, event, paid, free, book, stranger, now):
    book(free, now=now)
    viewer = member(choir, stranger, Role.VIEWER)

    row = viewer.get(path(event)).json()["results"][0]
    report = viewer.get(path(event, "report")).json()

    assert [name for name in ("price", "tax") if name in row] == []
    assert "revenue" not in report
    assert [one for one in report["ticket_types"] + report["by_day"] if "revenue" in one] == []


@pytest.mark.parametrize("call", CALLS)
def test_the_door_is_not_told_and_strangers_find_nothing(choir, event, steward, stranger, call):
    door = member(choir, steward, Role.DOOR)

    assert door.get(path(event, call)).status_code == 403
    assert APIClient(stranger).get(path(event, call)).status_code == 404
    assert APIClient().get(path(event, call)).status_code == 401


@pytest.mark.parametrize(
    "query", ["status=gone", "ticket_type=x", "checked_in=maybe", "q=" + "x" * 201]
)
def test_what_cannot_be_asked_is_refused(owner, event, query):
    assert owner.get(f"{path(event)}?{query}").status_code == 400


def test_the_report_counts_what_is_sold_held_and_in(owner, event, free, paid, book, organizer, now):
    booking = book(free, 2, now=now - timedelta(hours=1))
    book(paid, 3, now=now)
    EventCount(event=event, day=now.date(), kind="view", source="direct", count=40).save()
    EventCount(event=event, day=now.date(), kind="tickets", source="ours", count=9).save()
    check_in(scanner(event, now=now, by=organizer), scan_of(booking.tickets.get(number=1), at=now))

    told = owner.get(path(event, "report")).json()

    assert (told["sold"], told["held"], told["came_in"], told["revenue"]) == (2, 3, 1, 0)
    assert [(one["sold"], one["held"]) for one in told["ticket_types"]] == [(2, 0), (0, 3)]
    assert [(one["capacity"], one["taken"], one["free"]) for one in told["pools"]] == [
        (5, 2, 3), (5, 3, 2),
    ]  # fmt: skip
    assert [(one["bookings"], one["tickets"]) for one in told["by_hour"]] == [(1, 2)]
    assert [(one["bookings"], one["tickets"]) for one in told["by_day"]] == [(1, 2)]
    assert [one["count"] for one in told["check_ins"]] == [1]
    assert told["funnel"] == {"views": 40, "went_to_tickets": 9, "begun": 2, "confirmed": 1}
