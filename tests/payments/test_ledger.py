"""Double entry: what happens to money is written down once, sums up to nothing, and never changes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import F

from events.models import Event
from payments.announcements import PaymentDisputed
from payments.domain.ledger import Leg, balance_of, owed_to, post
from payments.domain.paying_out import KnownReference, MoreThanIsOwed, record_pay_out
from payments.domain.posting import post_captured, post_dispute, post_refund_failed, post_sales_of
from payments.domain.refunding import left_of, request_refund, write_outcome
from payments.domain.settling import settle
from payments.domain.statements import statement_of
from payments.enums import AccountKind, PostingKind, RefundReason
from payments.gateways.base import Done, Refused
from payments.models import Entry, Posting
from tests.events.factories import NOW, FeeFactory
from tests.payments.sales import LATER, give_up
from ticketing.core.models import Delivery
from ticketing.core.money import Money
from ticketing.core.outbox import announce, deliver_all

pytestmark = pytest.mark.django_db


def balances():
    """In cents, of each kind of account that is not empty."""
    found = {kind: balance_of(kind, "EUR").minor for kind in AccountKind}
    return {kind: left for kind, left in found.items() if left}


@pytest.fixture
def with_fee(event):
    """Two euros of each ticket are the platform's."""
    FeeFactory(event=event, organizer=event.organizer, amount=200, percent=0, is_included=True)


def test_a_booking_that_costs_nothing_does_not_trouble_the_ledger(free, book):
    book(free)

    listening = Delivery.objects.values_list("subscriber", flat=True)
    assert [name for name in listening if name.startswith("payments.")] == []


def test_a_sale_is_the_organizers_and_the_platforms(with_fee, sold):
    sold(2)
    deliver_all()

    assert balances() == {
        "clearing": 3895,
        "gateway_fees": 105,
        "payable": -3600,
        "platform_fees": -400,
    }


def test_what_is_told_twice_is_posted_once(sold):
    booking = sold()
    deliver_all()
    before = balances()

    post_sales_of(booking.pk, now=LATER)

    assert balances() == before


def test_a_refund_takes_back_from_each_its_part_to_the_last_cent(with_fee, sold):
    booking = sold(3, refund_fee_percent="33.33")
    deliver_all()
    give_up(booking, 1)
    give_up(booking, 2)

    payment = booking.payments.get()
    request_refund(
        payment, left_of(payment), reason=RefundReason.ORGANIZER,
        occasion="rest", by=None, now=LATER,
    )  # fmt: skip
    deliver_all()

    assert balances() == {"clearing": -145, "gateway_fees": 145}


def test_a_refund_that_fails_is_taken_back(sold):
    booking = sold()
    deliver_all()
    before = balances()
    refund = request_refund(
        booking.payments.get(), Money(500, "EUR"), reason=RefundReason.ORGANIZER, occasion="a",
        by=None, now=LATER,
    )  # fmt: skip
    write_outcome(refund, Done("re_1"), now=LATER)
    write_outcome(refund, Refused("account_closed"), now=LATER)

    post_refund_failed(refund.pk, now=LATER)  # told in whatever order
    deliver_all()

    assert balances() == before


def test_money_without_a_place_is_nobodys_until_it_went_back(begin, book, paid, till):
    first = begin(book(paid))
    till.pay(first)
    Event.objects.update(status="cancelled", cancelled_at=NOW)
    payment = settle(first.pk, now=NOW)
    post_captured(payment.pk, now=NOW)
    assert balances()["late_money"] == -2000
    deliver_all()

    assert balances() == {"clearing": -65, "gateway_fees": 65}


@pytest.mark.parametrize(
    ("ends", "left"),
    [
        ("open", {"chargebacks": 2000, "clearing": -65, "gateway_fees": 65, "payable": -2000}),
        ("won", {"clearing": 1935, "gateway_fees": 65, "payable": -2000}),
        ("lost", {"clearing": -65, "gateway_fees": 65}),
    ],
)
def test_23_dispute_created_won_lost_ledger(sold, ends, left):
    booking = sold()
    deliver_all()
    payment = booking.payments.get()

    for status in ("inquiry", "open", ends, ends):
        post_dispute(payment.pk, "dp_1", status, 2000, now=LATER)

    assert balances() == left


# --- What the database itself refuses ----------------------------------------------------------


def leg(minor, currency="EUR"):
    return Leg(AccountKind.BANK, Money(minor, currency))


@transaction.atomic
def post_and_look(*legs):
    """The database looks at the end of a transaction; here at once."""
    post(PostingKind.FEE, *legs, key="a", occurred_at=NOW, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_entries_that_do_not_sum_up_to_nothing_are_refused():
    with pytest.raises(IntegrityError, match="sum up to nothing"):
        post_and_look(leg(100), leg(-99))


def test_currencies_do_not_make_up_for_each_other():
    with pytest.raises(IntegrityError, match="sum up to nothing"):
        post_and_look(leg(100), leg(-100, "USD"))


@pytest.mark.parametrize("rows", [Posting.objects, Entry.objects])
def test_what_is_posted_is_neither_changed_nor_deleted(rows):
    post(PostingKind.FEE, leg(100), leg(-100), key="a", occurred_at=NOW, now=NOW)

    with pytest.raises(ProgrammingError), transaction.atomic():
        rows.update(id=F("id"))
    with pytest.raises(ProgrammingError), transaction.atomic():
        rows.all()._raw_delete("default")


# --- Pay-outs and statements -------------------------------------------------------------------


def pay_out(choir, staff, minor, reference="T-1"):
    return record_pay_out(
        choir, Money(minor, "EUR"), reference=reference, paid_on=LATER.date(), by=staff, now=LATER
    )


def test_a_pay_out_is_taken_from_what_is_owed_and_entered_once(sold, choir, staff):
    sold()
    deliver_all()

    with pytest.raises(MoreThanIsOwed):
        pay_out(choir, staff, 2001)
    pay_out(choir, staff, 1500)
    with pytest.raises(KnownReference):
        pay_out(choir, staff, 100)

    assert owed_to(choir.pk, "EUR").minor == 500


def test_a_statement_goes_from_opening_to_closing(with_fee, sold, choir, staff):
    give_up(sold(2), 1)
    pay_out(choir, staff, 1000)

    shown = statement_of(
        choir, "EUR", since=NOW - timedelta(days=1), until=NOW + timedelta(days=5000)
    )
    later = statement_of(choir, "EUR", since=shown.until, until=shown.until + timedelta(days=1))

    rows = {one.kind: (one.gross.minor, one.fees.minor, one.net.minor) for one in shown.totals}
    assert rows == {
        "sold": (4000, 400, 3600),
        "refund_asked": (-2000, -200, -1800),
        "pay_out": (-1000, 0, -1000),
    }
    assert (shown.opening.minor, shown.closing.minor) == (0, 800)
    assert (later.opening.minor, later.movements) == (800, [])


def test_a_dispute_that_is_told_is_posted(sold):
    booking = sold()
    payment = booking.payments.get()
    announce(
        PaymentDisputed(payment_id=payment.pk, dispute="dp", status="open", amount=2000),
        about=payment, organizer=payment.organizer_id,
    )  # fmt: skip
    deliver_all()

    assert balances()["chargebacks"] == 2000
