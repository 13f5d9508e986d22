"""What every gateway does alike: the same tests for each, over the wire, against its other side.

With STRIPE_TEST_KEY in the environment also against Stripe's own test mode, as far as that goes.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from payments.enums import Channel
from payments.gateways.base import (
    Closing,
    DisputeStatus,
    Done,
    Forged,
    Missing,
    NotShown,
    Redirect,
    RefundState,
    Refused,
    Sdk,
    Status,
)
from tests.events.factories import NOW
from tests.payments.gateways.counters import (
    DECLINED,
    DELAYED,
    DISPUTED,
    LONG_AFTER,
    PAYS,
    POOR,
    PRICE,
    SECURE,
    ask,
    key,
)
from ticketing.core.ids import new_id
from ticketing.core.money import EXPONENTS, Money

# --- Beginning -------------------------------------------------------------------------------


def test_what_was_begun_is_open_and_is_ours(gateway, channel):
    asked = ask(channel)

    made = gateway.create(asked, key=key())

    assert isinstance(made.action, Redirect if channel == Channel.WEB else Sdk)
    said = gateway.fetch(made.reference)
    assert (said.reference, said.status, said.payment) == (
        made.reference, Status.OPEN, asked.payment,
    )  # fmt: skip
    assert (said.amount, said.captured, said.decline) == (PRICE, Money(0, "EUR"), "")


def test_the_same_key_gets_the_same_payment(gateway, counter, channel):
    asked, one = ask(channel), key()

    first, second = gateway.create(asked, key=one), gateway.create(asked, key=one)

    assert first.reference == second.reference
    counter.needs("books")
    assert counter.made_for(asked.payment) == 1


def test_other_words_under_the_same_key_are_refused(gateway, channel):
    asked, one = ask(channel), key()
    gateway.create(asked, key=one)

    answer = gateway.create(replace(asked, amount=Money(1, "EUR") + PRICE), key=one)

    assert (type(answer), answer.code) == (Refused, "key_reused")


def test_it_is_found_by_our_own_id(gateway, channel):
    asked = ask(channel)
    made = gateway.create(asked, key=key())

    found = gateway.find(asked.payment)

    assert (found.reference, found.payment) == (made.reference, asked.payment)


def test_it_is_found_by_our_own_id_once_it_is_paid(gateway, counter, channel):
    asked = ask(channel)
    made = gateway.create(asked, key=key())
    counter.pay(made.reference, PAYS)

    found = gateway.find(asked.payment)

    assert (found.reference, found.status) == (made.reference, Status.CAPTURED)


def test_what_it_never_heard_of_is_missing(gateway, counter):
    assert gateway.fetch(counter.missing) == Missing()
    assert gateway.find(new_id()) == Missing()


# --- Paying ----------------------------------------------------------------------------------


def test_what_is_paid_is_captured_whole(gateway, counter, channel, begun):
    said = gateway.fetch(begun(channel, PAYS))

    assert (said.status, said.captured, said.method) == (Status.CAPTURED, PRICE, "card")
    assert (said.refunds, said.disputes) == ((), ())


def test_what_it_costs_us_is_told(gateway, begun):
    said = gateway.fetch(begun(card=PAYS))

    assert Money(0, "EUR") < said.fee < PRICE


@pytest.mark.parametrize(("card", "why"), [(DECLINED, "declined"), (POOR, "insufficient_funds")])
def test_a_declined_card_leaves_it_open_and_the_next_pays(
    gateway, counter, channel, begun, card, why
):
    reference = begun(channel, card)

    said = gateway.fetch(reference)
    assert (said.status, said.decline, said.captured.minor) == (Status.OPEN, why, 0)

    counter.pay(reference, PAYS)
    said = gateway.fetch(reference)
    assert (said.status, said.decline) == (Status.CAPTURED, "")


def test_what_the_bank_asks_about_is_open_until_the_buyer_answers(gateway, counter, channel, begun):
    reference = begun(channel, SECURE)
    assert gateway.fetch(reference).status == Status.OPEN

    counter.pay(reference, SECURE, is_confirmed=True)
    assert gateway.fetch(reference).status == Status.CAPTURED


def test_a_delayed_payment_is_processing_until_it_arrives(gateway, counter, channel, begun):
    counter.needs("time")
    reference = begun(channel, DELAYED)
    said = gateway.fetch(reference)
    assert (said.status, said.captured.minor) == (Status.PROCESSING, 0)

    counter.ahead(LONG_AFTER)
    assert gateway.fetch(reference).status == Status.CAPTURED


# --- Reserving first -------------------------------------------------------------------------


def test_what_is_reserved_is_taken_when_it_is_asked_for(gateway, begun):
    reference = begun(card=PAYS, captures_later=True)
    said = gateway.fetch(reference)
    assert (said.status, said.captured.minor) == (Status.AUTHORIZED, 0)

    assert gateway.capture(reference, PRICE, key=key()) == Done(reference)

    said = gateway.fetch(reference)
    assert (said.status, said.captured) == (Status.CAPTURED, PRICE)


@pytest.mark.parametrize("is_same_key", [True, False])
def test_to_take_it_twice_is_to_take_it_once(gateway, begun, is_same_key):
    reference, one = begun(card=PAYS, captures_later=True), key()
    gateway.capture(reference, PRICE, key=one)

    again = gateway.capture(reference, PRICE, key=one if is_same_key else key())

    assert again == Done(reference)
    assert gateway.fetch(reference).captured == PRICE


def test_what_was_not_reserved_cannot_be_taken(gateway, begun):
    answer = gateway.capture(begun(captures_later=True), PRICE, key=key())

    assert (type(answer), answer.code) == (Refused, "not_to_be_captured")


def test_what_was_reserved_and_let_go_is_never_taken(gateway, begun):
    reference = begun(card=PAYS, captures_later=True)

    assert gateway.expire(reference, key=key()) == Closing.CLOSED
    assert isinstance(gateway.capture(reference, PRICE, key=key()), Refused)

    said = gateway.fetch(reference)
    assert (said.status, said.captured.minor, said.refunds) == (Status.CLOSED, 0, ())


# --- Closing ---------------------------------------------------------------------------------


def test_what_is_closed_can_be_paid_by_nobody(gateway, counter, channel, begun):
    reference = begun(channel)

    assert gateway.expire(reference, key=key()) == Closing.CLOSED
    counter.pay(reference, PAYS)

    said = gateway.fetch(reference)
    assert (said.status, said.captured.minor) == (Status.CLOSED, 0)


def test_to_close_twice_is_to_close_once(gateway, channel, begun):
    reference = begun(channel)
    gateway.expire(reference, key=key())

    assert gateway.expire(reference, key=key()) == Closing.CLOSED


def test_to_close_what_was_paid_says_that_it_was_paid(gateway, channel, begun):
    reference = begun(channel, PAYS)

    assert gateway.expire(reference, key=key()) == Closing.PAID
    assert gateway.fetch(reference).captured == PRICE


def test_to_close_what_is_on_its_way_closes_nothing_and_can_be_asked_again(
    gateway, counter, channel, begun
):
    counter.needs("time")
    reference, one = begun(channel, DELAYED), key()
    assert gateway.expire(reference, key=one) == Closing.PROCESSING
    assert gateway.fetch(reference).status == Status.PROCESSING

    counter.ahead(LONG_AFTER)
    gateway.fetch(reference)
    assert gateway.expire(reference, key=key()) == Closing.PAID


# --- Giving back -----------------------------------------------------------------------------


def test_a_part_is_given_back_and_told_as_ours(gateway, channel, begun):
    reference, refund = begun(channel, PAYS), new_id()

    answer = gateway.refund(reference, Money(500, "EUR"), refund=refund, key=key())

    said = gateway.fetch(reference)
    assert isinstance(answer, Done)
    assert [(one.reference, one.amount.minor, one.state, one.refund) for one in said.refunds] == [
        (answer.reference, 500, RefundState.DONE, refund)
    ]
    assert (said.captured, said.refunded) == (PRICE, Money(500, "EUR"))


def test_two_refunds_of_the_same_amount_are_two(gateway, begun):
    reference, refunds = begun(card=PAYS), {new_id(), new_id()}

    for one in refunds:
        gateway.refund(reference, Money(500, "EUR"), refund=one, key=f"refund:{one}")

    said = gateway.fetch(reference)
    assert {one.refund for one in said.refunds} == refunds
    assert said.refunded == Money(1000, "EUR")


def test_the_same_refund_asked_for_twice_is_one(gateway, begun):
    reference, refund, one = begun(card=PAYS), new_id(), key()

    first = gateway.refund(reference, Money(500, "EUR"), refund=refund, key=one)
    again = gateway.refund(reference, Money(500, "EUR"), refund=refund, key=one)

    assert first == again
    assert gateway.fetch(reference).refunded == Money(500, "EUR")


def test_more_than_was_taken_is_not_given_back(gateway, begun):
    reference = begun(card=PAYS)
    gateway.refund(reference, Money(1500, "EUR"), refund=new_id(), key=key())

    answer = gateway.refund(reference, Money(501, "EUR"), refund=new_id(), key=key())

    assert (type(answer), answer.code) == (Refused, "more_than_captured")
    assert gateway.fetch(reference).refunded == Money(1500, "EUR")


def test_all_that_was_given_back_cannot_be_given_again(gateway, begun):
    reference = begun(card=PAYS)
    gateway.refund(reference, PRICE, refund=new_id(), key=key())

    answer = gateway.refund(reference, Money(1, "EUR"), refund=new_id(), key=key())

    assert (type(answer), answer.code) == (Refused, "more_than_captured")


def test_what_nobody_paid_is_not_given_back(gateway, channel, begun):
    answer = gateway.refund(begun(channel), PRICE, refund=new_id(), key=key())

    assert isinstance(answer, Refused)


# --- Disputes --------------------------------------------------------------------------------


def test_a_dispute_is_told_and_nothing_is_given_back_meanwhile(gateway, counter, channel, begun):
    counter.needs("books")
    reference = begun(channel, DISPUTED)

    (dispute,) = gateway.fetch(reference).disputes
    assert (dispute.status, dispute.amount) == (DisputeStatus.OPEN, PRICE)
    answer = gateway.refund(reference, PRICE, refund=new_id(), key=key())
    assert (type(answer), answer.code) == (Refused, "disputed")


@pytest.mark.parametrize("end", [DisputeStatus.WON, DisputeStatus.LOST])
def test_the_end_of_a_dispute_is_told(gateway, counter, begun, end):
    counter.needs("books")
    reference = begun(card=DISPUTED)

    counter.end_dispute(reference, end)

    assert [one.status for one in gateway.fetch(reference).disputes] == [end]


# --- What it tells by itself -----------------------------------------------------------------


@pytest.fixture
def signed(counter):
    counter.needs("signing")
    return counter.signed


def test_what_it_signed_tells_of_the_payment(gateway, signed):
    (report,) = gateway.verify(*signed("pi_1", at=NOW), now=NOW)

    assert (report.reference, report.account) == ("pi_1", "")
    assert report.id
    assert report.kind


@pytest.mark.parametrize("off", [timedelta(minutes=4), -timedelta(minutes=4)])
def test_a_clock_that_is_a_little_off_does_no_harm(gateway, signed, off):
    assert gateway.verify(*signed("pi_1", at=NOW + off), now=NOW)


@pytest.mark.parametrize("off", [timedelta(minutes=6), -timedelta(minutes=6)])
def test_what_was_signed_long_ago_or_in_the_future_is_forged(gateway, signed, off):
    with pytest.raises(Forged):
        gateway.verify(*signed("pi_1", at=NOW + off), now=NOW)


def test_what_somebody_else_signed_is_forged(gateway, signed):
    with pytest.raises(Forged):
        gateway.verify(*signed("pi_1", at=NOW, secret="another"), now=NOW)


def test_what_was_changed_under_way_is_forged(gateway, signed):
    body, headers = signed("pi_1", at=NOW)

    with pytest.raises(Forged):
        gateway.verify(body.replace(b"pi_1", b"pi_2"), headers, now=NOW)


@pytest.mark.parametrize("header", ["", "rubbish", "t=,v1=", "t=x,v1=ä", "v1=abc", "t=1"])
def test_what_is_not_signed_is_forged(gateway, signed, header):
    body, headers = signed("pi_1", at=NOW)

    with pytest.raises(Forged):
        gateway.verify(body, dict.fromkeys(headers, header), now=NOW)
    with pytest.raises(Forged):
        gateway.verify(body, {}, now=NOW)


# --- Its books -------------------------------------------------------------------------------


def test_its_books_tell_what_moved_in_a_time(gateway, counter, channel, begun):
    counter.needs("books")
    counter.ahead(0)
    since = datetime.now(UTC) - timedelta(seconds=1)
    reference = begun(channel, PAYS)
    gateway.refund(reference, Money(500, "EUR"), refund=new_id(), key=key())

    moved = [
        one
        for one in gateway.transactions(since, since + timedelta(minutes=1))
        if one.payment == reference
    ]

    assert sorted((one.kind, one.amount.minor) for one in moved) == [
        ("payment", 2000), ("refund", -500),
    ]  # fmt: skip
    assert {one.amount.currency for one in moved} == {"EUR"}
    assert all(since <= one.at + timedelta(seconds=1) for one in moved)
    assert list(gateway.transactions(since - timedelta(days=2), since - timedelta(days=1))) == []


# --- Amounts ---------------------------------------------------------------------------------


AMOUNTS = (0, 1, 10, 100, 1230, 12_345, 99_999_990)


def test_every_amount_of_every_currency_comes_back_as_it_went_or_is_refused(gateway):
    currencies = gateway.capabilities().currencies
    written = {}
    for money in (Money(minor, code) for code in EXPONENTS for minor in AMOUNTS):
        try:
            wired = gateway.to_wire(money)
        except NotShown:
            continue
        assert type(wired) in {int, str}
        assert gateway.from_wire(wired, money.currency) == money
        written.setdefault(money.currency, set()).add(money.minor)

    assert set(written) == currencies
    assert all({0, 100} <= amounts for amounts in written.values())


@pytest.mark.parametrize(
    "price", [Money(500, "JPY"), Money(1230, "KWD"), Money(500, "ISK"), Money(1250, "HUF")]
)
def test_any_number_of_decimals_is_charged_as_it_is_priced(gateway, counter, begun, price):
    counter.needs("currencies")
    said = gateway.fetch(begun(card=PAYS, amount=price))

    assert (said.amount, said.captured) == (price, price)
