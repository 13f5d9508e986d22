"""What is Stripe's own: its signatures, its organizers' accounts, its delays, its odd amounts."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from payments.enums import Channel
from payments.gateways import stripe_words
from payments.gateways.base import (
    Closing,
    Created,
    DisputeStatus,
    Done,
    NotShown,
    Pending,
    RefundState,
    Refused,
    Status,
    Unknown,
)
from payments.gateways.stripe import CAN, Stripe
from payments.gateways.wire import STRIPE as WIRE
from payments.words import DECLINES
from tests.kit.stripe.books import ASKED_ABOUT, BANK_FAILS, Refusal
from tests.payments.gateways.counters import (
    DELAYED,
    DISPUTED,
    LONG_AFTER,
    PAYS,
    PRICE,
    StripeCounter,
    ask,
    key,
)
from ticketing.core.ids import new_id
from ticketing.core.money import EXPONENTS, Money
from ticketing.core.redis import redis_client

FEE = Money(150, "EUR")


@pytest.fixture(scope="module")
def open_counter():
    made = StripeCounter()
    yield made
    made.stop()


@pytest.fixture
def counter(open_counter):
    redis_client().flushdb()
    open_counter.begin()
    open_counter.fake.books.search_lag = 60.0
    open_counter.fake.asked.clear()
    return open_counter


@pytest.fixture
def gateway(counter):
    return counter.gateway


@pytest.fixture
def fake(counter):
    return counter.fake


# --- What is asked ---------------------------------------------------------------------------


def test_a_page_is_asked_for_with_all_that_finds_it_again(gateway, fake):
    asked = ask(Channel.WEB, methods=["card"])
    made = gateway.create(asked, key=key())

    (said,) = fake.said_to("/v1/checkout/sessions")
    names = {"payment": str(asked.payment), "channel": "web"}
    assert (said["metadata"], said["payment_intent_data"]["metadata"]) == (names, names)
    assert (said["client_reference_id"], said["customer_email"], said["locale"]) == (
        str(asked.payment), "ada@example.org", "de",
    )  # fmt: skip
    assert said["allowed_payment_method_types"] == ["card"]
    assert made.expires_at > asked.expires_at
    assert made.action.url.startswith("https://checkout.stripe.com/")


def test_an_intent_reserves_where_that_is_asked_for(gateway, fake):
    made = gateway.create(ask(captures_later=True), key=key())

    (said,) = fake.said_to("/v1/payment_intents")
    assert (said["capture_method"], said["automatic_payment_methods"]) == (
        "manual", {"enabled": True},
    )  # fmt: skip
    assert made.action.client_secret.startswith(made.reference)
    assert made.action.publishable_key == "pk_test"


def test_a_page_may_reserve_too_and_closing_it_lets_go(gateway, counter, begun):
    taken, let_go = (begun(Channel.WEB, PAYS, captures_later=True) for _ in range(2))
    assert gateway.fetch(taken).status == Status.AUTHORIZED

    assert gateway.capture(taken, PRICE, key=key()) == Done(taken)
    assert gateway.expire(let_go, key=key()) == Closing.CLOSED

    assert gateway.fetch(taken).captured == PRICE
    assert gateway.fetch(let_go).status == Status.CLOSED


@pytest.mark.parametrize("channel", list(Channel))
def test_its_search_finds_what_is_old_enough(gateway, fake, counter, channel):
    asked = ask(channel)
    made = gateway.create(asked, key=key())
    counter.pay(made.reference, PAYS)
    fake.books.search_lag = 0.0
    fake.asked.clear()

    assert gateway.find(asked.payment).reference == made.reference
    assert fake.said_to("/v1/payment_intents") == []


def test_what_stripe_has_no_way_to_write_is_refused_and_never_sent(gateway, fake):
    answer = gateway.create(ask(amount=Money(1234, "KWD")), key=key())

    assert (answer.code, fake.asked) == ("not_supported", [])


def test_too_little_is_refused_in_words_of_ours(gateway):
    answer = gateway.create(ask(amount=Money(10, "EUR")), key=key())

    assert answer.code == "too_small"


def test_a_wrong_key_of_ours_does_nothing_and_says_so(counter):
    stranger = Stripe("sk_test_wrong", url=counter.fake.url)

    answer = stranger.create(ask(), key=key())
    assert (type(answer), answer.was_sent) == (Unknown, False)


def test_while_the_same_is_being_done_there_is_no_answer_yet(gateway, counter):
    counter.hurry()
    counter.fail("slow", "create", seconds=1.5)

    assert isinstance(gateway.create(ask(), key=key()), Unknown)


def test_after_a_day_the_key_is_forgotten(gateway, counter):
    asked, one = ask(), key()
    first = gateway.create(asked, key=one)
    counter.ahead(timedelta(hours=25).total_seconds())

    assert gateway.create(asked, key=one).reference != first.reference


# --- Organizers' accounts --------------------------------------------------------------------


@pytest.fixture
def account(fake):
    with fake.books.lock:
        return fake.books.connect()


@pytest.fixture
def theirs(gateway, counter, account):
    """A payment into an organizer's account, of which the platform keeps a part."""

    def theirs(channel=Channel.WEB, gateway=gateway):
        asked = ask(channel, account=account, platform_fee=FEE)
        made = gateway.create(asked, key=key())
        counter.pay(made.reference, PAYS, account=account)
        return asked, made.reference

    return theirs


