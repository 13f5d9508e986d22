"""What every gateway does where no answer comes: nobody guesses, and nothing is done twice."""

from datetime import timedelta

import pytest

from payments.gateways.base import (
    Closing,
    Created,
    Done,
    GatewayAway,
    Missing,
    Snapshot,
    Status,
    Unknown,
)
from tests.events.factories import NOW
from tests.payments.gateways.counters import PAYS, PRICE, ask, key
from ticketing.core.ids import new_id

NOTHING_DONE = ["error_before", "drop"]
DONE_UNSEEN = ["error_after", "accept_then_drop", "truncated", "slow"]


@pytest.mark.parametrize("kind", NOTHING_DONE + DONE_UNSEEN)
def test_without_an_answer_nobody_knows_and_the_truth_is_found_by_our_id(
    gateway, counter, channel, kind
):
    counter.needs("faults")
    counter.hurry()
    counter.fail(kind, "create", times=3, seconds=0.8)
    asked = ask(channel)

    answer = gateway.create(asked, key=key())

    assert isinstance(answer, Unknown)
    assert answer.was_sent
    counter.mend()
    found = gateway.find(asked.payment)
    assert isinstance(found, Missing if kind in NOTHING_DONE else Snapshot)
    assert counter.made_for(asked.payment) == (kind in DONE_UNSEEN)


@pytest.mark.parametrize("kind", NOTHING_DONE + DONE_UNSEEN)
def test_one_lost_answer_begins_one_payment_and_not_two(gateway, counter, kind):
    counter.needs("faults")
    counter.hurry()
    counter.fail(kind, "create", seconds=0.8)
    asked = ask()

    gateway.create(asked, key=key())

    assert counter.made_for(asked.payment) == 1


@pytest.mark.parametrize("kind", NOTHING_DONE)
def test_one_fault_before_anything_is_done_is_seen_by_nobody(gateway, counter, kind):
    counter.needs("faults")
    counter.fail(kind, "create")

    assert isinstance(gateway.create(ask(), key=key()), Created)


@pytest.mark.parametrize("kind", NOTHING_DONE + DONE_UNSEEN)
def test_a_refund_without_an_answer_is_given_once_however_often_it_is_asked(
    gateway, counter, begun, kind
):
    counter.needs("faults")
    reference, refund, one = begun(card=PAYS), new_id(), key()
    counter.hurry()
    counter.fail(kind, "refunds", times=3, seconds=0.8)

    answer = gateway.refund(reference, PRICE, refund=refund, key=one)

    assert isinstance(answer, Unknown | Done)
    counter.mend()
    assert isinstance(gateway.refund(reference, PRICE, refund=refund, key=one), Done)
    assert [one.refund for one in gateway.fetch(reference).refunds] == [refund]


@pytest.mark.parametrize("kind", NOTHING_DONE + DONE_UNSEEN)
def test_a_close_without_an_answer_can_be_asked_again(gateway, counter, channel, begun, kind):
    counter.needs("faults")
    reference, one = begun(channel), key()
    counter.hurry()
    counter.fail(kind, "expire", times=3, seconds=0.8)

    assert isinstance(gateway.expire(reference, key=one), Unknown)

    counter.mend()
    assert gateway.expire(reference, key=one) == Closing.CLOSED


@pytest.mark.parametrize("kind", NOTHING_DONE + DONE_UNSEEN)
def test_a_capture_without_an_answer_is_seen_afterwards(gateway, counter, begun, kind):
    counter.needs("faults")
    reference = begun(card=PAYS, captures_later=True)
    counter.hurry()
    counter.fail(kind, "capture", times=3, seconds=0.8)

    assert isinstance(gateway.capture(reference, PRICE, key=key()), Unknown)

    counter.mend()
    was_taken = gateway.fetch(reference).status == Status.CAPTURED
    assert was_taken == (kind in DONE_UNSEEN)


@pytest.mark.parametrize("kind", NOTHING_DONE + DONE_UNSEEN)
def test_a_look_without_an_answer_says_so(gateway, counter, begun, kind):
    counter.needs("faults")
    reference = begun()
    counter.hurry()
    counter.fail(kind, "fetch", times=3, seconds=0.8)

    assert isinstance(gateway.fetch(reference), Unknown)


def test_what_is_known_to_be_away_is_not_asked(gateway, counter):
    counter.needs("faults")
    gateway.line.fuse.blow()
    asked = ask()

    answer = gateway.create(asked, key=key())

    assert (type(answer), answer.was_sent) == (Unknown, False)
    assert counter.made_for(asked.payment) == 0


def test_half_a_list_is_no_list(gateway, counter):
    counter.needs("faults")
    counter.fail("drop", "transactions", times=3)

    with pytest.raises(GatewayAway):
        list(gateway.transactions(NOW, NOW + timedelta(days=1)))
