"""Ticket types, questions, pools and venues as an organizer's team makes them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.audit.models import Entry
from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import Role
from events.domain.events import InvalidValue, NotToBeSet
from events.domain.pools import (
    LimitStays,
    NameTaken,
    PoolInUse,
    TooMany,
    change_capacity,
    create_pool,
    delete_pool,
    rename_pool,
)
from events.domain.ticket_types import (
    FewestAboveMost,
    FreeHasNoPrice,
    LowestPriceTooHigh,
    OfAnotherEvent,
    OptionsNeeded,
    PriceNeeded,
    SaleEndsBeforeItStarts,
    change_ticket_type,
    create_question,
    create_ticket_type,
    withdraw_ticket_type,
)
from events.domain.venues import (
    CountryUnclear,
    PointUnclear,
    VenueInUse,
    create_venue,
    delete_venue,
)
from events.models import Place, Pool, TicketType, Venue
from events.queries import places_left
from tests.events.factories import NOW, EventFactory, PoolFactory, TicketTypeFactory
from tests.factories import MembershipFactory
from tests.kit.queries import assert_cost_is_constant, queries_of

pytestmark = pytest.mark.django_db


def test_a_pool_is_made_with_its_places_in_a_number_of_statements_that_does_not_grow(
    event, organizer
):
    def make(number, capacity):
        return queries_of(
            lambda: create_pool(
                event, name=f"Hall {number}", capacity=capacity, by=organizer, now=NOW
            )
        )

    make(0, 1)
    assert len(make(1, 1)) == len(make(2, 5000))
    assert Place.objects.filter(pool__name="Hall 2").count() == 5000


def test_pools_are_named_once_and_have_a_reasonable_capacity(event, organizer):
    pool = create_pool(event, name=" The  hall ", capacity=None, by=organizer, now=NOW)

    assert pool.name == "The hall"
    with pytest.raises(NameTaken):
        create_pool(event, name="The hall", capacity=1, by=organizer, now=NOW)
    with pytest.raises(NameTaken):
        rename_pool(event.pools.first(), name="The hall", by=organizer, now=NOW)
    for capacity in (-1, 200_001):
        with pytest.raises(TooMany):
            create_pool(event, name="Other", capacity=capacity, by=organizer, now=NOW)


def test_whether_there_is_a_limit_is_settled_by_publishing(event, choir, organizer):
    pool = event.pools.get()
    change_capacity(pool, capacity=None, by=organizer, now=NOW)
    change_capacity(pool, capacity=4, by=organizer, now=NOW)
    published = PoolFactory(event=EventFactory(organizer=choir, status="published"))

    with pytest.raises(LimitStays):
        change_capacity(published, capacity=None, by=organizer, now=NOW)
    assert (pool.capacity, Place.objects.filter(pool=pool).count()) == (4, 4)


def test_a_pool_that_tickets_draw_on_stays(event, organizer):
    spare = create_pool(event, name="Spare", capacity=3, by=organizer, now=NOW)

    delete_pool(spare, by=organizer, now=NOW)
    with pytest.raises(PoolInUse):
        delete_pool(event.pools.get(), by=organizer, now=NOW)
    assert Pool.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "error", "field"),
    [
        ({"name": ""}, InvalidValue, "name"),
        ({"price": 0}, PriceNeeded, "price"),
        ({"price": -1}, InvalidValue, "price"),
        ({"price": 10**12 + 1}, InvalidValue, "price"),
        ({"kind": "free"}, FreeHasNoPrice, "price"),
        ({"min_price": 1}, LowestPriceTooHigh, "min_price"),
        ({"kind": "own_price", "min_price": 2001}, LowestPriceTooHigh, "min_price"),
        ({"sale_starts_at": NOW, "sale_ends_at": NOW}, SaleEndsBeforeItStarts, "sale_ends_at"),
        ({"min_per_order": 3, "max_per_order": 2}, FewestAboveMost, "max_per_order"),
        ({"max_per_order": 101}, FewestAboveMost, "max_per_order"),
        ({"organizer": None}, NotToBeSet, "organizer"),
    ],
)
def test_what_a_ticket_type_cannot_be(event, organizer, facts, error, field):
    given = {"name": "Late", "pool": event.pools.get(), "price": 2000, **facts}

    with pytest.raises(error) as caught:
        create_ticket_type(event, given, by=organizer, now=NOW)

    assert caught.value.field == field
    assert TicketType.objects.count() == 1


def test_a_ticket_type_draws_on_a_pool_of_its_event(event, organizer):
    for facts in ({"pool": PoolFactory()}, {}, {"shown_after": TicketTypeFactory()}):
        given = {"name": "Late", "price": 1, **facts}
        if "shown_after" in facts:
            given["pool"] = event.pools.get()
        with pytest.raises(OfAnotherEvent):
            create_ticket_type(event, given, by=organizer, now=NOW)


def test_a_ticket_type_is_sold_in_its_window_until_it_is_withdrawn(event, organizer):
    one = event.ticket_types.get()
    day = timedelta(days=1)
    change_ticket_type(
        one, {"sale_starts_at": NOW, "sale_ends_at": NOW + day}, by=organizer, now=NOW
    )

    moments = [NOW - day, NOW, NOW + day]
    assert [one.is_sold_at(moment) for moment in moments] == [False, True, False]
    withdraw_ticket_type(one, by=organizer, now=NOW)
    assert not one.is_sold_at(NOW)
    assert event.ticket_types.offered().count() == 0


def test_other_roles_and_strangers_make_nothing(event, choir, stranger):
    viewer = MembershipFactory(organizer=choir, role=Role.VIEWER).user
    one, pool = event.ticket_types.get(), event.pools.get()

    for person, error in [(viewer, RoleMayNot), (stranger, NoSuchOrganizer)]:
        for act in (
            lambda by: create_pool(event, name="x", capacity=1, by=by, now=NOW),
            lambda by: change_capacity(pool, capacity=1, by=by, now=NOW),
            lambda by: change_ticket_type(one, {"price": 1}, by=by, now=NOW),
            lambda by: create_question(event, {"label": "x"}, by=by, now=NOW),
            lambda by: create_venue(choir, {"name": "x"}, by=by, now=NOW),
        ):
            with pytest.raises(error):
                act(person)
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"kind": "choice"}, OptionsNeeded),
        ({"kind": "choice", "options": ["a", "a"]}, OptionsNeeded),
        ({"options": ["a", "b"]}, OptionsNeeded),
        ({"shown_if_answer": "yes"}, InvalidValue),
    ],
)
def test_questions_have_options_where_one_chooses(event, organizer, facts, error):
    with pytest.raises(error):
        create_question(event, {"label": "What do you eat?", **facts}, by=organizer, now=NOW)


def test_a_question_follows_an_answer_that_can_be_given(event, organizer):
    facts = {"label": "What do you eat?", "kind": "choice", "options": ["Fish", "Rice"]}
    first = create_question(event, facts, by=organizer, now=NOW)

    then = {"label": "Which fish?", "shown_if": first, "shown_if_answer": "Fish"}
    assert create_question(event, then, by=organizer, now=NOW).shown_if == first
    with pytest.raises(InvalidValue):
        create_question(event, then | {"shown_if_answer": "Cake"}, by=organizer, now=NOW)


POINT = {"latitude": Decimal("6.37"), "longitude": Decimal("2.43")}
HALL = {"name": "Hall", "city": "Cotonou", "country": "bj", "timezone": "Africa/Porto-Novo"}


def test_a_venue_is_on_earth_and_stays_while_events_are_there(choir, organizer):
    venue = create_venue(choir, HALL | POINT, by=organizer, now=NOW)

    assert venue.country == "BJ"
    for facts, error in [
        ({"country": "Benin"}, InvalidValue),
        ({"country": "1"}, CountryUnclear),
        ({"latitude": 91, "longitude": 0}, PointUnclear),
        ({"longitude": 2}, PointUnclear),
        ({"timezone": "Atlantis"}, InvalidValue),
    ]:
        with pytest.raises(error):
            create_venue(choir, HALL | facts, by=organizer, now=NOW)
    EventFactory(organizer=choir, venue=venue)
    with pytest.raises(VenueInUse):
        delete_venue(venue, by=organizer, now=NOW)
    assert Venue.objects.count() == 1


def test_counting_what_is_left_costs_the_same_for_one_pool_and_for_three(event):
    assert_cost_is_constant(lambda: PoolFactory(event=event), lambda: places_left(event))

    counts = [(count.capacity, count.free) for count in places_left(event).values()]
    assert counts == [(10, 10)] * 4
