"""Who gets which place: claims by themselves, at once, and while the capacity changes."""

from collections import Counter
from contextlib import contextmanager
from threading import Event as Signal
from threading import Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from events.domain import claims, pools
from events.domain.places import (
    AllHeld,
    SoldOut,
    claim_in_pools,
    claim_places,
    free_places,
    release_places,
)
from events.domain.pools import PlacesTaken, change_capacity
from events.models import Place, Pool
from tests.events.factories import NOW, EventFactory, PoolFactory
from tests.kit.queries import queries_of
from tests.kit.races import race

pytestmark = pytest.mark.django_db


def claim(pool, count=1, *, holder=None, holds=None):
    with transaction.atomic():
        return claim_places(pool, count, holder=holder or uuid4(), now=NOW, holds=holds)


def holders(pool):
    return list(Place.objects.filter(pool=pool).values_list("holder", flat=True))


class Bookings:
    """Stands in for the app that makes holds: some have run out, some are still paid for."""

    def __init__(self, *, run_out=(), open_places=0):
        self.run_out, self.open_places = run_out, open_places

    def release_run_out(self, pool, *, now):
        for holder in self.run_out:
            release_places(holder=holder)

    def places_on_hold(self, pool, *, now):
        return self.open_places


def test_a_claim_takes_so_many_places_for_the_holder():
    pool, holder = PoolFactory(capacity=5), uuid4()

    taken = claim(pool, 3, holder=holder)

    assert sorted(taken) == sorted(Place.objects.filter(holder=holder).values_list("pk", flat=True))
    assert (len(taken), free_places(pool)) == (3, 2)


def test_every_place_is_found_wherever_the_search_begins():
    pool = PoolFactory(capacity=30)

    taken = [place for _ in range(30) for place in claim(pool)]

    assert len(set(taken)) == 30
    with pytest.raises(SoldOut):
        claim(pool)


def test_an_unlimited_pool_is_never_sold_out():
    pool = PoolFactory(capacity=None)

    assert queries_of(lambda: claim_places(pool, 4, holder=uuid4(), now=NOW)) == []
    assert claim(pool, 4) == []


def test_a_claim_for_more_than_is_left_takes_nothing_and_says_what_is_left():
    pool = PoolFactory(capacity=5)
    claim(pool, 3)

    with pytest.raises(SoldOut) as caught:
        claim(pool, 3)

    assert caught.value.facts == {"pool": str(pool.pk), "available": 2}
    assert free_places(pool) == 2


@pytest.mark.parametrize("capacity", [0, 1])
def test_a_claim_for_more_than_there_ever_was_is_sold_out(capacity):
    with pytest.raises(SoldOut):
        claim(PoolFactory(capacity=capacity), 2)


def test_after_a_claim_that_failed_the_transaction_goes_on():
    pool = PoolFactory(capacity=1)

    with transaction.atomic():
        with pytest.raises(SoldOut):
            claim_places(pool, 2, holder=uuid4(), now=NOW)
        assert len(claim_places(pool, 1, holder=uuid4(), now=NOW)) == 1


def test_places_of_holds_that_ran_out_are_taken():
    pool, gone = PoolFactory(capacity=2), uuid4()
    claim(pool, 2, holder=gone)

    assert len(claim(pool, 2, holds=Bookings(run_out=[gone]))) == 2


def test_who_waits_for_a_lock_for_so_long_waits_no_longer_after_a_claim():
    pool, gone = PoolFactory(capacity=1), uuid4()
    claim(pool, 1, holder=gone)

    with transaction.atomic():
        claims.wait_no_longer_than("5s")
        claim(pool, 1, holds=Bookings(run_out=[gone]))
        assert claims.wait_no_longer_than("5s") == "5s"


def test_while_the_last_places_are_only_held_the_answer_is_to_try_again():
    pool = PoolFactory(capacity=3)
    claim(pool, 2)

    with pytest.raises(AllHeld) as caught:
        claim(pool, 2, holds=Bookings(open_places=1))

    assert caught.value.retry_after == 30
    with pytest.raises(SoldOut):
        claim(pool, 3, holds=Bookings(open_places=1))


