"""What a team does for who has booked: by right of a role, and with the guest's own rules."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import Role
from accounts.notifications.models import Message
from bookings.domain import office
from bookings.domain.confirming import NothingToChange
from bookings.domain.references import is_token_of, token_of
from bookings.enums import BookingStatus, TicketStatus
from bookings.models import Booking, Revocation, Ticket
from events.models import Place
from tests.bookings.conftest import ADA
from tests.factories import MembershipFactory
from tests.kit.soundness import assert_sound
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def booking(free, book, now):
    return book(free, 3, now=now - timedelta(hours=1))


def acts_on(booking, by, now):
    ticket = booking.tickets.first()
    return {
        "cancel": lambda: office.cancel_for_guest(booking, by=by, now=now),
        "send": lambda: office.send_again(booking, by=by, now=now),
        "reissue": lambda: office.reissue_for_guest(ticket, by=by, now=now),
        "note": lambda: office.write_note(booking, "Old friend", by=by, now=now),
        "correct": lambda: office.correct_buyer(
            booking, email="bob@example.org", name="Bob", by=by, now=now
        ),
        "rename": lambda: office.rename_attendee(ticket, name="Bob", by=by, now=now),
    }


@pytest.mark.parametrize("role", [Role.VIEWER, Role.FINANCE, Role.DOOR])
def test_office_acts_by_who_may_not_change_nothing(choir, booking, stranger, role, now):
    MembershipFactory(organizer=choir, user=stranger, role=role)
    before = (Booking.objects.values().get(), list(Ticket.objects.values()))

    for act in acts_on(booking, stranger, now).values():
        with pytest.raises(RoleMayNot):
            act()

    assert (Booking.objects.values().get(), list(Ticket.objects.values())) == before


def test_office_acts_by_a_stranger_say_there_is_no_such_thing(booking, stranger, now):
    for act in acts_on(booking, stranger, now).values():
        with pytest.raises(NoSuchOrganizer):
            act()


def test_cancelling_in_part_frees_those_places_after_the_beginning_too(
    booking, event, organizer, now
):
    type(event).objects.filter(pk=event.pk).update(
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
    )
    gone = booking.tickets.first()

    office.cancel_for_guest(booking, tickets=[gone.pk], by=organizer, now=now)

    assert [one.status for one in booking.tickets.order_by("number")] == ["void", "valid", "valid"]
    assert Place.objects.filter(holder=booking.pk).count() == 2
    deliver_all()
    assert_sound()


def test_correcting_the_address_kills_the_links_and_codes_of_the_former(booking, organizer, now):
    deliver_all()
    former = token_of(booking)

    office.correct_buyer(booking, email="Bob@Example.org", name="Bob", by=organizer, now=now)

    assert (booking.buyer_email, booking.mailbox) == ("bob@example.org", "bob@example.org")
    assert not is_token_of(booking, former)
    assert is_token_of(booking, token_of(booking))
    assert {one.generation for one in booking.tickets.all()} == {2}
    assert Revocation.objects.count() == 3
    deliver_all()
    assert Message.objects.filter(address="bob@example.org").count() == 1
    assert_sound()


def test_correcting_the_name_alone_leaves_links_and_codes(booking, organizer, now):
    former = token_of(booking)

    office.correct_buyer(booking, email=ADA.email, name="Ada B.", by=organizer, now=now)

    assert booking.buyer_name == "Ada B."
    assert is_token_of(booking, former)
    assert {one.generation for one in booking.tickets.all()} == {1}


def test_a_booking_of_a_wrong_address_is_no_more_in_that_account(
    free, book, attendee, organizer, now
):
    booking = book(free, now=now, by=attendee, buyer=type(ADA)(email=attendee.email, name="Ada"))

    office.correct_buyer(booking, email="bob@example.org", name="Bob", by=organizer, now=now)

    assert Booking.objects.get().user is None


def test_renaming_with_an_address_sends_that_ticket(booking, organizer, now):
    deliver_all()

    office.rename_attendee(
        booking.tickets.first(), name="Bob", email="bob@example.org", by=organizer, now=now
    )
    deliver_all()

    assert Message.objects.filter(address="bob@example.org").count() == 1
    assert booking.tickets.first().attendee_name == "Bob"


def test_what_is_closed_is_not_renamed_or_corrected(booking, organizer, now):
    office.cancel_for_guest(booking, by=organizer, now=now)

    for name in ("correct", "rename"):
        with pytest.raises(NothingToChange):
            acts_on(booking, organizer, now)[name]()

    assert Booking.objects.get().status == BookingStatus.CANCELLED
    assert {one.status for one in Ticket.objects.all()} == {TicketStatus.VOID}


def test_a_note_is_kept_and_its_former_words_are_in_the_record(booking, organizer, now):
    office.write_note(booking, "Old friend", by=organizer, now=now)
    office.write_note(booking, "Old friend, sits in front", by=organizer, now=now)

    assert Booking.objects.get().note == "Old friend, sits in front"


def test_sending_again_is_another_mail_each_time(booking, organizer, now):
    deliver_all()

    office.send_again(booking, by=organizer, now=now)
    office.send_again(booking, by=organizer, now=now)
    deliver_all()

    assert Message.objects.filter(address=ADA.email).count() == 3
