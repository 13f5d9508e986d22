"""Who is written to, what it says, and that nobody is written to twice."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail

from accounts.notifications.models import Message
from bookings.announcements import NoticesDue
from bookings.domain import mails
from bookings.domain.confirming import cancel_booking, change_booking, reissue_ticket
from bookings.domain.finding_again import ask_for_links
from bookings.domain.mails import NothingToSend, send_confirmation_again
from bookings.domain.notices import send_notices
from bookings.domain.references import is_ticket_token_of, is_token_of
from bookings.domain.reminders import send_reminders
from bookings.domain.wishes import Attendee, Buyer
from bookings.models import Ticket
from events.domain.lifecycle import cancel_event, postpone
from events.models import EventText
from tests.bookings.conftest import ADA
from tests.events.factories import NOW, VenueFactory
from tests.kit.mails import kinds_sent, last_context, last_message
from tests.kit.queries import queries_of
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db
BOB = Attendee(name="Bob", email="bob@example.org")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def event(event):
    event.venue = VenueFactory(organizer=event.organizer, name="Village hall")
    event.online_url, event.timezone = "", "Europe/Paris"
    event.save()
    return event


def tell():
    deliver_all(now=NOW)


def written():
    """Written down, and not sent yet: what it says is wiped once it is sent."""
    return {one.address: one.kind for one in Message.objects.all()}


def token_in(link):
    return parse_qs(urlsplit(link).query)["token"][0]


def test_who_booked_gets_all_that_is_needed(free, book):
    booking = book(free, 2, attendees=[Attendee(name="Ada"), Attendee(name="Bob")])

    mails.send_confirmation(booking.pk, now=NOW)

    says = last_context("booking_confirmed")
    page = urlsplit(says["link"])
    assert (page.netloc, page.path) == ("testserver", f"/bookings/{booking.reference}/")
    assert is_token_of(booking, token_in(says["link"]))
    assert says["event"] == "Quiet songs"
    assert "(Central European" in says["when"]
    assert says["where"] == "Village hall, Lyon"
    assert says["tickets"] == f"{free.name} (Ada); {free.name} (Bob)"
    assert says["paid"] == ""
    assert (says["name"], says["reference"]) == ("Ada Attendee", booking.reference)


def test_a_mail_is_written_once_however_often_it_is_told(free, book):
    booking = book(free)

    mails.send_confirmation(booking.pk, now=NOW)
    mails.send_confirmation(booking.pk, now=LATER)
    tell()

    assert Message.objects.get().key == f"booking-confirmed:{booking.pk}"
    assert [one.to for one in mail.outbox] == [["ada@example.org"]]
    assert "Quiet songs" in mail.outbox[0].subject


def test_who_comes_along_gets_their_own_ticket_and_no_other(free, book):
    booking = book(free, 3, attendees=[Attendee(name="Ada", email="ADA@example.org"), BOB])

    mails.send_confirmation(booking.pk, now=NOW)

    assert written() == {
        "ada@example.org": "booking_confirmed",
        "bob@example.org": "ticket_for_you",
    }
    says, bobs = last_context("ticket_for_you"), booking.tickets.get(attendee_name="Bob")
    assert says["link"].startswith(f"http://testserver/tickets/{bobs.pk}/ticket.pdf?token=")
    assert is_ticket_token_of(bobs, token_in(says["link"]))
    assert not is_token_of(booking, token_in(says["link"]))
    assert says["ticket"] == f"{free.name} (Bob)"
    assert booking.reference not in str(says)


def test_who_is_named_later_gets_a_ticket_then(free, book):
    booking = book(free)
    tell()
    ticket = booking.tickets.get()

    for _ in range(2):
        change_booking(booking, attendees={ticket.pk: BOB}, by=None, now=LATER)
        tell()

    assert kinds_sent() == ["booking_confirmed", "ticket_for_you"]


def test_a_new_code_is_sent_to_who_has_the_ticket_and_the_former_link_is_dead(free, book):
    booking = book(free, attendees=[BOB])
    mails.send_confirmation(booking.pk, now=NOW)
    former = token_in(last_context("ticket_for_you")["link"])
    ticket = booking.tickets.get()

    reissue_ticket(ticket, by=None, now=LATER)
    mails.send_renewed_ticket(ticket.pk, generation=2, now=LATER)
    mails.send_renewed_ticket(ticket.pk, generation=1, now=LATER)

    ticket = Ticket.objects.get()
    message = last_message("ticket_renewed")
    assert message.address == "bob@example.org"
    assert is_ticket_token_of(ticket, token_in(message.context["link"]))
    assert not is_ticket_token_of(ticket, former)


def test_a_booking_that_costs_something_says_what_and_until_when_it_comes_back(paid, event, book):
    event.refund_until_days, event.refund_fee_percent = 7, 10
    event.terms = "No **bags**.\n\nNo dogs."
    event.save()
    booking = book(paid, 2, has_accepted_terms=True)
    booking.status, booking.confirmed_at = "confirmed", NOW
    booking.save()
    booking.tickets.update(status="valid")

    mails.send_confirmation(booking.pk, now=NOW)

    says = last_context("booking_confirmed")
    assert says["paid"] == "€40.00"
    assert says["refunds"].startswith("Tickets can be handed back until ")
    assert says["refunds"].endswith("; 10 % of the price are kept.")
    assert says["terms"] == "No bags.\n\nNo dogs."


def test_the_mail_is_in_the_readers_language_and_so_is_its_link(free, event, book):
    EventText.objects.create(event=event, language="fr", title="Chansons douces")
    booking = book(free, language="fr-CA")

    mails.send_confirmation(booking.pk, now=NOW)

    says = last_context("booking_confirmed")
    assert says["event"] == "Chansons douces"
    assert urlsplit(says["link"]).path == f"/fr/bookings/{booking.reference}/"
    assert "mai" in says["when"] or "heure" in says["when"]


def test_a_booking_given_up_before_its_mail_gets_the_news_alone(free, book):
    booking = book(free)
    cancel_booking(booking, by=None, now=NOW, reason="Ill.")

    tell()

    assert kinds_sent() == ["booking_cancelled"]


def test_a_hold_that_is_let_go_of_is_nobodys_loss(free, book):
    cancel_booking(book(free, is_hold_only=True), by=None, now=NOW)

    tell()

    assert kinds_sent() == []


def test_all_who_had_a_ticket_learn_that_it_is_void(free, book):
    booking = book(free, 2, attendees=[Attendee(name="Ada"), BOB])
    tell()
    bobs = booking.tickets.get(attendee_name="Bob")

    cancel_booking(booking, tickets=[bobs.pk], by=None, now=NOW)
    mails.send_tickets_cancelled(booking.pk, tickets=[bobs.pk], key="once", now=NOW)

    says = last_context("tickets_cancelled")
    assert (says["tickets"], says["left"]) == (f"{free.name} (Bob)", f"{free.name} (Ada)")
    assert last_message("ticket_void").address == "bob@example.org"


def test_a_mail_can_be_asked_for_again_while_the_booking_stands(free, book):
    booking = book(free)
    tell()

    send_confirmation_again(booking, now=LATER)
    cancel_booking(booking, by=None, now=NOW)

    assert kinds_sent() == ["booking_confirmed"] * 2
    with pytest.raises(NothingToSend):
        send_confirmation_again(booking, now=LATER)


def test_a_long_list_of_tickets_is_cut_and_says_so(event, free, book, monkeypatch):
    monkeypatch.setattr("bookings.words.LONGEST_LIST", 50)
    booking = book(free, 5, attendees=[Attendee(name="Ada Attendee")] * 5)

    mails.send_confirmation(booking.pk, now=NOW)

    assert last_context("booking_confirmed")["tickets"].endswith("; and 4 more")


# --- Notices ---------------------------------------------------------------------------------


def test_everybody_who_booked_learns_that_an_event_is_cancelled_and_once(
    free, event, organizer, book, monkeypatch
):
    monkeypatch.setattr("bookings.domain.notices.TOLD_AT_ONCE", 2)
    for number in range(4):
        book(free, buyer=Buyer(email=f"person{number}@example.org"))
    cancel_booking(book(free, buyer=Buyer(email="gone@example.org")), by=None, now=NOW)
    book(free, is_hold_only=True, buyer=Buyer(email="held@example.org"))
    tell()

    cancel_event(event, notice="The singer is ill.", by=organizer, now=NOW)
    tell()

    told = Message.objects.filter(kind="event_cancelled")
    assert sorted(told.values_list("address", flat=True)) == [
        f"person{number}@example.org" for number in range(4)
    ]
    bodies = [one.body for one in mail.outbox if one.subject.startswith("Cancelled")]
    assert len(bodies) == 4
    assert "The singer is ill." in bodies[0]


def test_a_batch_that_is_told_again_tells_nobody_twice(free, event, organizer, book):
    book(free, attendees=[BOB])
    due = NoticesDue(event_id=event.pk, kind="event_cancelled", occasion="an-id")

    counts = [send_notices(due, now=NOW) for _ in range(2)]

    assert counts == [1, 1]
    assert written() == {"ada@example.org": "event_cancelled", "bob@example.org": "event_cancelled"}


@pytest.mark.parametrize("days", [0, 30])
def test_a_postponed_event_lets_people_keep_or_hand_back(free, event, organizer, book, days):
    book(free)
    tell()

    postpone(
        event,
        starts_at=event.starts_at + timedelta(days=days) if days else None,
        by=organizer,
        now=NOW,
    )
    tell()

    body = mail.outbox[-1].body
    assert mail.outbox[-1].subject == "Postponed: Quiet songs"
    assert "Keep the tickets" in body
    assert "Hand them back" in body
    assert ("The new date is not known yet" in body) == (days == 0)


# --- Reminders and links ------------------------------------------------------------------------


def test_a_reminder_comes_once_and_to_who_did_not_book_just_now(free, event, book):
    book(free, now=NOW)
    book(free, buyer=Buyer(email="late@example.org"), now=event.starts_at - timedelta(hours=2))
    day_before = event.starts_at - timedelta(hours=23)

    counts = [send_reminders(now=at) for at in (NOW, day_before, day_before + timedelta(hours=1))]

    assert counts == [0, 1, 0]
    assert written() == {"ada@example.org": "event_reminder"}


def test_links_to_all_running_bookings_go_to_the_address_they_were_made_with(free, book):
    mine = [book(free), book(free, buyer=Buyer(email="Ada@Example.org"))]
    book(free, buyer=Buyer(email="ada+other@example.org"))
    cancel_booking(book(free), by=None, now=NOW)
    tell()
    Message.objects.all().delete()

    ask_for_links(email=" ADA@example.org ")
    tell()

    assert kinds_sent() == ["booking_links"]
    sent = mail.outbox[-1]
    assert sent.to == ["ada@example.org"]
    for booking in mine:
        assert sent.body.count(f"/bookings/{booking.reference}/") == 1


def test_who_asks_for_links_cannot_tell_whether_there_are_any(free, book):
    book(free)
    tell()
    mail.outbox.clear()

    costs = [
        len(queries_of(lambda email=email: ask_for_links(email=email)))
        for email in (ADA.email, "nobody@example.org")
    ]
    tell()

    assert costs[0] == costs[1]
    assert [one.to for one in mail.outbox] == [["ada@example.org"]]
