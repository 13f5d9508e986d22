"""Many at the same moment, on real connections."""

from collections import Counter
from threading import Event as Signal

import pytest
from django.db import transaction

from bookings.domain.confirming import confirm_free_booking
from bookings.domain.expiring import release_expired_holds
from bookings.domain.holding import book_places
from bookings.domain.selling import LimitExceeded
from bookings.domain.wishes import Buyer
from bookings.models import Booking, Ticket
from events.domain.codes import CodeUsedUp
from events.domain.places import AllHeld, SoldOut
from events.enums import TicketKind
from events.models import Place
from tests.bookings.conftest import sale_of, wanted
from tests.events.factories import NOW, CodeFactory, PoolFactory, TicketTypeFactory
from tests.kit.races import race
from tests.kit.soundness import assert_sound
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 12


@pytest.fixture(autouse=True)
def _sound_afterwards():
    """Whoever won, everything promised is so: mails too, once they are written."""
    yield
    deliver_all()
    assert_sound()


def outcome(result):
    return type(result).__name__ if isinstance(result, Exception) else result.status


def free_type(event, capacity, **facts):
    pool = PoolFactory(event=event, capacity=capacity)
    return TicketTypeFactory(event=event, kind=TicketKind.FREE, pool=pool, **facts)


def buyer(number):
    return Buyer(email=f"person{number}@example.org")


@pytest.mark.parametrize("attempt", range(5))
def test_of_many_who_want_the_last_place_exactly_one_gets_it(event, book, attempt):
    free = free_type(event, 1)

    got = race(CLIENTS, lambda number: book(free, buyer=buyer(number)))

    assert Counter(map(outcome, got)) == {"confirmed": 1, "SoldOut": CLIENTS - 1}
    assert Ticket.objects.count() == 1


def test_as_many_are_booked_as_there_are_places_and_no_more(event, book):
    free = free_type(event, 8)

    got = race(CLIENTS, lambda number: book(free, 2, buyer=buyer(number)))

    # Who finds places that others are just taking is asked to try again, never told a lie.
    assert Counter(map(outcome, got))["confirmed"] == 4
    assert {type(one) for one in got if isinstance(one, Exception)} <= {SoldOut, AllHeld}
    assert Place.objects.exclude(holder=None).count() == 8


def test_f4_a_claim_that_rolls_back_never_looks_like_sold_out(event):
    free = free_type(event, 10)
    everything_is_locked, others_have_asked = Signal(), Signal()

    def lock_all_and_let_go(_):
        with transaction.atomic():
            list(Place.objects.select_for_update())
            everything_is_locked.set()
            others_have_asked.wait(0.3)

    def ask(number):
        everything_is_locked.wait(5)
        return book_places(
            sale_of(free), wanted(free, buyer=buyer(number)), by=None, now=NOW
        ).status

    got = race(6, lambda number: lock_all_and_let_go(number) if number == 0 else ask(number))

    assert [one for one in got if one is not None] == ["confirmed"] * 5


def test_51_f30_a_code_that_may_be_used_once_is_used_once(event, book):
    free = free_type(event, 50)
    code = CodeFactory(event=event, percent=10, uses=1)

    got = race(CLIENTS, lambda number: book(free, buyer=buyer(number), discount_code=code.code))

    assert Counter(map(outcome, got)) == {"confirmed": 1, "CodeUsedUp": CLIENTS - 1}
    assert {type(one) for one in got if isinstance(one, Exception)} == {CodeUsedUp}


def test_53_one_person_in_many_tabs_has_no_more_than_one_person_may(event, book):
    limited = free_type(event, 50, max_per_person=2)

    got = race(
        CLIENTS, lambda number: book(limited, buyer=Buyer(email=f"ada+{number}@example.org"))
    )

    assert Counter(map(outcome, got)) == {"confirmed": 2, "LimitExceeded": CLIENTS - 2}
    assert {type(one) for one in got if isinstance(one, Exception)} == {LimitExceeded}


def test_a_hold_is_confirmed_or_runs_out_and_never_both(event, book):
    free = free_type(event, 5)
    booking = book(free, is_hold_only=True)
    moment = booking.expires_at

    def act(number):
        if number:
            return release_expired_holds(now=moment)
        return confirm_free_booking(
            Booking.objects.get(pk=booking.pk),
            by=None,
            now=moment.replace(second=0) - (moment - NOW),
        )

    race(2, act)

    booking.refresh_from_db()
    held = Place.objects.filter(holder=booking.pk).count()
    assert (booking.status, held) in {("confirmed", 1), ("expired", 0)}


def test_two_who_want_the_same_two_pools_do_not_wait_in_a_ring(event, book):
    one, two = free_type(event, 20), free_type(event, 20)

    def act(number):
        types = [one, two] if number % 2 else [two, one]
        return [book(each, buyer=buyer(f"{number}-{each.pk}")).status for each in types]

    assert race(8, act) == [["confirmed", "confirmed"]] * 8