def test_a_holder_gives_back_all_or_some_and_nobody_else_s():
    pool, holder = PoolFactory(capacity=5), uuid4()
    mine, other = claim(pool, 3, holder=holder), claim(pool, 2)

    assert release_places(holder=holder, places=[mine[0], other[0]]) == 1
    assert release_places(holder=holder) == 2
    assert free_places(pool) == 3


def test_several_pools_are_claimed_all_or_none():
    event, holder = EventFactory(), uuid4()
    seats, parking = PoolFactory(event=event, capacity=4), PoolFactory(event=event, capacity=1)

    with transaction.atomic():
        got = claim_in_pools({parking: 1, seats: 2}, holder=holder, now=NOW)
    assert {pool: len(places) for pool, places in got.items()} == {parking: 1, seats: 2}
    with pytest.raises(SoldOut), transaction.atomic():
        claim_in_pools({parking: 1, seats: 2}, holder=uuid4(), now=NOW)
    assert (free_places(seats), free_places(parking)) == (2, 0)


def test_a_claim_costs_one_statement_however_many_places_there_are():
    for capacity in (10, 1000):
        pool = PoolFactory(capacity=capacity)
        assert len(queries_of(lambda pool=pool: claim_from_first(pool, 1))) == 1
        statements = queries_of(lambda pool=pool: claim_from_first(pool, 4))
        assert [one for one in statements if "SAVEPOINT" not in one] == [statements[1]]


def claim_from_first(pool, count):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claims.secrets, "randbelow", lambda _highest: 0)
        claim_places(pool, count, holder=uuid4(), now=NOW)


def test_a_claim_locks_neither_event_nor_pool():
    pool = PoolFactory()

    statements = " ".join(queries_of(lambda: claim(pool)))

    assert "events_pool" not in statements
    assert "events_event" not in statements


