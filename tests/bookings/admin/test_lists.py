"""The lists: whose rows, what finds them, what they cost."""

from datetime import timedelta

import pytest

from bookings.domain.door import check_in
from bookings.models import Booking, DoorEntry, Ticket
from tests.bookings.admin.conftest import LISTS
from tests.bookings.conftest import ADA
from tests.bookings.doors import again, code_of, scan_of, scanner
from tests.events.factories import CodeFactory, EventFactory, PoolFactory, TicketTypeFactory
from tests.kit.queries import assert_cost_is_constant, queries_of

pytestmark = pytest.mark.django_db


def shown(client, name, query=""):
    return list(client.get(f"{LISTS[name]}?{query}").context["cl"].result_list)


def opens(client):
    return {name: client.get(address).status_code for name, address in LISTS.items()}


def test_who_sees_bookings_opens_all_lists_and_the_door_none(owner, viewer, door, booking):
    assert set(opens(owner).values()) == {200}
    assert set(opens(viewer).values()) == {200}
    assert set(opens(door).values()) == {302}  # to the log-in: no office of theirs


def test_another_team_s_lists_are_empty(other_team, event, booking, organizer, now):
    check_in(scanner(event, now=now, by=organizer), scan_of(booking.tickets.first(), at=now))

    assert {name: shown(other_team, name) for name in LISTS} == {name: [] for name in LISTS}
    assert "Quiet songs" not in other_team.get(LISTS["booking"]).text


def test_sums_are_shown_to_who_sees_money_alone(owner, viewer, finance, paid, book, now):
    book(paid, now=now)

    texts = [client.get(LISTS["booking"]).text for client in (owner, finance, viewer)]

    assert ["€20.00" in text for text in texts] == [True, True, False]


def test_lists_cost_the_same_however_long(owner, event, book, organizer, now):
    pool = PoolFactory(event=event, capacity=50)
    free = TicketTypeFactory(event=event, kind="free", pool=pool)
    door = scanner(event, now=now, by=organizer)

    def one_more():
        booking = book(free, 2, now=now)
        check_in(again(door, now=now), scan_of(booking.tickets.first(), at=now))

    for name in ("booking", "ticket", "doorentry"):
        assert_cost_is_constant(one_more, lambda name=name: owner.get(LISTS[name]))


def test_nothing_is_counted_over_all_rows(owner, booking):
    for name in ("booking", "ticket", "doorentry"):
        counts = [
            sql for sql in queries_of(lambda name=name: owner.get(LISTS[name]))
            if sql.startswith("SELECT COUNT(*)")
        ]  # fmt: skip
        assert counts == []


def test_pages_lead_on_and_back_by_keys(owner, event, book, now, monkeypatch):
    from bookings.admin.bookings import BookingAdmin  # noqa: PLC0415 - only here

    monkeypatch.setattr(BookingAdmin, "list_per_page", 2)
    free = TicketTypeFactory(event=event, kind="free", pool=PoolFactory(event=event))
    made = [book(free, now=now).pk for _ in range(5)][::-1]

    first = owner.get(LISTS["booking"]).context["cl"]
    second = owner.get(LISTS["booking"] + first.older).context["cl"]
    third = owner.get(LISTS["booking"] + second.older).context["cl"]
    back = owner.get(LISTS["booking"] + third.newer).context["cl"]

    pages = [[one.pk for one in page.result_list] for page in (first, second, third, back)]
    assert pages == [made[:2], made[2:4], made[4:], made[2:4]]
    assert (first.newer, third.older) == (None, None)
    assert owner.get(LISTS["booking"] + "?older_than=nonsense").status_code == 302


def test_bookings_are_found_by_what_people_say(owner, event, free, paid, book, now):
    bob = type(ADA)(email="bob@example.org", name="Bob Builder")
    CodeFactory(event=event, code="CHOIR", percent=100)
    mine = book(free, 2, now=now)
    other = book(paid, buyer=bob, discount_code="CHOIR", now=now)
    ticket = mine.tickets.order_by("number").last()
    Ticket.objects.filter(pk=ticket.pk).update(
        attendee_name="Zoë", attendee_email="zoe@example.org"
    )

    found = {
        words: [one.pk for one in shown(owner, "booking", f"q={words}")]
        for words in (
            mine.reference, mine.reference.lower(), f"{mine.reference}-1", "bob", "Builder", "zoë",
            "zoe@example.org", "BOB@example.org", "choir", "nobody",
        )
    }  # fmt: skip
    by_code = owner.get(LISTS["booking"], {"q": code_of(ticket)}).context["cl"].result_list

    assert found == {
        mine.reference: [mine.pk], mine.reference.lower(): [mine.pk],
        f"{mine.reference}-1": [mine.pk], "bob": [other.pk], "Builder": [other.pk],
        "zoë": [mine.pk], "zoe@example.org": [mine.pk], "BOB@example.org": [other.pk],
        "choir": [other.pk], "nobody": [],
    }  # fmt: skip
    assert [one.pk for one in by_code] == [mine.pk]


def test_tickets_are_found_by_number_name_and_code(owner, booking):
    first, second = booking.tickets.order_by("number")
    Ticket.objects.filter(pk=second.pk).update(attendee_name="Zoë")

    def found(words):
        cl = owner.get(LISTS["ticket"], {"q": words}).context["cl"]
        return {one.pk for one in cl.result_list}

    assert found(f"{booking.reference}-2") == {second.pk}
    assert found(booking.reference) == {first.pk, second.pk}
    assert found("zoë") == {second.pk}
    assert found(code_of(first)) == {first.pk}
    assert found("ada@example.org") == {first.pk, second.pk}


def test_filters_narrow_down(owner, choir, event, free, paid, book, organizer, now):
    gone = EventFactory(organizer=choir, status="published")
    booking, held = book(free, 2, now=now), book(paid, now=now)
    check_in(scanner(event, now=now, by=organizer), scan_of(booking.tickets.first(), at=now))

    def count(name, query):
        return len(shown(owner, name, query))

    assert [count("booking", f"event={one.pk}") for one in (event, gone)] == [2, 0]
    assert count("booking", "status__exact=held") == 1
    assert count("booking", "is_comp__exact=1") == 0
    day = (now + timedelta(days=1)).date()
    assert count("booking", f"created_at_from={day}") == 0
    assert count("ticket", f"event={event.pk}&type={paid.pk}") == 1
    assert [count("ticket", f"in={one}") for one in ("yes", "no")] == [1, 2]
    assert count("doorentry", "result__exact=admitted") == 1
    assert (held.status, DoorEntry.objects.count(), Booking.objects.count()) == ("held", 1, 2)