@pytest.mark.parametrize("channel", list(Channel))
def test_a_payment_for_an_organizer_is_made_in_their_account(
    gateway, fake, account, theirs, channel
):
    asked, reference = theirs(channel)

    said = gateway.fetch(reference, account=account)
    assert (said.status, said.payment) == (Status.CAPTURED, asked.payment)
    assert fake.intent_of(reference, account)["application_fee_amount"] == FEE.minor
    assert gateway.find(asked.payment, account=account).reference == reference
    assert gateway.fetch(reference).__class__.__name__ == "Missing"


def test_what_the_platform_keeps_is_no_fee_of_stripe(gateway, account, theirs, begun):
    own = gateway.fetch(begun(card=PAYS)).fee

    assert gateway.fetch(theirs()[1], account=account).fee == own


@pytest.mark.parametrize(("is_returned", "kept"), [(True, 75), (False, 150)])
def test_its_fee_is_returned_in_proportion_or_kept(counter, account, theirs, is_returned, kept):
    gateway = counter.gateway_with(returns_platform_fee=is_returned)
    _asked, reference = theirs(gateway=gateway)

    half = Money(1000, "EUR")
    assert isinstance(
        gateway.refund(reference, half, refund=new_id(), key=key(), account=account), Done
    )

    (fee,) = [
        one for one in counter.fake.books.all("", "application_fee") if one["account"] == account
    ]
    assert fee["amount"] - fee["amount_refunded"] == kept
    assert counter.fake.said_to("/v1/refunds")[-1]["refund_application_fee"] is is_returned


def test_on_the_platform_no_fee_is_spoken_of(gateway, fake, begun):
    gateway.refund(begun(card=PAYS), PRICE, refund=new_id(), key=key())

    assert "refund_application_fee" not in fake.said_to("/v1/refunds")[-1]


def test_an_account_that_is_not_ours_is_refused(gateway):
    answer = gateway.create(ask(account="acct_of_somebody"), key=key())

    assert (type(answer), answer.code) == (Refused, "gateway_away")


def test_the_books_of_all_accounts_are_told(gateway, account, theirs):
    since = datetime.now(UTC) - timedelta(seconds=2)
    _asked, reference = theirs()

    moved = list(gateway.transactions(since, since + timedelta(minutes=1)))

    mine = [one for one in moved if one.payment == reference]
    assert [(one.kind, one.amount, one.fee.minor) for one in mine] == [("payment", PRICE, 215)]
    assert ("platform_earning", FEE) in [(one.kind, one.amount) for one in moved]


# --- Delays ----------------------------------------------------------------------------------


def test_what_the_bank_never_sent_has_failed_on_a_page_and_can_be_tried_again_in_an_app(
    gateway, counter, begun
):
    on_page, in_app = begun(Channel.WEB, BANK_FAILS), begun(Channel.MOBILE, BANK_FAILS)
    assert gateway.fetch(on_page).status == gateway.fetch(in_app).status == Status.PROCESSING

    counter.ahead(LONG_AFTER)

    assert gateway.fetch(on_page).status == Status.FAILED
    assert gateway.fetch(in_app).status == Status.OPEN
    assert gateway.expire(on_page, key=key()) == Closing.CLOSED


