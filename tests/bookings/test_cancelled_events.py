"""An event that will not be: its bookings end, everybody is told once, and the money's word is given."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts.notifications.models import Message
from bookings.announcements import BookingCancelled, CancellingDue
from bookings.domain.cancelling import cancel_batch
from bookings.domain.confirming import cancel_booking, confirm_paid_booking
from bookings.domain.wishes import Attendee, Buyer
from bookings.enums import BookingStatus, TicketStatus
from bookings.models import Booking, Ticket
from events.domain.lifecycle import cancel_event
from events.models import Place
from tests.bookings.factories import guard_hold
from tests.events.factories import NOW
from tests.kit.mails import kinds_sent
from tests.kit.soundness import assert_sound
from ticketing.core.models import AnnouncedEvent
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db
BOB = Attendee(name="Bob", email="bob@example.org")


def whys():
    rows = AnnouncedEvent.objects.filter(name="bookings.booking_cancelled")
    return sorted(BookingCancelled.from_body(row.body).why for row in rows)


def test_bookings_of_a_cancelled_event_end_in_batches_and_their_places_are_free(
    free, paid, event, organizer, book, monkeypatch
):
    monkeypatch.setattr("bookings.domain.cancelling.ENDED_AT_ONCE", 2)
    bookings = [book(free, buyer=Buyer(email=f"person{n}@example.org")) for n in range(5)]
    held = book(paid)
    deliver_all(now=NOW)

    cancel_event(event, notice="The singer is ill.", by=organizer, now=NOW)
    deliver_all(now=NOW)

    found = Booking.objects.filter(pk__in=[one.pk for one in [*bookings, held]])
    assert set(found.values_list("status", flat=True)) == {BookingStatus.CANCELLED}
    assert set(Ticket.objects.values_list("status", flat=True)) == {TicketStatus.VOID}
    assert not Place.objects.filter(holder__isnull=False).exists()
    assert whys() == ["", *["event_cancelled"] * 5]
    assert_sound()


def test_everybody_of_a_cancelled_event_gets_one_mail_and_not_two(free, event, organizer, book):
    book(free, 2, attendees=[Attendee(name="Ada"), BOB])
    deliver_all(now=NOW)
    before = len(mail.outbox)

    cancel_event(event, by=organizer, now=NOW)
    deliver_all(now=NOW)

    told = [(one.to, one.subject) for one in mail.outbox[before:]]
    assert sorted(told) == [
        (["ada@example.org"], "Cancelled: Quiet songs"),
        (["bob@example.org"], "Cancelled: Quiet songs"),
    ]


def test_a_batch_that_is_run_again_ends_and_tells_nothing_twice(free, event, organizer, book):
    book(free)
    deliver_all(now=NOW)
    cancel_event(event, by=organizer, now=NOW)
    due = CancellingDue(event_id=event.pk, occasion="an-id")

    counts = [cancel_batch(due, now=NOW) for _ in range(2)]
    deliver_all(now=NOW)

    assert counts == [1, 0]
    assert Message.objects.filter(kind="event_cancelled").count() == 1


def test_what_is_being_paid_for_ends_once_the_money_is_there(paid, event, organizer, book):
    booking = book(paid)
    guard_hold(booking, until=NOW + timedelta(minutes=10))
    cancel_event(event, by=organizer, now=NOW)
    deliver_all(now=NOW)
    booking.refresh_from_db()
    assert booking.status == BookingStatus.HELD

    confirm_paid_booking(booking, now=NOW)
    deliver_all(now=NOW)

    booking.refresh_from_db()
    assert (booking.status, booking.cancel_reason) == ("cancelled", "The event was cancelled.")
    assert kinds_sent() == ["event_cancelled"]
    assert whys() == ["event_cancelled"]
    assert_sound()


def test_who_gave_up_before_is_told_nothing_more(free, event, organizer, book):
    booking = book(free)
    cancel_booking(booking, by=None, now=NOW)
    deliver_all(now=NOW)

    cancel_event(event, by=organizer, now=NOW)
    deliver_all(now=NOW)

    assert kinds_sent() == ["booking_cancelled"]
