"""Which ticket types are on offer: a table of what is true and what is shown then."""

from datetime import timedelta
from uuid import uuid4

import pytest

from events.domain.offers import on_offer
from events.domain.prices import Discount
from events.enums import CodeKind, EventStatus, OfferState
from events.models import Code, Event, Pool, TicketType
from events.queries import PoolCount
from tests.events.factories import NOW

HOUR = timedelta(hours=1)
S = OfferState


def an_event(**facts):
    given = {"status": EventStatus.PUBLISHED, "starts_at": NOW + HOUR, "ends_at": NOW + 2 * HOUR}
    return Event(**given | facts)


def a_type(event, pool=None, **facts):
    return TicketType(event=event, pool=pool or Pool(event=event), name="General", **facts)


def a_code(event, kind=CodeKind.ACCESS, counts_for=(), **facts):
    return Discount(Code(event=event, kind=kind, **facts), {one.pk for one in counts_for})


def offers(event, types, free=100, capacity=100, held=0, **given):
    pools = {one.pool_id: PoolCount(capacity, free, held) for one in types}
    return on_offer(event, types, pools, now=NOW, **given)


def state_of(event, one, **given):
    (offer,) = offers(event, [one], **given)
    return offer.state


@pytest.mark.parametrize(
    ("free", "capacity", "held", "state"),
    [
        (100, 100, 0, S.ON_SALE),
        (11, 100, 0, S.ON_SALE),
        (10, 100, 0, S.FEW_LEFT),
        (101, 1000, 0, S.ON_SALE),
        (100, 1000, 0, S.FEW_LEFT),
        (1, 1, 0, S.FEW_LEFT),
        (0, 100, 0, S.SOLD_OUT),
        (0, 100, 1, S.ALL_HELD),
        (0, 0, 0, S.SOLD_OUT),
        (None, None, 0, S.ON_SALE),
    ],
)
def test_the_state_follows_the_places(free, capacity, held, state):
    event = an_event()
    one = a_type(event)

    (offer,) = offers(event, [one], free=free, capacity=capacity, held=held)

    assert (offer.state, offer.remaining) == (state, free)


@pytest.mark.parametrize(
    ("free", "held", "state"), [(4, 0, S.FEW_LEFT), (3, 0, S.SOLD_OUT), (3, 1, S.ALL_HELD)]
)
def test_fewer_places_than_can_be_booked_at_once_are_none(free, held, state):
    event = an_event()
    one = a_type(event, min_per_order=4)

    assert state_of(event, one, free=free, held=held) == state


@pytest.mark.parametrize(
    ("of_event", "of_type", "state"),
    [
        ({}, {"sale_starts_at": NOW + HOUR}, S.NOT_YET),
        ({}, {"sale_starts_at": NOW}, S.ON_SALE),
        ({}, {"sale_ends_at": NOW}, S.ENDED),
        ({}, {"sale_ends_at": NOW + HOUR}, S.ON_SALE),
        ({"ends_at": NOW}, {}, S.ENDED),
        ({"starts_at": NOW - HOUR}, {}, S.ON_SALE),
        ({"status": EventStatus.CANCELLED}, {}, S.ENDED),
        ({"status": EventStatus.FINISHED}, {}, S.ENDED),
        ({"status": EventStatus.DRAFT}, {}, S.ON_SALE),
        ({"sales_paused_at": NOW}, {}, S.PAUSED),
        ({"sales_paused_at": NOW}, {"sale_starts_at": NOW + HOUR}, S.PAUSED),
        ({"sales_paused_at": NOW}, {"sale_ends_at": NOW}, S.ENDED),
        ({"sales_paused_at": NOW, "starts_at": NOW - HOUR, "ends_at": NOW, "postponed_at": NOW,
          "postponed_from_at": NOW - HOUR}, {}, S.PAUSED),
    ],
)  # fmt: skip
def test_the_state_follows_the_time_before_the_places(of_event, of_type, state):
    event = an_event(**of_event)

    assert state_of(event, a_type(event, **of_type)) == state
    sold_out = state_of(event, a_type(event, **of_type), free=0)
    assert sold_out == (S.SOLD_OUT if state == S.ON_SALE else state)


def test_what_was_withdrawn_is_never_shown_whatever_code_is_given():
    event = an_event()
    one = a_type(event, withdrawn_at=NOW, is_hidden=True)

    assert offers(event, [one], discount=a_code(event, counts_for=[one])) == []


def test_what_is_hidden_is_shown_to_who_has_a_code_that_counts_for_it():
    event = an_event()
    open_one, first, second = (a_type(event), *(a_type(event, is_hidden=True) for _ in "ab"))
    types = [open_one, first, second]

    def shown(discount):
        return [one.ticket_type for one in offers(event, types, discount=discount)]

    assert shown(None) == [open_one]
    assert shown(a_code(event)) == types
    assert shown(a_code(event, counts_for=[second])) == [open_one, second]
    assert shown(a_code(event, CodeKind.PERCENT, [first])) == [open_one, first]
    assert shown(a_code(event, CodeKind.FIXED)) == [open_one]
    assert shown(a_code(event, valid_until=NOW)) == [open_one]
    assert shown(a_code(event, withdrawn_at=NOW)) == [open_one]
    assert shown(a_code(an_event(), counts_for=[first])) == [open_one]


def two_waves(event, **facts):
    early = a_type(event, **facts)
    return early, a_type(event, shown_after=early)


def test_a_later_wave_is_shown_when_the_earlier_is_sold_out_or_over():
    event = an_event()

    def shown(early, late, free, held=0):
        pools = {early.pool_id: PoolCount(10, free, held), late.pool_id: PoolCount(10, 10)}
        return [one.ticket_type is late for one in on_offer(event, [early, late], pools, now=NOW)]

    early, late = two_waves(event)
    assert shown(early, late, free=1) == [False]
    assert shown(early, late, free=0) == [False, True]
    assert shown(early, late, free=0, held=1) == [False]
    assert shown(*two_waves(event, sale_ends_at=NOW), free=5) == [False, True]
    assert shown(*two_waves(event, sale_starts_at=NOW + HOUR), free=5) == [False]
    assert shown(*two_waves(event, withdrawn_at=NOW), free=5) == [True]


def test_a_later_wave_stays_as_it_is_when_sales_pause_or_the_event_ends():
    for facts in ({"sales_paused_at": NOW}, {"ends_at": NOW}, {"status": EventStatus.CANCELLED}):
        event = an_event(**facts)
        early, late = two_waves(event)
        for free, expected in [(5, [early]), (0, [early, late])]:
            pools = {early.pool_id: PoolCount(10, free), late.pool_id: PoolCount(10, 10)}
            shown = on_offer(event, [early, late], pools, now=NOW)
            assert [one.ticket_type for one in shown] == expected


def test_nobody_waits_for_what_is_not_there():
    event = an_event()

    assert len(offers(event, [a_type(event, shown_after_id=uuid4())])) == 1
