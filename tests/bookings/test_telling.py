"""What an organizer writes to who has booked: whom it reaches, once, and what stops it."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts.audit.models import Entry
from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import Role
from accounts.notifications.domain.preferences import keep, set_preferences
from accounts.notifications.enums import Channel, Topic
from accounts.notifications.models import Message
from bookings.announcements import AttendeesToTell
from bookings.domain import telling
from bookings.domain.confirming import cancel_booking
from bookings.domain.telling import draft_message, preview, send_message, tell_batch
from bookings.domain.wishes import Buyer
from bookings.models import AttendeeMessage
from bookings.queries.audience import Reach, reach_of
from tests.events.factories import NOW
from tests.factories import MembershipFactory
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db
NEWS = {(Channel.EMAIL, Topic.ORGANIZER_NEWS): False}
TEXT = "Dear {name}, bring a **lamp**.\n\nMore at [our page](https://choir.example/)."


@pytest.fixture
def write(event, organizer):
    def write(**facts):
        given = {"subject": "What to bring", "text": TEXT, "by": organizer, "now": NOW, **facts}
        return draft_message(event, **given)

    return write


@pytest.fixture
def send(organizer):
    def send(message, now=NOW, by=None):
        reached = reach_of(message).reached
        send_message(message, expected=reached, by=by or organizer, now=now)
        deliver_all(now=now)
        message.refresh_from_db()
        return message

    return send


def told():
    return sorted(Message.objects.filter(kind=telling.KIND).values_list("address", flat=True))


def people(book, ticket_type, count):
    for number in range(count):
        book(ticket_type, buyer=Buyer(email=f"person{number}@example.org", name=f"P {number}"))
    deliver_all(now=NOW)


def test_everybody_who_booked_gets_it_once_however_many_bookings(
    free, book, write, send, monkeypatch
):
    monkeypatch.setattr(telling, "TOLD_AT_ONCE", 2)
    people(book, free, 3)
    book(free, buyer=Buyer(email="PERSON0@example.org"))
    cancel_booking(book(free, buyer=Buyer(email="gone@example.org")), by=None, now=NOW)

    message = send(write())

    assert told() == [f"person{number}@example.org" for number in range(3)]
    assert (message.state, message.expected, message.told, message.withheld) == ("done", 3, 3, 0)


def test_the_mail_says_who_writes_and_reads_markdown_with_names(free, book, write, send):
    people(book, free, 1)

    send(write())

    sent = mail.outbox[-1]
    html = sent.alternatives[0].content
    assert sent.subject == "Quiet songs: What to bring"
    assert "Village choir writes to you because you have booked Quiet songs:" in sent.body
    assert "Dear P 0, bring a lamp." in sent.body
    assert "Dear P 0, bring a <strong>lamp</strong>." in html
    assert 'href="https://choir.example/"' in html
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_message_brings_no_html_and_no_template_of_its_own(free, book, write, send):
    people(book, free, 1)

    send(write(text="<script>alert(1)</script> {{ settings.SECRET_KEY }} {unknown}"))

    html = mail.outbox[-1].alternatives[0].content
    assert "<script>alert" not in html
    assert "{{ settings.SECRET_KEY }} {unknown}" in html


def test_who_does_not_want_it_is_counted_and_left_out_and_still_gets_tickets(
    free, book, write, send, attendee
):
    set_preferences(attendee, NEWS, now=NOW)
    keep(NEWS, now=NOW, address="guest@example.org")
    book(free, by=attendee, buyer=Buyer(email=attendee.email))
    book(free, buyer=Buyer(email="guest@example.org"))
    book(free, buyer=Buyer(email="glad@example.org"))
    deliver_all(now=NOW)
    message = write()
    before = reach_of(message)

    message = send(message)

    assert before == Reach(people=3, not_wanting=2)
    assert (message.told, message.withheld) == (3, 2)
    assert [one.to for one in mail.outbox[3:]] == [["glad@example.org"]]
    assert len(mail.outbox[:3]) == 3


def test_some_are_chosen_by_ticket_type(free, paid, book, write, send):
    book(free, buyer=Buyer(email="free@example.org"))

    assert reach_of(write(ticket_type=free)) == Reach(1, 0)
    assert reach_of(write(ticket_type=paid)) == Reach(0, 0)
    with pytest.raises(telling.NobodyToTell):
        send(write(ticket_type=paid))


def test_a_batch_that_is_run_again_tells_nobody_twice(free, book, write, organizer):
    people(book, free, 2)
    message = write()
    send_message(message, expected=2, by=organizer, now=NOW)

    counts = [tell_batch(AttendeesToTell(message_id=message.pk), now=NOW) for _ in range(2)]

    assert counts == [2, 0]
    assert len(told()) == 2


def test_a_number_that_is_not_right_any_more_sends_nothing(free, book, write, organizer):
    people(book, free, 2)

    with pytest.raises(telling.ReachChanged):
        send_message(write(), expected=1, by=organizer, now=NOW)

    assert told() == []


def test_a_fourth_message_of_a_day_waits(free, book, write, send):
    people(book, free, 1)
    for _ in range(3):
        send(write())

    with pytest.raises(telling.ToldEnough) as caught:
        send(write())

    assert caught.value.retry_after == 24 * 3600 + 1
    assert send(write(), now=NOW + timedelta(hours=24)).state == "done"


def test_who_may_not_change_bookings_writes_and_sends_nothing(
    free, book, write, send, choir, attendee, stranger
):
    people(book, free, 1)
    MembershipFactory(organizer=choir, user=attendee, role=Role.VIEWER)
    message = write()

    for by, error in ((attendee, RoleMayNot), (stranger, NoSuchOrganizer)):
        with pytest.raises(error):
            write(by=by)
        with pytest.raises(error):
            send(message, by=by)
    assert told() == []


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"subject": " "}, telling.NothingSaid),
        ({"text": "\n"}, telling.NothingSaid),
        ({"text": "x" * 10_001}, telling.TooMuchSaid),
    ],
)
def test_what_says_nothing_or_too_much_is_refused(write, facts, error):
    with pytest.raises(error):
        write(**facts)
    assert AttendeeMessage.objects.count() == 0


def test_the_preview_shows_no_link_that_opens_a_booking(free, book, write):
    booking = book(free)

    shown = preview(write(), language="en")

    assert booking.reference not in shown.html
    assert "Dear Ada Attendee" in shown.html


def test_sending_is_recorded(free, book, write, send, organizer):
    people(book, free, 1)

    message = send(write())

    entry = Entry.objects.get(action="bookings.attendees_told")
    assert (entry.object_id, entry.organizer) == (str(message.pk), message.organizer_id)
