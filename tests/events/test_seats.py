"""Places with a name of their own."""

from uuid import uuid4

import pytest
from django.db import transaction

from accounts.audit.models import Entry
from accounts.domain.permissions import NoSuchOrganizer
from events.domain import seats
from events.domain.copies import duplicate_event
from events.domain.places import claim_places, release_places
from events.domain.pools import Busy, NameTaken, change_pool
from events.domain.seats import (
    MoreSeatsThanPlaces,
    SeatNameUnclear,
    SeatTaken,
    SeatTwice,
    name_seats,
)
from events.models import Pool
from tests.events.factories import NOW, PoolFactory
from tests.kit.queries import queries_of
from tests.kit.races import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(event):
    return PoolFactory(event=event, name="Hall", capacity=4)


def seats_of(pool):
    return list(pool.places.order_by("number").values_list("seat", flat=True))


def test_places_are_named_in_order_and_what_is_left_out_has_no_name(hall, organizer):
    name_seats(hall, ["A 1", " A  2 ", "", "B 1"], by=organizer, now=NOW)
    assert seats_of(hall) == ["A 1", "A 2", None, "B 1"]

    name_seats(hall, ["A 2", "A 1"], by=organizer, now=NOW)
    assert seats_of(hall) == ["A 2", "A 1", None, None]

    name_seats(hall, ["A 2", "A 1"], by=organizer, now=NOW)
    assert Entry.objects.filter(action="pools.seats_named").count() == 2


def test_naming_costs_the_same_however_many_seats_there_are(event, organizer):
    small, large = (PoolFactory(event=event, capacity=number) for number in (1, 2000))

    def cost(pool):
        names = [f"Seat {number}" for number in range(pool.capacity)]
        return len(queries_of(lambda: name_seats(pool, names, by=organizer, now=NOW)))

    assert cost(small) == cost(large)


@pytest.mark.parametrize(
    ("names", "error"),
    [
        (["A", "A "], SeatTwice),
        (["x" * 41], SeatNameUnclear),
        (["A", "B", "C", "D", "E"], MoreSeatsThanPlaces),
    ],
)
def test_names_that_cannot_be_are_refused(hall, organizer, names, error):
    with pytest.raises(error):
        name_seats(hall, names, by=organizer, now=NOW)
    assert seats_of(hall) == [None] * 4


def test_a_seat_that_somebody_has_keeps_its_name(hall, organizer):
    name_seats(hall, ["A", "B", "C", "D"], by=organizer, now=NOW)
    holder = uuid4()
    claim_places(hall, 4, holder=holder, now=NOW)
    release_places(holder=holder, places=[hall.places.get(seat="D").pk])

    with pytest.raises(SeatTaken) as caught:
        name_seats(hall, ["A", "X", "C", "D"], by=organizer, now=NOW)
    assert caught.value.facts == {"seat": "B"}
    name_seats(hall, ["A", "B", "C", "E"], by=organizer, now=NOW)
    assert seats_of(hall) == ["A", "B", "C", "E"]


def test_19_a_stranger_names_no_seat(hall, stranger):
    with pytest.raises(NoSuchOrganizer):
        name_seats(hall, ["A"], by=stranger, now=NOW)


def test_a_duplicate_has_the_same_seats(event, hall, organizer):
    name_seats(hall, ["A", "B"], by=organizer, now=NOW)

    copy = duplicate_event(event, by=organizer, now=NOW)

    assert seats_of(copy.pools.get(name="Hall")) == ["A", "B", None, None]


@pytest.mark.django_db(transaction=True)
def test_naming_waits_for_nobody_who_is_claiming(hall, organizer, monkeypatch):
    monkeypatch.setattr(seats, "PAUSE", 0.01)

    def name(_):
        name_seats(hall, ["A"], by=organizer, now=NOW)

    with transaction.atomic():
        claim_places(hall, 1, holder=uuid4(), now=NOW)
        (meanwhile,) = race(1, name)
    (afterwards,) = race(1, name)

    assert isinstance(meanwhile, Busy)
    assert afterwards is None or isinstance(afterwards, SeatTaken)


def test_a_pool_s_name_capacity_and_position_change_together_or_not_at_all(event, hall, organizer):
    change_pool(hall, {"name": "Stalls", "capacity": 5, "position": 2}, by=organizer, now=NOW)
    hall.refresh_from_db()
    assert (hall.name, hall.capacity, hall.position) == ("Stalls", 5, 2)

    PoolFactory(event=event, name="Balcony")
    with pytest.raises(NameTaken), transaction.atomic():
        change_pool(hall, {"position": 1, "name": "Balcony"}, by=organizer, now=NOW)
    assert Pool.objects.get(pk=hall.pk).position == 2