# --- At once -----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("capacity", "count"), [(64, 1), (40, 1), (64, 3)])
def test_64_at_once_get_every_place_once(capacity, count):
    pool = PoolFactory(capacity=capacity)

    got = race(64, lambda _: claim(pool, count))

    taken = [place for one in got if isinstance(one, list) for place in one]
    assert {type(one) for one in got} <= {list, SoldOut, AllHeld}
    assert max(Counter(taken).values()) == 1
    assert len(taken) == min(64 * count, capacity // count * count)
    assert all(number in {0, count} for number in counts(pool))
    assert not any(isinstance(one, AllHeld) for one in got)


def counts(pool):
    return [
        number for holder, number in Counter(holders(pool)).items() if holder is not None
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_rolls_back_never_looks_like_sold_out():
    """One has the last place and lets go of it while another asks: the other gets it."""
    pool = PoolFactory(capacity=1)

    with open_claim(pool) as let_go:
        got: list[int] = []
        asking = Thread(target=lambda: got.extend(claim_and_close(pool)))
        asking.start()
        asking.join(0.3)
        assert asking.is_alive()
        let_go.set()
    asking.join(5)

    assert len(got) == 1


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_stays_open_makes_others_try_again_later(monkeypatch):
    monkeypatch.setattr(claims, "PATIENCE", "200ms")
    pool = PoolFactory(capacity=1)

    with open_claim(pool) as let_go:
        with pytest.raises(AllHeld):
            claim(pool)
        let_go.set()

    assert free_places(pool) == 1


def claim_and_close(pool):
    try:
        return claim(pool)
    finally:
        connection.close()


@contextmanager
def open_claim(pool):
    """Somebody else's transaction that has claimed a place and will roll back."""
    has_claimed, let_go = Signal(), Signal()

    def hold():
        try:
            with transaction.atomic():
                claim_places(pool, 1, holder=uuid4(), now=NOW)
                has_claimed.set()
                let_go.wait(10)
                transaction.set_rollback(True)
        finally:
            connection.close()

    holding = Thread(target=hold)
    holding.start()
    assert has_claimed.wait(5)
    try:
        yield let_go
    finally:
        let_go.set()
        holding.join(5)


@pytest.mark.django_db(transaction=True)
def test_lowering_the_capacity_while_64_claim_loses_and_doubles_nothing(staff):
    pool = PoolFactory(capacity=100)

    def act(number):
        if number == 0:
            return change_capacity(
                Pool.objects.get(pk=pool.pk), capacity=70, by=staff, now=NOW
            )  # fmt: skip
        return claim(pool, 2)

    got = race(64, act)

    assert {type(one) for one in got} <= {
        list,
        SoldOut,
        AllHeld,
        type(None),
        PlacesTaken,
        pools.Busy,
    }
    pool.refresh_from_db()
    claimed = [place for one in got if isinstance(one, list) for place in one]
    assert pool.capacity in {70, 100}
    assert numbers(pool) == list(range(1, pool.capacity + 1))
    assert len(claimed) == len(set(claimed)) == sum(holder is not None for holder in holders(pool))


def numbers(pool):
    return sorted(Place.objects.filter(pool=pool).values_list("number", flat=True))


@pytest.mark.django_db(transaction=True)
def test_claims_and_releases_at_once_leave_the_books_right():
    pool = PoolFactory(capacity=20)

    def act(_number):
        holder = uuid4()
        taken = claim(pool, 2, holder=holder)
        with transaction.atomic():
            return len(taken) - release_places(holder=holder)

    got = race(32, act)

    assert {one for one in got if isinstance(one, int)} == {0}
    assert free_places(pool) == 20


# --- Capacity ----------------------------------------------------------------------------------


def test_capacity_goes_up_and_down_and_numbers_stay_dense(staff):
    pool, holder = PoolFactory(capacity=5), uuid4()
    claim(pool, 2, holder=holder)
    held = set(Place.objects.filter(holder=holder).values_list("pk", flat=True))

    change_capacity(pool, capacity=8, by=staff, now=NOW)
    assert numbers(pool) == list(range(1, 9))
    change_capacity(pool, capacity=2, by=staff, now=NOW)
    assert numbers(pool) == [1, 2]
    assert set(Place.objects.filter(pool=pool).values_list("pk", flat=True)) == held
    check_constraints()


def test_capacity_is_not_lowered_below_what_is_taken(staff):
    pool = PoolFactory(capacity=5)
    claim(pool, 3)

    with pytest.raises(PlacesTaken) as caught:
        change_capacity(pool, capacity=2, by=staff, now=NOW)

    assert caught.value.facts == {"taken": 3}
    assert numbers(pool) == [1, 2, 3, 4, 5]


def check_constraints():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize(
    "break_it",
    [
        lambda pool: Place.objects.filter(pool=pool, number=2).delete(),
        lambda pool: Place.objects.create(pool=pool, number=6),
        lambda pool: Place.objects.filter(pool=pool, number=5).update(number=7),
        lambda pool: Place.objects.filter(pool=pool, number=5).update(number=4),
        lambda pool: Place.objects.filter(pool=pool, number=1).update(number=0),
        lambda pool: Pool.objects.filter(pk=pool.pk).update(capacity=4),
        lambda pool: Pool.objects.filter(pk=pool.pk).update(capacity=6),
        lambda pool: Pool.objects.filter(pk=pool.pk).update(capacity=None),
        lambda pool: Pool.objects.create(event=pool.event, name="More", capacity=1),
        lambda pool: Place.objects.filter(pool=pool, number=1).update(pool=PoolFactory()),
    ],
    ids=["fewer", "more", "gap", "twice", "zero", "lowered", "raised", "unlimited", "empty", "moved"],
)  # fmt: skip
def test_whoever_writes_places_and_capacity_agree(break_it):
    pool = PoolFactory(capacity=5)
    check_constraints()

    def write():
        with transaction.atomic():
            break_it(pool)
            check_constraints()

    with pytest.raises(IntegrityError):
        write()


def test_a_place_has_one_holder_and_is_not_deleted_from_under_it():
    pool, holder = PoolFactory(capacity=2), uuid4()
    claim(pool, 1, holder=holder)
    held = Place.objects.filter(holder=holder)

    with pytest.raises(IntegrityError, match="somebody"), transaction.atomic():
        held.update(holder=uuid4())
    with pytest.raises(IntegrityError, match="somebody"), transaction.atomic():
        held.delete()
