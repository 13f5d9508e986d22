"""The sweeper: without Redis, by the database's clock, in batches."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings import rounds
from bookings.domain import expiring
from bookings.models import Booking
from events.enums import TicketKind
from tests.bookings.factories import guard_hold
from tests.events.factories import PoolFactory, TicketTypeFactory
from ticketing.core.clock import database_now
from ticketing.core.rounds import Rounds

pytestmark = pytest.mark.django_db


def test_a_round_releases_in_batches_until_none_is_left(event, book, monkeypatch):
    monkeypatch.setattr(expiring, "RELEASED_AT_ONCE", 2)
    pool = PoolFactory(event=event, capacity=10)
    free = TicketTypeFactory(event=event, kind=TicketKind.FREE, pool=pool)
    begun = timezone.now() - timedelta(hours=1)
    for _ in range(5):
        book(free, is_hold_only=True, now=begun)

    released = rounds.release_expired_holds(now=timezone.now())

    assert released == 5
    assert set(Booking.objects.values_list("status", flat=True)) == {"expired"}
    assert not pool.places.exclude(holder=None).exists()


def test_whose_guard_is_over_is_closed_where_they_pay_first(paid, book):
    begun = timezone.now() - timedelta(hours=1)
    booking = book(paid, now=begun)
    guard_hold(booking, until=begun + timedelta(minutes=30))

    rounds.begin_expiring(now=timezone.now())

    booking.refresh_from_db()
    assert booking.status == "expiring"


@pytest.mark.django_db(transaction=True)
def test_f22_a_server_whose_clock_is_wrong_releases_nothing_too_early(free, book, monkeypatch):
    booking = book(free, is_hold_only=True, now=database_now())
    fast = timezone.now() + timedelta(hours=10)
    monkeypatch.setattr(timezone, "now", lambda: fast)

    Rounds().make()

    booking.refresh_from_db()
    assert booking.status == "held"