def test_a_voucher_that_waits_to_be_paid_is_on_its_way():
    page, intent = {"status": "complete"}, {"status": "requires_action"}

    assert stripe_words.status_of(page, intent) == Status.PROCESSING


def test_a_refund_may_take_days_and_may_come_back(gateway, fake, begun):
    fake.books.refunds_begin = "pending"
    reference = begun(card=PAYS)

    answer = gateway.refund(reference, PRICE, refund=new_id(), key=key())
    assert isinstance(answer, Pending)
    assert [one.state for one in gateway.fetch(reference).refunds] == [RefundState.PENDING]

    fake.end_refund(answer.reference, "succeeded")
    assert [one.state for one in gateway.fetch(reference).refunds] == [RefundState.DONE]

    fake.end_refund(answer.reference, "failed")
    said = gateway.fetch(reference)
    assert ([one.state for one in said.refunds], said.refunded.minor) == ([RefundState.FAILED], 0)


def test_more_refunds_than_fit_into_one_answer_are_all_told(gateway, begun):
    reference = begun(card=PAYS)
    for _ in range(12):
        gateway.refund(reference, Money(100, "EUR"), refund=new_id(), key=key())

    assert len(gateway.fetch(reference).refunds) == 12


# --- Disputes --------------------------------------------------------------------------------


def test_what_the_bank_only_asks_about_can_be_given_back(gateway, counter, begun):
    reference = begun(card=ASKED_ABOUT)
    assert [one.status for one in gateway.fetch(reference).disputes] == [DisputeStatus.INQUIRY]

    answer = gateway.refund(reference, PRICE, refund=new_id(), key=key())
    assert isinstance(answer, Done)
    counter.end_dispute(reference, "won")
    assert [one.status for one in gateway.fetch(reference).disputes] == [DisputeStatus.WON]


def test_a_dispute_that_is_won_can_be_given_back_and_moves_money_twice(gateway, counter, begun):
    since = datetime.now(UTC) - timedelta(seconds=2)
    reference = begun(Channel.WEB, DISPUTED)
    counter.end_dispute(reference, "won")

    moved = gateway.transactions(since, since + timedelta(minutes=1))
    assert sorted((one.kind, one.amount.minor) for one in moved if one.payment == reference) == [
        ("dispute", -2000), ("dispute_won", 2000), ("payment", 2000),
    ]  # fmt: skip
    assert isinstance(gateway.refund(reference, PRICE, refund=new_id(), key=key()), Done)


def test_a_state_of_a_dispute_of_later_days_is_open():
    said = {"id": "du_1", "status": "of a later day", "amount": 5, "currency": "eur"}

    assert stripe_words.dispute_in(said).status == DisputeStatus.OPEN


# --- Words -----------------------------------------------------------------------------------


def test_every_decline_has_words():
    others = {"more_than_captured", "disputed", "not_to_be_captured"}

    assert set(stripe_words.CODES.values()) - others <= set(DECLINES)


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        ({"code": "card_declined", "decline_code": "generic_decline"}, "declined"),
        ({"code": "card_declined", "decline_code": "insufficient_funds"}, "insufficient_funds"),
        ({"code": "expired_card"}, "expired_card"),
        ({"code": "incorrect_cvc", "decline_code": "incorrect_cvc"}, "wrong_code"),
        ({"code": "payment_intent_authentication_failure"}, "authentication_failed"),
        ({"code": "of_a_later_day"}, "declined"),
        (None, ""),
    ],
)
def test_why_it_was_declined_is_said_in_our_words(trouble, why):
    assert stripe_words.decline_of(trouble) == why


@pytest.mark.parametrize(
    ("language", "locale"),
    [("de", "de"), ("pt-br", "pt-BR"), ("pt", "pt"), ("de-at", "de"), ("zh-hant", "zh-TW"),
     ("ar", "auto"), ("", "auto")],
)  # fmt: skip
def test_its_page_speaks_the_buyers_language_if_it_can(language, locale):
    assert stripe_words.locale_of(language) == locale


def test_methods_that_take_longer_than_a_hold_are_known():
    assert set(CAN.delayed_methods) <= set(CAN.methods)
    assert min(CAN.delayed_methods.values()) > timedelta(hours=1)


