"""Bookings out of a file: each line said in words or booked once, whoever dies in between."""

from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import Role
from accounts.models import Membership
from accounts.notifications.models import Message
from bookings.announcements import ImportDue
from bookings.domain import importing
from bookings.domain.import_files import ColumnMissing, FileTooLarge, FileUnreadable
from bookings.domain.importing import NothingToImport, begin_import, book_batch, read_import
from bookings.models import Booking, BookingImport, ImportLine
from events.models import Place
from tests.events.factories import QuestionFactory, TicketTypeFactory
from tests.factories import MembershipFactory
from tests.kit.soundness import assert_sound
from ticketing.core.models import AnnouncedEvent
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def stalls(event):
    """Costs something here; who comes by a file has paid elsewhere."""
    return TicketTypeFactory(event=event, name="Stalls", price=2500, pool__capacity=5)


@pytest.fixture
def bring(event, organizer, now):
    def bring(text, **facts):
        content = text.encode() if isinstance(text, str) else text
        facts = {"filename": "old.csv", "by": organizer, "now": now, **facts}
        return read_import(event, content, **facts)

    return bring


def run(row, organizer, now):
    begin_import(row, by=organizer, now=now)
    deliver_all()


def states(row):
    return [(one.number, one.state) for one in row.lines.order_by("number")]


FILE = """E-Mail;Name;Ticket type;Quantity;Who comes;Note;Diet
ada@example.org;Ada;Stalls;2;Ada, Bob;;Soup
bob@example.org;Bob;stalls;1;;Came in 2019;
"""


def test_a_file_is_looked_over_and_then_booked(event, stalls, bring, organizer, now):
    diet = QuestionFactory(event=event, label="Diet", scope="order")

    row = bring(
        FILE.replace("Ada, Bob", "Ada|Eve").replace("|", "\n").replace("Ada\nEve", '"Ada;Eve"')
    )
    assert (states(row), Booking.objects.count()) == ([(2, "waiting"), (3, "waiting")], 0)
    run(row, organizer, now)

    row.refresh_from_db()
    ada, bob = Booking.objects.order_by("buyer_email")
    assert (row.state, states(row)) == ("done", [(2, "booked"), (3, "booked")])
    assert (ada.status, ada.total, ada.discount, ada.is_comp, ada.booked_by, ada.answers) == (
        "confirmed", 0, 5000, False, organizer, {str(diet.pk): "Soup"},
    )  # fmt: skip
    assert [one.attendee_name for one in ada.tickets.order_by("number")] == ["Ada", "Eve"]
    assert bob.note == "Came in 2019"
    assert Message.objects.filter(kind="booking_confirmed").count() == 2
    assert_sound()


def test_each_line_says_what_is_wrong_with_it(event, stalls, bring):
    QuestionFactory(event=event, label="Age", scope="order", kind="number")
    row = bring(
        "email,name,type,quantity,attendees,age\n"
        "nobody,,Stalls,1,,\n"
        ",,Stalls,1,,\n"
        "a@example.org,A,Balcony,1,,\n"
        "a@example.org,A,Stalls,many,,\n"
        "a@example.org,A,Stalls,1,A;B,\n"
        "a@example.org,A,Stalls,1,,old\n"
        "\n"
        "a@example.org,A,Stalls,1,,30\n"
    )

    assert [(one.number, one.problem) for one in row.lines.all()] == [
        (2, "“nobody” is no e-mail address."),
        (3, "There is neither an e-mail address nor a name."),
        (4, "There is no ticket type “Balcony”. There are: “Stalls”."),
        (5, "“many” is no number of tickets: at least 1, at most 100."),
        (6, "There are more names than tickets."),
        (7, "Age: Please look at this answer again."),
        (9, ""),
    ]


