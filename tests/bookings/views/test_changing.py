"""After the booking: names, giving up, and one's own list."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.announcements import PersonVerified
from accounts.audit.models import Entry
from bookings.domain.joining import join_guest_bookings
from bookings.enums import BookingStatus
from bookings.models import Booking
from bookings.subscribers import join_guest_bookings_of_person
from tests.bookings.views.conftest import page_of
from tests.events.factories import (
    NOW,
    EventFactory,
    PoolFactory,
    QuestionFactory,
    TicketTypeFactory,
)
from tests.kit.pages import errors_of, text_of
from tests.kit.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def confirmed(free, book) -> Booking:
    return book(free, 2)


def test_names_and_answers_are_changed_and_codes_stay(opening, confirmed, free):
    eats = QuestionFactory(event=free.event, label="What do you eat?")
    client = opening(confirmed)

    asked = client.get(f"{page_of(confirmed)}names/")
    sent = {"tickets.1.name": "Béla", f"tickets.1.answers.{eats.pk}": "Soup"}
    answer = client.post(f"{page_of(confirmed)}names/", sent, follow=True)
    client.post(f"{page_of(confirmed)}names/", {"tickets.1.name": "Béla"})

    first = confirmed.tickets.get(number=1)
    assert "What do you eat?" in text_of(asked)
    assert "The names are changed. The codes stay the same." in text_of(answer)
    assert (first.attendee_name, first.generation, first.answers) == ("Béla", 1, {})


def test_giving_up_asks_first_and_says_what_happens(opening, confirmed):
    client = opening(confirmed)

    answer = client.get(f"{page_of(confirmed)}give-up/")
    nothing = client.post(f"{page_of(confirmed)}give-up/", {})

    assert "This cannot be undone" in text_of(answer)
    assert errors_of(nothing) == {"tickets": ["Please choose at least one ticket."]}
    assert {one.status for one in confirmed.tickets.all()} == {"valid"}


def test_one_ticket_is_given_up_and_the_other_stands(opening, confirmed):
    client = opening(confirmed)
    first = confirmed.tickets.get(number=1)

    answer = client.post(f"{page_of(confirmed)}give-up/", {"tickets": [first.pk]}, follow=True)

    assert "They are given up. Somebody else may come now." in text_of(answer)
    assert f"{confirmed.reference}-2" in text_of(answer)
    assert f"{confirmed.reference}-1" not in text_of(answer)


def test_all_tickets_are_given_up_and_the_page_says_so(opening, confirmed):
    client = opening(confirmed)
    tickets = [one.pk for one in confirmed.tickets.all()]
    sent = {"tickets": tickets, "reason": "A cold"}

    answer = client.post(f"{page_of(confirmed)}give-up/", sent, follow=True)

    confirmed.refresh_from_db()
    assert (confirmed.status, confirmed.cancel_reason) == (BookingStatus.CANCELLED, "A cold")
    assert "Its tickets let nobody in any more." in text_of(answer)


def test_a_ticket_of_somebody_else_cannot_be_given_up(opening, confirmed, free, book):
    other = book(free, 1)

    answer = opening(confirmed).post(
        f"{page_of(confirmed)}give-up/", {"tickets": [other.tickets.get().pk]}
    )

    assert answer.status_code == 400
    assert other.tickets.get().is_valid


def test_once_it_began_nothing_is_given_up(opening, confirmed):
    event = confirmed.event
    event.starts_at = event.ends_at = None
    type(event).objects.filter(pk=event.pk).update(
        starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1)
    )

    answer = opening(confirmed).post(
        f"{page_of(confirmed)}give-up/", {"tickets": [confirmed.tickets.first().pk]}
    )

    assert "The event has begun" in text_of(answer)


def test_places_that_are_held_are_given_back(opening, free, book):
    booking = book(free, 2, is_hold_only=True)
    Booking.objects.update(expires_at=NOW + timedelta(minutes=5))
    client = opening(booking)

    asked = client.get(f"{page_of(booking)}give-up/")
    answer = client.post(f"{page_of(booking)}give-up/", follow=True)

    booking.refresh_from_db()
    assert "2 places are held for you." in text_of(asked)
    assert booking.status == BookingStatus.CANCELLED
    assert "These places were given back. Nothing was charged." in text_of(answer)


# --- one's own -----------------------------------------------------------------------------------


def test_my_bookings_show_what_is_coming_first_the_soonest_on_top(client, attendee, choir, book):
    for title, days in [("Later", 90), ("Gone", -90), ("Soon", 9), ("Long gone", -200)]:
        event = EventFactory(
            organizer=choir, title=title, starts_at=timezone.now() + timedelta(days=1),
            ends_at=timezone.now() + timedelta(days=9999), status="published",
        )  # fmt: skip
        one = TicketTypeFactory(event=event, kind="free", pool=PoolFactory(event=event))
        book(one, by=attendee)
        at = NOW + timedelta(days=days)
        type(event).objects.filter(pk=event.pk).update(
            starts_at=at, ends_at=at + timedelta(hours=2)
        )
    client.force_login(attendee)

    answer = client.get("/account/bookings/")

    assert [row.title for row in answer.context["coming"]] == ["Soon", "Later"]
    assert [row.title for row in answer.context["past"]] == ["Gone", "Long gone"]


def test_my_bookings_are_nobody_elses_and_leave_out_what_came_to_nothing(
    client, attendee, stranger, free, book
):
    book(free, by=stranger)
    book(free, by=attendee, is_hold_only=True)
    Booking.objects.filter(user=attendee).update(expires_at=NOW)
    client.force_login(attendee)

    assert "Nothing booked yet" in text_of(client.get("/account/bookings/"))


def test_my_bookings_cost_the_same_however_many(client, attendee, free, book):
    client.force_login(attendee)
    book(free, by=attendee)
    client.get("/account/bookings/")
    with_one = queries_of(lambda: client.get("/account/bookings/"))
    book(free, by=attendee)
    book(free, by=attendee)

    assert len(queries_of(lambda: client.get("/account/bookings/"))) == len(with_one)


def test_what_a_guest_booked_joins_the_account_whose_address_is_shown_to_be_theirs(
    attendee, free, book
):
    mine = book(free, buyer=buyer("Attendee@example.org"))
    variant = book(free, buyer=buyer("attendee+1@example.org"))
    held = book(free, buyer=buyer(attendee.email), is_hold_only=True)
    event = PersonVerified(person_id=attendee.pk, email=attendee.email)

    join_guest_bookings_of_person(event, now=NOW)

    for one in (mine, variant, held):
        one.refresh_from_db()
    assert (mine.user, variant.user, held.user) == (attendee, None, None)
    assert Entry.objects.filter(action="bookings.joined", object_id=str(mine.pk)).count() == 1
    assert join_guest_bookings(attendee.email, attendee, now=NOW) == 0


def test_what_is_somebodys_already_stays_theirs(attendee, stranger, free, book):
    theirs = book(free, by=stranger, buyer=buyer(attendee.email))

    assert join_guest_bookings(attendee.email, attendee, now=NOW) == 0
    theirs.refresh_from_db()
    assert theirs.user == stranger


def buyer(email):
    from bookings.domain.wishes import Buyer  # noqa: PLC0415 - only here

    return Buyer(email=email, name="Ada")


def test_links_are_asked_for_again_and_every_address_is_answered_alike(client, free, book):
    book(free)

    known = client.post("/bookings/find/", {"email": "ada@example.org"})
    unknown = client.post("/bookings/find/", {"email": "eve@example.org"})
    wrong = client.post("/bookings/find/", {"email": "ada"})

    assert text_of(known).replace("ada@", "eve@") == text_of(unknown)
    assert (known.status_code, unknown.status_code) == (200, 200)
    assert errors_of(wrong) == {"email": ["Enter a valid email address."]}
