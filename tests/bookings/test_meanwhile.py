"""What the house does while people book: it closes seats, cancels the event, keeps rows locked.
Nobody is sold what is not there, and nobody is left without a word."""

from collections import Counter
from datetime import timedelta
from threading import Event as Signal

import pytest
from django.db import transaction

from accounts.notifications.models import Message
from bookings.domain import holding
from bookings.domain.confirming import cancel_booking, confirm_free_booking
from bookings.domain.selling import EventIsCancelled
from bookings.domain.wishes import Buyer
from bookings.models import Booking
from events.domain.lifecycle import cancel_event
from events.domain.places import AllHeld, SoldOut
from events.domain.pools import Busy, PlacesTaken, change_capacity
from events.enums import TicketKind
from events.models import Event, Place, Pool, TicketType
from tests.bookings.conftest import sale_of, wanted
from tests.events.factories import NOW, PoolFactory, TicketTypeFactory
from tests.kit.races import race
from tests.kit.soundness import assert_sound
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 10


@pytest.fixture(autouse=True)
def _sound_afterwards():
    yield
    deliver_all()
    assert_sound()


def buyer(number):
    return Buyer(email=f"person{number}@example.org")


def free_type(event, capacity):
    pool = PoolFactory(event=event, capacity=capacity)
    return TicketTypeFactory(event=event, kind=TicketKind.FREE, pool=pool)


@pytest.mark.parametrize("attempt", range(3))
def test_f29_fewer_places_while_people_book_is_never_fewer_than_are_taken(
    event, book, organizer, attempt
):
    free = free_type(event, 12)

    def act(number):
        if number < BUYERS:
            return book(free, 2, buyer=buyer(number)).status
        if number < BUYERS + 2:
            given_up = book(free, buyer=buyer(number))
            return cancel_booking(given_up, by=None, now=NOW)
        pool = Pool.objects.select_related("event__organizer").get(pk=free.pool_id)
        return change_capacity(pool, capacity=4 + 3 * (number % 2), by=organizer, now=NOW)

    got = race(BUYERS + 4, act)

    refused = {type(one) for one in got if isinstance(one, Exception)}
    assert refused <= {SoldOut, AllHeld, PlacesTaken, Busy}
    pool = Pool.objects.get(pk=free.pool_id)
    taken = Place.objects.filter(pool=pool).exclude(holder=None).count()
    assert taken == 2 * Counter(map(str, got))["confirmed"]
    assert taken <= pool.capacity == pool.places.count()


def test_f29_a_place_that_somebody_gave_back_can_be_taken_away(event, book, organizer):
    free = free_type(event, 2)
    for given_up in (book(free, is_hold_only=True), book(free, buyer=buyer(1))):
        cancel_booking(given_up, by=None, now=NOW)
    pool = Pool.objects.select_related("event__organizer").get(pk=free.pool_id)

    change_capacity(pool, capacity=0, by=organizer, now=NOW)

    assert not pool.places.exists()


def test_f29_whoever_books_while_the_event_is_cancelled_is_told(event, book, organizer):
    """A sale is remembered for a second: some may still book, and none of them in vain."""
    free = free_type(event, 50)
    sale = sale_of(free)

    def act(number):
        if number:
            return holding.book_places(sale, wanted(free, buyer=buyer(number)), by=None, now=NOW)
        return cancel_event(Event.objects.get(pk=event.pk), by=organizer, now=NOW)

    before = book(free, buyer=buyer(100))
    race(BUYERS, act)
    deliver_all()
    late = holding.book_places(
        sale, wanted(free, buyer=buyer(101)), by=None, now=NOW + timedelta(seconds=1)
    )
    deliver_all()

    told = Counter(Message.objects.filter(kind="event_cancelled").values_list("address", flat=True))
    assert told == Counter(Booking.objects.values_list("buyer_email", flat=True))
    assert {before.buyer_email, late.buyer_email} <= told.keys()


def test_f29_a_hold_of_an_event_that_was_cancelled_is_not_confirmed(event, book, organizer):
    held = book(free_type(event, 5), is_hold_only=True)
    cancel_event(Event.objects.get(pk=event.pk), by=organizer, now=NOW)

    with pytest.raises(EventIsCancelled):
        confirm_free_booking(Booking.objects.get(pk=held.pk), by=None, now=NOW)

    assert Booking.objects.get().status == "held"


@pytest.fixture
def locked(event):
    """Rows that somebody keeps locked until the test is over."""
    is_locked, is_over = Signal(), Signal()

    def locking(rows, act):
        def hold(_):
            with transaction.atomic():
                for each in rows:
                    list(each)
                is_locked.set()
                is_over.wait(30)

        def meanwhile(_):
            is_locked.wait(10)
            try:
                return act()
            finally:
                is_over.set()

        return race(2, lambda number: (meanwhile if number else hold)(number))[1]

    return locking


def test_f16_who_edits_the_event_for_long_keeps_nobody_from_booking(event, book, locked):
    free = free_type(event, 5)
    rows = [
        kind.objects.select_for_update(no_key=True, of=("self",))
        for kind in (Event, Pool, TicketType)
    ]

    assert locked(rows, lambda: book(free).status) == "confirmed"


def test_f16_while_all_places_of_a_pool_are_locked_one_is_asked_to_try_again(event, book, locked):
    """Two seconds at most, and other pools know nothing of it."""
    free, other = free_type(event, 5), free_type(event, 5)
    rows = [Place.objects.filter(pool=free.pool).select_for_update()]

    def act():
        with pytest.raises(AllHeld) as error:
            book(free)
        return error.value.retry_after, book(other, buyer=buyer(1)).status

    assert locked(rows, act) == (30, "confirmed")
    assert Place.objects.exclude(holder=None).count() == 1