def test_the_only_ticket_type_need_not_be_named(stalls, bring):
    assert states(bring("email\nada@example.org\n")) == [(2, "waiting")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_are_read_as_spreadsheets_save_them(stalls, bring, encoding, delimiter):
    text = "email,name\r\nzoe@example.org,Zoë\r\n".replace(",", delimiter)

    row = bring(text.encode(encoding))

    assert row.lines.get().said["name"] == "Zoë"


def test_what_is_no_table_is_refused(event, stalls, bring, monkeypatch):
    TicketTypeFactory(event=event)
    monkeypatch.setattr("bookings.domain.import_files.MOST_LINES", 1)

    for content, error in (
        (b"PK\0\3", FileUnreadable), (b"", FileUnreadable), (b"email\na@b.org", ColumnMissing),
        (b"type\na\nb\n", FileTooLarge),
    ):  # fmt: skip
        with pytest.raises(error):
            bring(content)
    assert BookingImport.objects.count() == 0


def test_the_same_file_again_books_nothing_twice(stalls, bring, organizer, now):
    text = "id,email\n7,ada@example.org\n8,bob@example.org\n"
    run(bring(text), organizer, now)

    again = bring(text.replace("bob@", "robert@") + "9,eve@example.org\n")
    run(again, organizer, now)

    assert states(again) == [(2, "known"), (3, "known"), (4, "booked")]
    assert Booking.objects.count() == 3


def test_equal_lines_without_an_id_are_as_many_bookings(stalls, bring, organizer, now):
    text = "name\nAda\nAda\n"
    run(bring(text), organizer, now)
    run(first := bring(text + "Ada\n"), organizer, now)

    assert states(first) == [(2, "known"), (3, "known"), (4, "booked")]


def test_two_imports_of_one_file_at_once_book_each_line_once(stalls, bring, organizer, now):
    one, other = bring("id,name\n1,Ada\n"), bring("id,name\n1,Ada\n")

    run(one, organizer, now)
    run(other, organizer, now)

    assert (states(one), states(other)) == ([(2, "booked")], [(2, "known")])
    assert Booking.objects.count() == 1
    assert_sound()


def test_when_places_are_gone_the_rest_is_refused_in_words(stalls, bring, organizer, now):
    row = bring("name,quantity\n" + "".join(f"Guest {n},2\n" for n in range(3)) + "Last,1\n")

    run(row, organizer, now)

    assert states(row) == [(2, "booked"), (3, "booked"), (4, "refused"), (5, "booked")]
    assert row.lines.get(number=4).problem == "There are not that many places left."
    assert Place.objects.filter(holder=None).count() == 0
    assert_sound()


def test_a_worker_that_dies_goes_on_where_it_was(stalls, bring, organizer, now, monkeypatch):
    monkeypatch.setattr(importing, "BOOKED_AT_ONCE", 2)
    row = bring("name\n" + "".join(f"Guest {number}\n" for number in range(5)))
    begin_import(row, by=organizer, now=now)
    due = ImportDue(import_id=row.pk, after=0)

    def die(_name):
        raise RuntimeError

    with monkeypatch.context() as dying:
        dying.setattr(importing, "failpoint", die)
        with pytest.raises(RuntimeError):
            book_batch(due, now=now)
    assert Booking.objects.count() == 0

    assert book_batch(due, now=now) == 2
    assert book_batch(due, now=now) == 2  # the same call once more goes on with what waits
    deliver_all()
    row.refresh_from_db()
    assert (row.state, Booking.objects.count()) == ("done", 5)
    assert AnnouncedEvent.objects.filter(name="bookings.import_due").count() >= 3
    assert_sound()


def test_who_lost_the_right_meanwhile_books_no_more(choir, stalls, bring, organizer, now):
    row = bring("name\nAda\n")
    begin_import(row, by=organizer, now=now)
    Membership.objects.filter(user=organizer).update(role=Role.VIEWER)

    deliver_all()

    assert states(row) == [(2, "refused")]
    assert Booking.objects.count() == 0


def test_who_may_not_brings_no_file(choir, stalls, bring, stranger, organizer, now):
    with pytest.raises(NoSuchOrganizer):
        bring("name\nAda\n", by=stranger)
    MembershipFactory(organizer=choir, user=stranger, role=Role.VIEWER)
    with pytest.raises(RoleMayNot):
        bring("name\nAda\n", by=stranger)
    row = bring("name\nAda\n")
    with pytest.raises(RoleMayNot):
        begin_import(row, by=stranger, now=now)


def test_a_file_of_which_nothing_can_be_booked_does_not_begin(stalls, bring, organizer, now):
    row = bring("email\nnobody\n")

    with pytest.raises(NothingToImport):
        begin_import(row, by=organizer, now=now)


def test_an_import_that_is_gone_is_no_error(now):
    assert book_batch(ImportDue(import_id=uuid4(), after=0), now=now) == 0
    assert ImportLine.objects.count() == 0
