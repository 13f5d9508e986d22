"""Booking for somebody, and giving places away: past sale times and limits, never past the places."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import Role
from accounts.notifications.models import Message
from bookings.domain.holding import BuyerNeeded
from bookings.domain.on_behalf import HELD_FOR, book_on_behalf
from bookings.domain.selling import (
    EventIsCancelled,
    LimitExceeded,
    NoSuchTickets,
    NothingWanted,
    SaleOver,
)
from bookings.domain.wishes import Buyer, WantedLine
from bookings.enums import BookingStatus, Channel
from bookings.models import Booking
from events.domain.places import AllHeld, SoldOut
from events.models import Event, Place, TicketType
from tests.bookings.conftest import ADA
from tests.events.factories import EventFactory, QuestionFactory, TicketTypeFactory
from tests.factories import MembershipFactory
from tests.kit.races import race
from tests.kit.soundness import assert_sound
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def give(organizer, now):
    def give(ticket_type, quantity=1, **facts):
        facts = {"buyer": ADA, "by": organizer, "now": now, **facts}
        line = WantedLine(ticket_type=ticket_type.pk, quantity=quantity)
        return book_on_behalf(ticket_type.event, [line], **facts)

    return give


def test_what_costs_nothing_is_confirmed_and_mailed(free, give, organizer):
    booking = give(free, 2, remark="Reads well")

    kept = Booking.objects.get()
    assert (kept.status, kept.channel, kept.booked_by, kept.user, kept.note) == (
        BookingStatus.CONFIRMED, Channel.OFFICE, organizer, None, "Reads well",
    )  # fmt: skip
    assert Place.objects.filter(holder=booking.pk).count() == 2
    deliver_all()
    assert Message.objects.filter(address=ADA.email).count() == 1
    assert_sound()


def test_what_costs_something_is_held_for_the_buyer_who_gets_the_link(paid, give, now):
    booking = give(paid)
    deliver_all()

    assert (booking.status, booking.expires_at, booking.total) == ("held", now + HELD_FOR, 2000)
    assert list(Message.objects.values_list("kind", "address")) == [("booking_links", ADA.email)]
    assert_sound()


def test_a_comp_costs_nothing_whatever_the_price_and_is_marked(paid, give):
    booking = give(paid, 2, is_comp=True)
    deliver_all()

    line = booking.lines.get()
    assert (booking.is_comp, booking.status, booking.total, booking.discount) == (
        True, "confirmed", 0, 4000,
    )  # fmt: skip
    assert (line.unit_price, line.total, line.discount) == (0, 0, 4000)
    assert_sound()


def test_a_comp_neither_asks_nor_counts_for_limits_per_person(free, give, book, now):
    TicketType.objects.filter(pk=free.pk).update(max_per_person=1)
    free.refresh_from_db()

    give(free, 2, is_comp=True)
    book(free, now=now)

    with pytest.raises(LimitExceeded):
        give(free)
    assert Booking.objects.count() == 2


def test_a_comp_needs_places_as_anybody(free, give):
    give(free, 4, is_comp=True)

    with pytest.raises(SoldOut) as error:
        give(free, 2, is_comp=True)

    assert error.value.facts["available"] == 1
    assert Booking.objects.count() == 1
    assert_sound()


def test_places_that_are_held_are_not_given_away(paid, give, book, now):
    book(paid, 5, now=now)

    with pytest.raises(AllHeld):
        give(paid, is_comp=True)


def test_a_name_alone_is_enough_for_what_costs_nothing(paid, give):
    booking = give(paid, is_comp=True, buyer=Buyer(email="", name="Bob at the bar"))

    assert (booking.status, booking.mailbox) == ("confirmed", "")
    deliver_all()
    assert_sound()
    for buyer in (Buyer(email="", name=" "), Buyer(email="")):
        with pytest.raises(BuyerNeeded):
            give(paid, is_comp=True, buyer=buyer)
    with pytest.raises(BuyerNeeded):
        give(paid, buyer=Buyer(email="", name="Bob"))


def test_sale_times_pauses_and_hidden_types_do_not_bind_the_team(event, free, give, now):
    TicketType.objects.filter(pk=free.pk).update(
        sale_starts_at=now + timedelta(days=1), is_hidden=True, max_per_order=1
    )
    Event.objects.filter(pk=event.pk).update(sales_paused_at=now)

    assert give(free, 2).is_confirmed


def test_required_questions_can_be_answered_later(event, free, give):
    QuestionFactory(event=event, is_required=True)

    assert give(free).is_confirmed


@pytest.mark.parametrize(
    ("status", "error"),
    [("cancelled", EventIsCancelled), ("draft", SaleOver), ("finished", SaleOver)],
)
def test_what_is_not_on_is_not_booked(choir, give, status, error):
    event = EventFactory(organizer=choir, status=status)

    with pytest.raises(error):
        give(TicketTypeFactory(event=event), is_comp=True)


def test_what_is_past_is_not_booked(event, free, give, now):
    Event.objects.filter(pk=event.pk).update(
        starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1)
    )

    with pytest.raises(SaleOver):
        give(free)


def test_tickets_of_another_event_or_none_are_refused(event, organizer, free, now):
    other = TicketTypeFactory(event=EventFactory(organizer=event.organizer, status="published"))

    for ticket_type, quantity, error in ((other, 1, NoSuchTickets), (free, 0, NothingWanted)):
        line = WantedLine(ticket_type=ticket_type.pk, quantity=quantity)
        with pytest.raises(error):
            book_on_behalf(event, [line], buyer=ADA, by=organizer, now=now)
    assert Booking.objects.count() == 0


@pytest.mark.parametrize("role", [Role.VIEWER, Role.FINANCE, Role.DOOR])
def test_who_may_not_edit_bookings_books_for_nobody(choir, stranger, free, give, role):
    with pytest.raises(NoSuchOrganizer):
        give(free, by=stranger)
    MembershipFactory(organizer=choir, user=stranger, role=role)
    with pytest.raises(RoleMayNot):
        give(free, by=stranger)

    assert Booking.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_who_give_the_last_places_away_none_gives_one_twice(free, give):
    answers = race(8, lambda _number: give(free, is_comp=True).pk)

    refused = [one for one in answers if isinstance(one, Exception)]
    assert {type(one) for one in refused} <= {SoldOut, AllHeld}
    assert (len(answers) - len(refused), Place.objects.filter(holder=None).count()) == (5, 0)
    assert_sound()
