"""Each promise about money is broken once, and the auditor finds that and nothing else."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from bookings.domain.confirming import confirm_paid_booking
from bookings.domain.expiring import expire_hold
from bookings.domain.promises import further_promises
from bookings.models import Booking
from payments.domain.promises import PROMISES
from payments.domain.refunding import request_refund, send_refund
from payments.domain.settling import settle
from payments.enums import CaseKind, RefundReason
from payments.models import Case, Payment, Refund
from tests.kit.soundness import broken_promises
from ticketing.core.database import as_owner
from ticketing.core.money import Money
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def bought(begin, till, paid, book, now):
    """A ticket that was paid an hour ago; its first half was given back."""
    ago = now - timedelta(hours=1)
    payment = begin(book(paid, now=ago), now=ago)
    till.pay(payment)
    payment = settle(payment.pk, now=ago)
    refund = request_refund(
        payment, Money(1000, "EUR"), reason=RefundReason.ORGANIZER, occasion="half", by=None,
        now=ago,
    )  # fmt: skip
    send_refund(refund.pk, now=ago)
    deliver_all()
    payment.refresh_from_db()
    return payment


@pytest.fixture
def begun(begin, paid, book, now):
    """Somebody is about to pay."""
    return begin(book(paid, now=now), now=now)


def taken(payment, **facts):
    """As if settle() had written down the money and then forgotten everything else."""
    Payment.objects.filter(pk=payment.pk).update(
        status="captured", captured=payment.amount, look_again_at=None,
        captured_at=timezone.now() - timedelta(days=30), **facts,
    )  # fmt: skip


def break_tickets(bought, begun):
    """The money is there, the hold is gone, and nobody thinks of it."""
    expire_hold(begun.booking, now=timezone.now())
    taken(begun)


def break_money(bought, begun):
    """Tickets of which nobody knows who paid them."""
    confirm_paid_booking(begun.booking, now=timezone.now())


def break_desk(bought, begun):
    """Money that nobody has entered."""
    taken(begun, gateway="desk")
    confirm_paid_booking(begun.booking, now=timezone.now())


def break_look(bought, begun):
    Payment.objects.filter(pk=begun.pk).update(look_again_at=None)


def break_refund(bought, begun):
    Refund.objects.create(
        payment=bought, status="requested", reason="organizer", occasion="lost", amount=100,
        currency="EUR", created_at=timezone.now() - timedelta(hours=1),
    )  # fmt: skip


def break_case(bought, begun):
    ago = timezone.now() - timedelta(days=15)
    Case.objects.create(kind=CaseKind.LATE_RISK, payment=bought, opened_at=ago)


def break_twice(bought, begun):
    Payment.objects.create(
        booking=bought.booking, gateway="simulator", channel="web", currency="EUR", amount=2000,
        captured=2000, status="captured", reference="sim_again", expires_at=timezone.now(),
        captured_at=timezone.now() - timedelta(days=30),
    )  # fmt: skip


def break_count(bought, begun):
    Payment.objects.filter(pk=bought.pk).update(refunded=999)


def break_reference(bought, begun):
    (known,) = bought.refunds.all()
    Refund.objects.create(
        payment=bought, status="sent", reason="organizer", occasion="twice", amount=100,
        currency="EUR", reference=known.reference,
    )  # fmt: skip


def break_record(bought, begun):
    """Money that nobody wrote into the record: its row is another's."""
    Payment.objects.filter(pk=begun.pk).update(
        status="captured", captured=begun.amount, look_again_at=None, captured_at=timezone.now()
    )
    Case.objects.create(kind=CaseKind.AMOUNT_MISMATCH, payment=begun)
    confirm_paid_booking(begun.booking, now=timezone.now())


def break_telling(bought, begun):
    """Nobody closes it at the gateway: neither tickets nor places for others."""
    Booking.objects.filter(pk=begun.booking_id).update(
        status="expiring", guarded_until=timezone.now() - timedelta(hours=1)
    )


BREACHES = {
    "money_has_its_tickets": break_tickets,
    "paid_tickets_have_their_money": break_money,
    "desk_agrees_with_its_book": break_desk,
    "what_is_open_is_looked_after": break_look,
    "refund_arrives": break_refund,
    "case_is_not_forgotten": break_case,
    "nobody_pays_twice": break_twice,
    "no_more_goes_back_than_came": break_count,
    "refund_is_one_there": break_reference,
    "money_moves_are_recorded": break_record,
    "nobody_waits_for_long": break_telling,
}
# The database refuses it (below), or there is nothing to ask without a ledger (test_drift.py).
ELSEWHERE = {"money_guards_stand", "money_stands_in_the_ledger", "postings_balance"}


def test_each_promise_is_broken_by_a_test():
    assert {one.name for one in PROMISES} == BREACHES.keys() | ELSEWHERE
    assert {one.name for one in further_promises} >= {one.name for one in PROMISES}


@pytest.mark.parametrize("name", BREACHES)
def test_the_auditor_finds_what_is_not_as_promised(bought, begun, name):
    before = broken_promises()

    with transaction.atomic():
        BREACHES[name](bought, begun)
        found = broken_promises(with_chain=False)
        transaction.set_rollback(True)

    assert (before, found.keys()) == ({}, {name})
    assert found[name]


@pytest.mark.django_db(transaction=True)
def test_the_auditor_finds_a_guard_of_money_that_was_taken_away():
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_payment DISABLE TRIGGER payments_payment_moves")
        cursor.execute("DROP INDEX payments_payment_one_open")
        found = broken_promises(with_chain=False)
        transaction.set_rollback(True)

    assert found == {
        "money_guards_stand": ["key payments_payment_one_open", "trigger payments_payment_moves"]
    }
