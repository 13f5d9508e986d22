"""The list of who comes as a file: complete, safe to open, and flat however long."""

import csv
import zipfile
from datetime import datetime
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.audit.models import Entry
from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import Role
from bookings.domain.confirming import cancel_booking
from bookings.domain.door import check_in
from bookings.domain.exports import begin_export
from bookings.domain.on_behalf import book_on_behalf
from bookings.domain.wishes import Attendee, Buyer, WantedLine
from bookings.models import Ticket
from bookings.queries.attendees import Which
from bookings.showing.exporting import as_csv, as_xlsx, export_rows
from tests.bookings.doors import scan_of, scanner
from tests.events.factories import NOW, QuestionFactory
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
DANGEROUS = ["=1+1", "+33 6 12", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1"]


def csv_of(event, **facts):
    facts = {"sees_money": True, **facts}
    text = "".join(as_csv(export_rows(event, facts.pop("which", None), **facts)))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def xlsx_of(event, **facts):
    rows = export_rows(event, facts.pop("which", None), **{"sees_money": True, **facts})
    with as_xlsx(rows) as file:
        title, *others = load_workbook(file).active.iter_rows(values_only=True)
    return [dict(zip(title, one, strict=True)) for one in others]


@pytest.fixture
def question(event):
    return QuestionFactory(event=event, label="What do you eat?", scope="ticket")


@pytest.fixture
def booking(event, free, book, question):
    guests = [
        Attendee(name="Zoë", email="zoe@example.org", answers={str(question.pk): "Soup"}),
        Attendee(name="Bob"),
    ]
    return book(free, 2, attendees=guests, buyer=Buyer(email="ada@example.org", name="Ada"))


def test_each_ticket_is_a_line_with_answers_and_entry(event, free, booking, organizer):
    door = scanner(event, now=NOW, by=organizer)
    check_in(door, scan_of(booking.tickets.get(number=1), at=NOW))

    first, second = csv_of(event)

    assert first == {
        "Ticket": f"{booking.reference}-1", "Booking": booking.reference, "Type": free.name,
        "Status": "Valid", "Name": "Zoë", "E-mail address": "zoe@example.org", "Buyer": "Ada",
        "Buyer's e-mail address": "ada@example.org", "Buyer's telephone number": "",
        "Booked (Europe/Paris)": "2026-06-01 14:00", "Came in (Europe/Paris)": "2026-06-01 14:00",
        "Complimentary": "", "Code": "", "Price (EUR)": "0.00", "Tax in it (EUR)": "0.00",
        "Without tax (EUR)": "0.00", "What do you eat?": "Soup",
    }  # fmt: skip
    assert (second["Name"], second["Came in (Europe/Paris)"]) == ("Bob", "")


def test_a_workbook_says_the_same_in_numbers_and_moments(event, paid, booking, organizer):
    line = WantedLine(ticket_type=paid.pk, quantity=1)
    book_on_behalf(
        event, [line], buyer=Buyer(email="", name="Eve"), is_comp=True, by=organizer, now=NOW
    )

    rows = xlsx_of(event)

    assert [one["Name"] for one in rows] == ["Zoë", "Bob", None]
    assert rows[0]["Booked (Europe/Paris)"] == datetime(2026, 6, 1, 14, 0)  # noqa: DTZ001 - a sheet has no zones
    assert [one["Complimentary"] for one in rows] == [None, None, "yes"]
    assert [one["Price (EUR)"] for one in rows] == [0, 0, 0]


def test_who_sees_no_money_gets_no_sums(event, booking):
    names = csv_of(event, sees_money=False)[0]

    assert [name for name in names if "EUR" in name] == []


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_begins_like_a_formula_is_a_text_in_csv(event, booking, text):
    Ticket.objects.update(attendee_name=text)

    shown = {one["Name"] for one in csv_of(event)}

    assert shown == {f"'{text}"}


def test_nothing_in_a_workbook_is_a_formula_and_texts_are_what_they_were(event, booking, question):
    Ticket.objects.update(attendee_name='=HYPERLINK("http://x")')
    ticket = Ticket.objects.first()
    ticket.answers = {str(question.pk): "=1+1"}
    ticket.save()
    rows = export_rows(event, sees_money=True)

    with as_xlsx(rows) as file:
        sheet = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").decode()
        file.seek(0)
        cell = load_workbook(file).active["E2"]

    assert "<f>" not in sheet
    assert (cell.value, cell.data_type, cell.quotePrefix) == (
        '=HYPERLINK("http://x")', "s", True,
    )  # fmt: skip


def test_what_was_cancelled_is_left_out_unless_asked_for(event, booking, organizer):
    gone = booking.tickets.get(number=2)
    cancel_booking(booking, tickets=[gone.pk], by=None, now=NOW)

    assert [one["Name"] for one in csv_of(event)] == ["Zoë"]
    assert [one["Name"] for one in csv_of(event, which=Which(status="void"))] == ["Bob"]
    assert [one["Status"] for one in csv_of(event, which=Which(status=None))] == ["Valid", "Void"]


def test_the_number_of_statements_is_that_of_the_batches(event, booking):
    with CaptureQueriesContext(connection) as captured:
        csv_of(event)

    assert len(captured) <= 3


def test_exports_are_for_who_sees_bookings_and_are_recorded(choir, event, organizer, stranger):
    with pytest.raises(NoSuchOrganizer):
        begin_export(event, kind="csv", by=stranger, now=NOW)
    member = MembershipFactory(organizer=choir, user=stranger, role=Role.DOOR)
    with pytest.raises(RoleMayNot):
        begin_export(event, kind="csv", by=stranger, now=NOW)
    member.role = Role.VIEWER
    member.save()

    assert begin_export(event, kind="csv", by=stranger, now=NOW) is False
    assert begin_export(event, kind="csv", by=organizer, now=NOW) is True
    assert Entry.objects.filter(action="bookings.exported", object_id=str(event.pk)).count() == 2
