"""F1 for money: kill -9 at each step from "pay" to the mail of a paid booking. Somebody paid, so
they have tickets and one mail, or their money back; and nobody had to look into it."""

import signal

import pytest
from django.utils import timezone

from bookings.models import Booking
from payments.models import Notice, Payment, Refund
from tests.bookings.conftest import book, choir, event, free, paid
from tests.faults.test_bookings import _here, start
from tests.faults.test_mail import listen, port
from tests.kit.dying import let_leases_run_out
from tests.kit.soundness import assert_sound
from tests.payments.conftest import money_is_sound, rested_gateways, till
from ticketing.core.clock import database_now
from ticketing.core.models import Delivery
from ticketing.local.ports import HOST

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = [  # fixtures
    "_here", "book", "choir", "event", "free", "listen", "money_is_sound", "paid", "port",
    "rested_gateways", "start", "till",
]  # fmt: skip


@pytest.fixture
def act(dying, port):
    """One process, to its end; whether it was killed."""

    def act(*command, **variables):
        return dying(*command, EMAIL_URL=f"smtp://{HOST}:{port}", **variables) == -signal.SIGKILL

    return act


@pytest.fixture
def held(paid, book, till):
    till.at(timezone.now())
    return book(paid, now=database_now())


@pytest.fixture
def opened(held, act):
    """The buyer is on the gateway's page."""
    act("pay")
    return Payment.objects.get()


def work_until_done(act):
    """Other workers, later."""
    for _ in range(10):
        act("work")
        if not Delivery.objects.exclude(status="done").exists():
            return
        let_leases_run_out()
    raise AssertionError("something is not done")


def assert_paid_once(till, server):
    payment = Payment.objects.get()
    assert (payment.status, payment.captured) == ("captured", 2000)
    assert [one["captured"] for one in till.all_of(payment)] == [2000]
    assert Booking.objects.get().is_confirmed
    assert len(set(server.message_ids())) == 1
    assert_sound()


BEGINNING = [
    "payments.opened", "payments.created_at_gateway", "payments.reference_written",
    "outbox.announced",
]  # fmt: skip


@pytest.mark.parametrize("step", BEGINNING)
def test_f1_who_dies_while_paying_begins_pays_once(held, act, till, listen, step):
    server = listen()

    killed = act("pay", FAILPOINT=step)
    act("pay")
    till.pay(Payment.objects.get())
    act("return")
    work_until_done(act)

    assert killed == (
        step != "outbox.announced"
    )  # nothing is announced before the gateway is asked
    assert_paid_once(till, server)


SETTLING = [
    "payments.fetched", "payments.money_written", "bookings.confirmed", "outbox.announced",
    "payments.taken_over", "outbox.committed",
]  # fmt: skip


@pytest.mark.parametrize("step", SETTLING)
@pytest.mark.parametrize("who", ["return", pytest.param("poll", marks=pytest.mark.soak)])
def test_f1_who_dies_while_money_is_written_down_has_written_all_or_nothing(
    opened, act, till, listen, who, step
):
    server = listen()
    till.pay(opened)

    killed = act(who, FAILPOINT=step)
    between = Payment.objects.get().status, Booking.objects.get().status
    act("return")
    work_until_done(act)

    assert killed
    assert between in {("requires_action", "held"), ("captured", "confirmed")}
    assert_paid_once(till, server)


def test_f1_a_web_process_that_dies_over_a_notice_is_told_again(opened, act, till, listen):
    server = listen()
    till.pay(opened)

    killed = act("notice", opened.reference, FAILPOINT="payments.notice_kept")
    kept = Notice.objects.count()
    act("notice", opened.reference)
    work_until_done(act)

    assert (killed, kept) == (True, 0)
    assert_paid_once(till, server)


@pytest.mark.parametrize(
    "step",
    [
        "outbox.claimed", "payments.fetched", "payments.money_written", "bookings.confirmed",
        "payments.taken_over", "outbox.handled", "outbox.marked", "mail.claimed",
        "bookings.mail_written", "mail.accepted", "bookings.printed", "bookings.file_stored",
    ],
)  # fmt: skip
def test_f1_a_worker_that_dies_between_notice_and_mail_loses_nothing(
    opened, act, till, listen, step
):
    server = listen()
    till.pay(opened)
    act("notice", opened.reference)

    killed = act("work", FAILPOINT=step)
    work_until_done(act)

    assert killed
    assert_paid_once(till, server)


@pytest.mark.parametrize("is_paid", [True, False], ids=["paid", "not paid"])
@pytest.mark.parametrize(
    "step", ["payments.closed_at_gateway", "payments.fetched", "payments.taken_over"]
)
def test_f1_a_worker_that_dies_while_it_closes_gives_tickets_or_lets_go(
    opened, act, till, listen, step, is_paid
):
    server = listen()
    act("close")
    if is_paid:
        till.pay(opened)

    killed = act("work", FAILPOINT=step)
    work_until_done(act)

    assert killed
    if is_paid:
        return assert_paid_once(till, server)
    payment = Payment.objects.get()
    assert (payment.status, Booking.objects.get().status) == ("cancelled", "expired")
    assert till.pay(payment) == "closed"
    return assert_sound()


@pytest.mark.parametrize("step", ["payments.captured_at_gateway", "payments.fetched"])
def test_f1_who_dies_while_reserved_money_is_taken_takes_it_once(held, act, till, listen, step):
    server = listen()
    act("pay", "mobile")
    assert till.pay(Payment.objects.get()) == "authorized"

    killed = act("return", FAILPOINT=step)
    act("return")
    work_until_done(act)

    assert killed
    assert_paid_once(till, server)


@pytest.mark.parametrize("step", ["refunds.sent", "refunds.outcome_written", "payments.taken_over"])
def test_f1_a_worker_that_dies_while_money_goes_back_gives_it_back_once(
    opened, act, till, listen, paid, book, step
):
    """Paid when the places were gone."""
    listen()
    Booking.objects.update(guarded_until=None, expires_at=timezone.now())
    book(paid, 5, now=database_now(), buyer=None, is_hold_only=True)
    till.pay(opened)
    act("notice", opened.reference)

    killed = act("work", FAILPOINT=step)
    work_until_done(act)

    payment = Payment.objects.get()
    assert killed
    assert (payment.status, payment.refunded, payment.is_late) == ("refunded", 2000, True)
    assert [one["amount"] for one in till.books(payment)["refunds"]] == [2000]
    assert [one.status for one in Refund.objects.all()] == ["done"]
    assert_sound()
