"""Many at the same moment, each with a connection of its own: what went wrong with payments
elsewhere (research: trust.md §1.7), where it takes two."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.notifications.models import Message
from bookings.domain.expiring import begin_expiring
from bookings.models import Booking, Ticket
from payments.announcements import PaymentReported
from payments.domain.closing import close_payments
from payments.domain.locking import locked_payment
from payments.domain.reporting import look_into
from payments.domain.settling import settle
from payments.models import Notice, Payment
from tests.events.factories import NOW, PoolFactory, TicketTypeFactory
from tests.kit.races import race
from tests.payments.signing import deliver
from ticketing.core.models import AnnouncedEvent
from ticketing.core.outbox import Retry, deliver_all

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(got):
    return sorted(type(one).__name__ for one in got)


def rounds(short, soak):
    """The same in few rounds each time, and in many by `make soak`."""
    long = pytest.param(soak, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])
    return pytest.mark.parametrize("times", [short, long])


@rounds(5, 200)
def test_last_unit_two_buyers_no_voucher_long_hold(event, book, times):
    for _ in range(times):
        last = TicketTypeFactory(event=event, price=2000, pool=PoolFactory(event=event, capacity=1))

        got = race(2, lambda number, last=last: book(last))

        assert kinds(got) == ["AllHeld", "Booking"]


def test_n_parallel_claims_equal_capacity(paid, book):
    got = race(10, lambda number: book(paid))

    assert kinds(got) == ["AllHeld"] * 5 + ["Booking"] * 5
    assert Ticket.objects.values("place").distinct().count() == 5


def test_one_open_intent_per_payment_attempt(begin, till, paid, book):
    booking = book(paid)

    made = race(6, lambda number: begin(Booking.objects.get(pk=booking.pk)))

    (payment,) = Payment.objects.all()
    assert {one.pk for one in made} == {payment.pk}
    assert len(till.all_of(payment)) == 1
    with pytest.raises(IntegrityError, match="payments_payment_one_open"), transaction.atomic():
        Payment.objects.create(
            booking=booking, gateway="simulator", channel="web", currency="EUR", amount=2000,
            expires_at=NOW,
        )  # fmt: skip


def test_settle_idempotent_under_8_callers(begin, till):
    payment = begin()
    till.pay(payment)

    got = race(8, lambda number: settle(payment.pk, now=NOW))

    assert {one.status for one in got} == {"captured"}
    for name in ("payments.payment_captured", "bookings.booking_confirmed"):
        assert AnnouncedEvent.objects.filter(name=name).count() == 1


def test_double_click_pay_two_processes_one_charge(begin, till, paid, book):
    """Each with a connection of its own, as processes have; and then both windows are paid in."""
    booking = book(paid)

    first, second = race(2, lambda number: begin(Booking.objects.get(pk=booking.pk)))
    results = [till.pay(first), till.pay(second)]
    deliver_all()
    settle(first.pk, now=NOW)

    assert first.reference == second.reference
    assert results == ["captured", "captured"]  # the second window: it is paid already
    assert till.books(first)["captured"] == 2000


def test_return_url_opened_on_two_devices_both_success(begin, till):
    payment = begin()
    till.pay(payment)

    got = race(2, lambda number: Client().get(f"/payments/{payment.pk}/return/", follow=True))

    assert [one.status_code for one in got] == [200, 200]
    assert Booking.objects.get().is_confirmed


def test_return_and_webhook_concurrent_one_order(begin, till):
    payment = begin()
    till.pay(payment)
    reported = PaymentReported(gateway="simulator", reference=payment.reference)
    acts = [
        lambda: Client().get(f"/payments/{payment.pk}/return/").status_code,
        lambda: look_into(reported, now=timezone.now()),
        lambda: deliver(payment.reference).status_code,
    ]

    got = race(3, lambda number: acts[number]())
    deliver_all()

    assert got == [200, None, 200]
    assert Booking.objects.get().is_confirmed
    assert Message.objects.filter(kind="booking_confirmed").count() == 1


def test_webhook_during_return_page_lock_is_requeued(begin, till):
    """The notice is kept at once though somebody has the booking locked; what it tells of is
    looked into again once they are ready."""
    payment = begin()
    till.pay(payment)
    has_it, is_over = Event(), Event()

    def hold():
        with transaction.atomic():
            locked_payment(payment)
            has_it.set()
            is_over.wait(60)
        connection.close()

    with ThreadPoolExecutor(1) as thread:
        holding = thread.submit(hold)
        has_it.wait(10)
        status = deliver(payment.reference).status_code
        with connection.cursor() as cursor:  # a statement gives up sooner than elsewhere
            cursor.execute("SET statement_timeout = '1s'")
        deliver_all(raise_errors=False)
        between = Booking.objects.get().status
        is_over.set()
        holding.result()
    connection.close()
    deliver_all(now=timezone.now() + timedelta(hours=1))

    assert (status, between) == (200, "held")
    assert Booking.objects.get().is_confirmed


@rounds(40, 100)
def test_same_event_100_parallel_deliveries_all_2xx(begin, till, times):
    payment = begin()
    till.pay(payment)
    each = times // 10

    got = race(10, lambda _: [deliver(payment.reference).status_code for _ in range(each)])

    assert got == [[200] * each] * 10
    assert Notice.objects.count() == 1
    assert AnnouncedEvent.objects.filter(name="payments.payment_reported").count() == 1


@rounds(6, 500)
def test_f6_who_pays_while_it_is_closed_is_paid_or_closed_and_never_both(
    begin, till, event, book, times
):
    for _ in range(times):
        paid = TicketTypeFactory(event=event, price=2000, pool=PoolFactory(event=event, capacity=1))
        ago = timezone.now() - timedelta(minutes=26)
        payment = begin(book(paid, now=ago), now=ago)
        till.at(ago)
        begin_expiring(now=timezone.now())

        def close(payment=payment):
            try:
                close_payments(payment.booking_id, now=timezone.now())
            except Retry:
                return

        acts = [lambda payment=payment: till.pay(payment), close]
        paying, _ = race(2, lambda number, acts=acts: acts[number]())
        settle(payment.pk, now=timezone.now())

        booking = Booking.objects.get(pk=payment.booking_id)
        assert (paying, booking.status) in {("captured", "confirmed"), ("closed", "expired")}
