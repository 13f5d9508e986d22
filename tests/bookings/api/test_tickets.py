"""`GET /bookings`, `/tickets` and their files, as a mobile client calls them."""

from datetime import timedelta

import pytest
from django.test import Client

from bookings.domain.codes import signing_key
from bookings.domain.confirming import cancel_booking
from bookings.domain.references import ticket_token_of, token_of
from bookings.domain.wishes import Attendee
from events.enums import TicketKind
from tests.bookings.test_files import codes_in, folder
from tests.events.factories import NOW, EventFactory, PoolFactory, TicketTypeFactory
from tests.kit.api import APIClient
from tests.kit.queries import assert_cost_is_constant
from ticketing.core.outbox import deliver_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
YEARS = timedelta(days=3650)
__all__ = ["folder"]  # a fixture


@pytest.fixture
def mine(free, book, attendee):
    return book(free, 2, by=attendee, attendees=[Attendee(name="Ada"), Attendee(name="Bob")])


def test_who_is_signed_in_lists_their_bookings_the_newest_first(free, book, attendee, stranger):
    for person in (attendee, stranger, attendee, None):
        book(free, by=person)

    answer = APIClient(attendee).get("/bookings?page_size=1")
    following = APIClient(attendee).client.get(
        answer.json()["next"], headers=APIClient(attendee).headers
    )

    references = [
        one["reference"] for page in (answer, following) for one in page.json()["results"]
    ]
    assert references == list(attendee.bookings.order_by("-id").values_list("reference", flat=True))
    assert following.json()["next"] is None


def test_who_is_not_signed_in_has_no_list(mine):
    answer = APIClient().get("/bookings", **{"X-Booking-Token": token_of(mine)})

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_a_list_costs_the_same_however_long_it_is(choir, attendee, book):
    def make():
        event = EventFactory(organizer=choir, status="published", starts_at=NOW + YEARS)
        pool = PoolFactory(event=event, capacity=9)
        book(TicketTypeFactory(event=event, kind=TicketKind.FREE, pool=pool), 2, by=attendee)
        signing_key(event)  # made with the first code of an event

    def ask():
        assert APIClient(attendee).get("/bookings").status_code == 200

    assert_cost_is_constant(make, ask)


def test_a_ticket_shows_its_code_and_where_its_file_is(mine):
    ticket = mine.tickets.first()

    answer = APIClient().get(f"/tickets/{ticket.pk}", **{"X-Booking-Token": token_of(mine)})

    shown = answer.json()
    assert answer.status_code == 200
    assert (shown["id"], shown["serial"], shown["attendee"]) == (
        str(ticket.pk), f"{mine.reference}-1", "Ada",
    )  # fmt: skip
    assert shown["pdf_url"] == f"http://testserver/api/v1/tickets/{ticket.pk}/pdf"


@pytest.mark.parametrize("accept", ["*/*", "application/pdf", "application/json"])
def test_the_file_is_what_it_is_whatever_is_accepted(mine, accept):
    ticket = mine.tickets.first()

    answer = APIClient().get(
        f"/tickets/{ticket.pk}/pdf", **{"X-Booking-Token": token_of(mine), "Accept": accept}
    )

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "private, no-store"
    assert len(codes_in(answer.content)) == 1


def test_a_file_that_is_kept_is_somewhere_else(mine, attendee):
    deliver_all(now=NOW)

    answer = APIClient(attendee).get(f"/bookings/{mine.reference}/pdf")
    there = Client().get(answer["Location"].removeprefix("http://testserver"))

    assert answer.status_code == 302
    assert len(codes_in(b"".join(there.streaming_content))) == 2


PATHS = [
    "/tickets/{ticket}",
    "/tickets/{ticket}/pdf",
    "/bookings/{reference}/pdf",
    "/bookings/{reference}.ics",
]


@pytest.mark.parametrize("path", PATHS)
def test_what_is_somebody_elses_is_not_there(mine, free, book, stranger, path):
    others = token_of(book(free))
    address = path.format(ticket=mine.tickets.first().pk, reference=mine.reference)

    answers = [
        APIClient().get(address),
        APIClient(stranger).get(address),
        APIClient().get(address, **{"X-Booking-Token": others}),
        APIClient().get(address, **{"X-Booking-Token": "ü"}),
    ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(404, "not_found")] * 4


@pytest.mark.parametrize("path", PATHS)
def test_who_booked_is_let_in_by_token_and_by_account(mine, attendee, path):
    address = path.format(ticket=mine.tickets.first().pk, reference=mine.reference)

    answers = [
        APIClient(attendee).get(address),
        APIClient().get(address, **{"X-Booking-Token": token_of(mine)}),
    ]

    assert [one.status_code for one in answers] == [200, 200]


def test_the_token_of_one_ticket_opens_that_ticket_alone(mine):
    first, second = mine.tickets.order_by("number")
    token = {"X-Booking-Token": ticket_token_of(first)}

    codes = [
        APIClient().get(path, **token).status_code
        for path in (f"/tickets/{first.pk}", f"/tickets/{second.pk}", f"/bookings/{mine.reference}")
    ]

    assert codes == [200, 404, 404]


def test_a_void_ticket_is_shown_without_a_code_and_has_no_file(mine, attendee):
    ticket = mine.tickets.first()
    cancel_booking(mine, tickets=[ticket.pk], by=None, now=NOW)

    shown = APIClient(attendee).get(f"/tickets/{ticket.pk}")
    file = APIClient(attendee).get(f"/tickets/{ticket.pk}/pdf")

    assert (shown.json()["status"], shown.json()["code"], shown.json()["pdf_url"]) == (
        "void", None, None,
    )  # fmt: skip
    assert (file.status_code, file.json()["code"]) == (409, "not_confirmed")


def test_a_booking_goes_into_a_calendar(mine, attendee):
    answer = APIClient(attendee).get(f"/bookings/{mine.reference}.ics", Accept="text/calendar")

    lines = answer.content.decode().replace("\r\n ", "").split("\r\n")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"UID:{mine.pk}@testserver" in lines
    assert "SUMMARY:Quiet songs" in lines
    assert "STATUS:CONFIRMED" in lines
    assert max(len(line.encode()) for line in answer.content.decode().split("\r\n")) <= 75


# --- The same for browsers ------------------------------------------------------------------


def test_the_links_of_mails_open_with_their_token_and_without_it_nothing_is_there(mine, client):
    ticket = mine.tickets.first()
    links = {
        f"/bookings/{mine.reference}/tickets.pdf": token_of(mine),
        f"/bookings/{mine.reference}/calendar.ics": token_of(mine),
        f"/tickets/{ticket.pk}/ticket.pdf": ticket_token_of(ticket),
    }

    for path, token in links.items():
        opened, closed = client.get(path, {"token": token}), client.get(path, {"token": "x"})
        assert (opened.status_code, closed.status_code) == (200, 404)
        assert opened["Cache-Control"] == "private, no-store"


def test_who_is_signed_in_opens_their_own_files_without_a_token(mine, attendee, stranger):
    path = f"/bookings/{mine.reference}/tickets.pdf"
    statuses = []
    for person in (attendee, stranger):
        client = Client()
        client.force_login(person)
        statuses.append(client.get(path).status_code)

    assert statuses == [200, 404]
