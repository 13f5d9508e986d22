"""The report in the back office: of an organizer and of an event, for a time that one chooses."""

import html
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db.models import Q
from django.urls import reverse

from bookings.domain.confirming import cancel_booking
from bookings.queries.within import Period
from events.models import Event, EventCount
from payments.domain.takings import takings_of
from tests.events.factories import NOW, EventFactory, TicketTypeFactory
from tests.factories import OrganizerFactory
from tests.kit.queries import assert_cost_is_constant
from tests.payments.sales import LATER, tickets_of
from ticketing.core.money import Money
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db
ALL = reverse("admin:payments_payment_report")
AROUND = {"since": NOW.date() - timedelta(days=3), "until": NOW.date() + timedelta(days=3)}
BEFORE = {"since": NOW.date() - timedelta(days=9), "until": NOW.date() - timedelta(days=1)}


def of(event, **asked):
    address = reverse("admin:payments_payment_event_report", kwargs={"event": event.pk})
    return f"{address}?{urlencode(asked)}" if asked else address


def of_all(**asked):
    return f"{ALL}?{urlencode(asked)}"


@pytest.fixture
def returned(sold):
    """Two tickets of 20 euros, one of them given back."""
    booking = sold(2)
    deliver_all(now=NOW)
    cancel_booking(booking, tickets=[tickets_of(booking)[0].pk], by=None, now=LATER)
    deliver_all(now=LATER)
    return booking


def words_of(answer):
    body = answer.text.partition('id="content"')[2].partition(">")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_report_of_an_organizer_says_what_was_sold_in_the_time_that_is_asked_for(owner, returned):
    shown = words_of(owner.get(of_all(**AROUND)))
    before = words_of(owner.get(of_all(**BEFORE)))

    for words in (
        "tickets 1 bookings 1 revenue €20.00 came in 0",
        "paid for tickets €40.00 given back -€20.00",
        "yours €20.00",
        "Quiet songs 1 1 €20.00",
    ):
        assert words in shown
    assert "Nothing was looked at, sold or paid in this time." in before
    assert "€" not in before


def test_report_of_an_event_leaves_out_the_others(owner, choir, returned):
    other = EventFactory(organizer=choir, timezone="Asia/Tokyo")
    EventCount(event=other, day=NOW.date(), kind="view", source="direct", count=40).save()

    mine, others = (words_of(owner.get(of(one, **AROUND))) for one in (returned.event, other))

    assert "paid for tickets €40.00" in mine
    assert "looked at 0" in mine
    assert "looked at 40" in others
    assert "No money moved in this time." in others
    assert "Days by the clock of Asia/Tokyo" in others


def test_days_begin_at_the_midnight_of_the_event(owner, sold):
    """Noon in Europe is another day on an island far to the east."""
    event = sold().event
    Event.objects.filter(pk=event.pk).update(timezone="Pacific/Kiritimati")

    first, second = (
        words_of(owner.get(of(event, since=f"2026-06-0{day}", until=f"2026-06-0{day}")))
        for day in (1, 2)
    )

    assert "Nothing was looked at, sold or paid in this time." in first
    assert "tickets 1 bookings 1" in second


def test_takings_leave_nothing_over(returned):
    [one] = takings_of(Q(posting__payment__booking=returned), Period())

    euros = {name: getattr(one, name) for name in ("taken", "given_back", "net")}
    assert euros == {
        "taken": Money(4000, "EUR"),
        "given_back": Money(2000, "EUR"),
        "net": one.taken - one.given_back - one.disputed - one.fees - one.tax,
    }
    assert one.refunds == 1


def test_who_sees_no_money_reads_no_sums(viewer, returned):
    for address in (of_all(**AROUND), of(returned.event, **AROUND)):
        shown = words_of(viewer.get(address))
        assert "tickets 1 bookings 1 came in 0" in shown
        assert "€" not in shown
        assert "€" not in sheet_of(viewer, f"{address}&as=csv")


def sheet_of(client, address):
    return b"".join(client.get(address).streaming_content).decode()


def test_only_the_team_reads_it_as_with_the_call(owner, viewer, other_team, door, event, choir):
    pages = (of_all(organizer=choir.pk), of(event), of_all(organizer="x"))

    answers = {
        client: [client.get(page).status_code for page in pages]
        for client in (owner, viewer, other_team, door)
    }

    assert list(answers.values()) == [
        [200, 200, 404], [200, 200, 404], [404, 404, 404], [302, 302, 302],
    ]  # fmt: skip


def test_the_file_has_the_same_in_rows_and_no_formula(owner, returned):
    Event.objects.filter(pk=returned.event_id).update(title="=cmd()")

    answer = owner.get(of_all(**AROUND, **{"as": "csv"}))
    lines = b"".join(answer.streaming_content).decode().splitlines()

    assert answer["Content-Disposition"].endswith('2026-05-29-2026-06-04.csv"')
    assert lines[0] == "\ufeffPart,Of what,When,Currency,Number,Amount"
    assert "Tickets sold by the day,,2026-06-01,EUR,1,20.00" in lines
    assert "By event,'=cmd(),,EUR,1,20.00" in lines
    assert "Money,given back,,EUR,,-20.00" in lines


def test_a_time_that_cannot_be_is_told_and_nothing_typed_is_lost(owner, event):
    backwards = owner.get(of(event, since="2026-06-04", until="2026-06-01")).text
    too_long = owner.get(of(event, since="2020-06-04", until="2026-06-01")).text
    unclear = owner.get(of(event, since="soon", until="2026-06-01")).text

    assert "This is before the first day." in backwards
    assert 'value="2026-06-04"' in backwards
    assert "Please ask for a year at the most." in too_long
    assert 'value="soon"' in unclear


def test_it_costs_the_same_with_more_events_days_and_bookings(owner, choir, sold):
    def one_more():
        TicketTypeFactory(event=EventFactory(organizer=choir))
        sold()
        deliver_all()

    assert_cost_is_constant(one_more, lambda: owner.get(of_all(**AROUND)))


def test_staff_reads_that_of_whom_they_choose_and_is_told_where_there_is_none(staff_client):
    assert "There is no organizer yet." in staff_client.get(ALL).text

    OrganizerFactory(name="A choir")
    other = OrganizerFactory(name="B choir")

    assert "Report: A choir" in words_of(staff_client.get(ALL))
    assert "Report: B choir" in words_of(staff_client.get(of_all(organizer=other.pk)))


def test_pages_of_the_event_lead_to_it(owner, viewer, event):
    pages = [
        f"/admin/events/event/{event.pk}/change/",
        f"/admin/bookings/booking/?event={event.pk}",
        reverse("admin:bookings_booking_sales", kwargs={"event": event.pk}),
    ]

    assert [of(event) in owner.get(page).text for page in pages] == [True, True, True]
    assert ALL in owner.get("/admin/").text
    assert of(event) in viewer.get(pages[1]).text


def test_a_year_is_drawn_by_the_week_and_listed_by_the_day(owner, returned):
    year = {"since": NOW.date() - timedelta(days=300), "until": NOW.date() + timedelta(days=3)}

    shown = words_of(owner.get(of_all(**year)))

    assert "Tickets sold by the week" in shown
    assert "May 26 1 1 €20.00" in shown
    assert "2026-06-01,EUR,1,20.00" in sheet_of(owner, of_all(**year, **{"as": "csv"}))