# --- Amounts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("money", "wired"),
    [
        (Money(2000, "EUR"), 2000),
        (Money(500, "JPY"), 500),
        (Money(500, "ISK"), 50_000),  # none in ISO 4217, two there
        (Money(500, "UGX"), 50_000),
        (Money(1250, "HUF"), 1250),  # cents may be charged
        (Money(1250, "TWD"), 1250),
        (Money(500, "CLP"), 500),
        (Money(1200, "MGA"), 12),  # two in ISO 4217, none there
        (Money(5120, "KWD"), 5120),
    ],
)
def test_each_currency_is_written_as_stripe_writes_it(money, wired):
    assert WIRE.out(money) == wired
    assert WIRE.back(wired, money.currency.lower()) == money


@pytest.mark.parametrize(
    "money", [Money(5124, "KWD"), Money(1250, "MGA"), Money(1, "CLF"), Money(100, "CUP")]
)
def test_what_stripe_cannot_write_is_not_written(money):
    with pytest.raises(NotShown):
        WIRE.out(money)


@pytest.mark.parametrize(
    ("number", "currency"), [(50_050, "isk"), (20.0, "eur"), ("20", "eur"), (True, "eur")]
)
def test_what_we_cannot_write_is_not_read(number, currency):
    with pytest.raises(NotShown):
        WIRE.back(number, currency)


@pytest.mark.parametrize(("number", "minor"), [(1250, 13), (1249, 12), (-1250, -13), (0, 0)])
def test_what_others_reckoned_in_parts_of_ours_is_rounded(number, minor):
    assert WIRE.nearest(number, "isk") == Money(minor, "ISK")


def test_every_currency_that_is_offered_is_one():
    assert CAN.currencies <= set(EXPONENTS)
    assert len(CAN.currencies) > 130


# --- The fake forbids what Stripe forbids ----------------------------------------------------


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"amount": 2000, "currency": "eur", "payment_method_type": ["card"]}, "payment_method_type"),
        ({"currency": "eur"}, "amount"),
        ({"amount": "many", "currency": "eur"}, "amount"),
        ({"amount": 2000, "currency": "eur", "capture_method": "later"}, "capture_method"),
        ({"amount": 2000, "currency": "eur", "automatic_payment_methods": {"on": True}},
         "automatic_payment_methods[on]"),
    ],
)  # fmt: skip
def test_the_fake_refuses_what_the_library_has_no_name_for(gateway, body, param):
    answer = gateway.ask(gateway.client.payment_intents.create, body, key=key())

    assert (answer.http_status, answer.param) == (400, param)


def test_the_fake_tells_again_until_it_arrives(fake, begun):
    begun(Channel.WEB, PAYS)
    answers, heard = iter([500, 0]), []

    def send(body, headers):
        heard.append((json.loads(body)["type"], headers["Stripe-Signature"]))
        return next(answers, 200)

    fake.books.told = fake.books.told[-2:]
    assert fake.teller.tell_due(send) == 0
    fake.books.ahead += 1
    assert fake.teller.tell_due(send) == 2

    assert [kind for kind, _ in heard] == ["charge.succeeded", "checkout.session.completed"] * 2


def test_the_fake_forbids_to_close_the_intent_of_an_open_page(fake, gateway, begun):
    reference = begun(Channel.WEB, "4000000000000002")
    intent = fake.intent_of(reference)

    with fake.books.lock, pytest.raises(Refusal, match="open Checkout Session"):
        fake.books.cancel("", intent)


def test_asking_twice_says_the_same(gateway):
    asked = ask(Channel.WEB)

    assert gateway.session_of(asked) == gateway.session_of(replace(asked))
    assert isinstance(gateway.create(asked, key=key()), Created)


def test_nothing_is_done_with_a_second_account_by_mistake(gateway, begun):
    reference = begun(card=PAYS)

    answer = gateway.refund(reference, PRICE, refund=new_id(), key=key(), account="acct_none")

    assert isinstance(answer, Refused)
    assert gateway.fetch(reference).refunds == ()


def test_delayed_money_cannot_be_given_back_before_it_is_there(gateway, begun):
    answer = gateway.refund(begun(card=DELAYED), PRICE, refund=new_id(), key=key())

    assert isinstance(answer, Refused)
