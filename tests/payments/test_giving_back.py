"""What comes back when tickets are given up: by the event's terms, once, and told before."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.notifications.models import Message
from bookings.domain.exchanging import swap_tickets
from bookings.models import Booking
from events.domain.lifecycle import cancel_event
from payments.domain.approving import NotWaiting, ReasonNeeded, approve_refund, reject_refund
from payments.domain.mass_refunding import begin_mass_refund, give_back_batch
from payments.domain.policy import due_back
from payments.domain.polling import settle_due
from payments.domain.refunding import send_refund
from payments.domain.settling import settle
from payments.enums import RefundReason, RefundStatus
from payments.gateways.base import Pending, RefundState
from payments.models import ApprovalLimit, Invoice, MassRefund, Refund
from tests.bookings.admin.conftest import owner
from tests.events.factories import NOW, TicketTypeFactory
from tests.payments.sales import LATER, give_up, tickets_of
from tests.payments.test_ledger import balances
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db
__all__ = ["owner"]


@pytest.mark.parametrize(
    ("terms", "back"),
    [
        ({"refund_until_days": 7}, 2000),
        ({"refund_until_days": 7, "refund_fee_percent": Decimal("12.5")}, 1750),
        ({"refund_until_days": 0}, 2000),
        ({"refund_until_days": None}, 0),
        ({"refund_until_days": 365, "starts_at": NOW + timedelta(days=30)}, 0),
        ({"refund_until_days": None, "cancelled_at": NOW}, 2000),
        ({"refund_until_days": None, "postponed_at": LATER}, 2000),
        ({"refund_until_days": None, "postponed_at": NOW - timedelta(days=1)}, 0),
    ],
)
def test_what_comes_back_when_handed_back_follows_the_terms(sold, terms, back):
    booking = sold()
    for name, value in terms.items():
        setattr(booking.event, name, value)

    assert due_back(booking, tickets_of(booking), at=LATER).minor == back


def test_a_booking_when_given_up_is_given_back_at_the_gateway(sold, till):
    booking = sold(2)

    give_up(booking)

    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.status) == (4000, RefundReason.BUYER, "done")
    assert [one["amount"] for one in till.books(refund.payment)["refunds"]] == [4000]


def test_some_tickets_when_given_up_are_given_back_and_the_rest_later(sold):
    booking = sold(3, refund_fee_percent=10)

    give_up(booking, 1)
    give_up(Booking.objects.get())

    assert [one.amount for one in Refund.objects.order_by("pk")] == [1800, 3600]


def test_giving_back_when_told_twice_is_once(sold):
    from payments.domain.giving_back import give_back_booking  # noqa: PLC0415 - called again here

    booking = sold()
    give_up(booking)

    give_back_booking(booking.pk, now=LATER)

    assert Refund.objects.count() == 1


def test_nothing_goes_back_when_the_last_day_is_over(sold):
    give_up(sold(starts_at=NOW + timedelta(days=5)))

    assert Refund.objects.count() == 0


# --- Approval --------------------------------------------------------------------------------


@pytest.fixture
def waiting(sold, choir):
    ApprovalLimit.objects.create(organizer=choir, currency="EUR", above=3999)
    give_up(sold(2))
    return Refund.objects.get()


def test_a_refund_above_the_limit_waits_until_finance_approves(waiting, organizer):
    assert waiting.status == RefundStatus.AWAITING_APPROVAL

    approve_refund(waiting, by=organizer, now=LATER)
    deliver_all()

    waiting.refresh_from_db()
    assert (waiting.status, waiting.decided_by) == (RefundStatus.DONE, organizer)
    with pytest.raises(NotWaiting):
        approve_refund(waiting, by=organizer, now=LATER)


def test_a_refund_when_refused_needs_a_reason_and_the_buyer_is_told(waiting, organizer):
    with pytest.raises(ReasonNeeded):
        reject_refund(waiting, words=" ", by=organizer, now=LATER)

    reject_refund(waiting, words="The evening was yesterday.", by=organizer, now=LATER)
    deliver_all()

    waiting.refresh_from_db()
    assert waiting.status == RefundStatus.REJECTED
    assert [one.kind for one in Message.objects.filter(kind__startswith="refund")] == [
        "refund_rejected"
    ]


def test_a_refund_up_to_the_limit_waits_for_nobody(sold, choir):
    ApprovalLimit.objects.create(organizer=choir, currency="EUR", above=4000)

    give_up(sold(2))

    assert Refund.objects.get().status == RefundStatus.DONE


# --- An event that will not be ---------------------------------------------------------------


def test_a_cancelled_event_gives_everybody_everything_back(sold, organizer):
    booking = sold(2, refund_until_days=None)

    cancel_event(booking.event, by=organizer, now=LATER)
    deliver_all()

    refund, job = Refund.objects.get(), MassRefund.objects.get()
    assert (refund.amount, refund.reason) == (4000, RefundReason.EVENT_CANCELLED)
    assert (job.total, job.looked_at_so_far, job.asked_for) == (1, 1, 1)
    assert job.finished_at is not None


def test_a_mass_refund_when_begun_again_gives_nothing_back_twice(sold, organizer):
    booking = sold(2)
    cancel_event(booking.event, by=organizer, now=LATER)
    deliver_all()

    job = begin_mass_refund(booking.event_id, now=LATER)
    give_back_batch(job.pk, now=LATER)

    assert [one.amount for one in Refund.objects.all()] == [4000]


def test_a_mass_refund_in_batches_reaches_everybody(
    sold, book, begin, till, paid, monkeypatch, organizer
):
    first = sold(1)
    for _ in range(2):
        payment = begin(book(paid))
        till.pay(payment)
        settle(payment.pk, now=NOW)
    monkeypatch.setattr("payments.domain.mass_refunding.AT_ONCE", 1)

    cancel_event(first.event, by=organizer, now=LATER)
    deliver_all()

    job = MassRefund.objects.get()
    assert (job.total, job.looked_at_so_far, job.asked_for) == (3, 3, 3)


def test_a_ticket_that_was_given_back_before_is_not_given_back_again(sold, organizer):
    booking = sold(2, refund_fee_percent=10)
    give_up(booking, 1)

    cancel_event(booking.event, by=organizer, now=LATER + timedelta(minutes=1))
    deliver_all()

    assert [one.amount for one in Refund.objects.order_by("pk")] == [1800, 2000]


# --- What is on its way ----------------------------------------------------------------------


@pytest.mark.made_up_money
def test_a_refund_on_its_way_is_asked_for_until_it_has_arrived(sold, monkeypatch):
    from payments.domain.refunding import write_outcome  # noqa: PLC0415 - as if the gateway said so

    booking = sold()
    payment = booking.payments.get()
    monkeypatch.setattr("payments.domain.refunding.send_refund", lambda *_, **__: None)
    give_up(booking)
    refund = Refund.objects.get()
    write_outcome(refund, Pending("re_1"), now=LATER)
    payment.refresh_from_db()
    assert payment.look_again_at == LATER + timedelta(minutes=30)

    monkeypatch.undo()
    monkeypatch.setattr("payments.domain.settling.fetched", with_refund(payment, refund))
    assert settle_due(now=LATER + timedelta(minutes=31)) == 1

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.status, payment.look_again_at) == (RefundStatus.DONE, None)


def with_refund(payment, refund):
    from payments.domain.settling import fetched  # noqa: PLC0415 - before it is replaced
    from payments.gateways.base import Refunded  # noqa: PLC0415 - as above

    said = replace(
        fetched(payment), refunds=(Refunded("re_1", refund.money, RefundState.DONE, refund.pk),)
    )
    return lambda _payment: said


# --- What people see -------------------------------------------------------------------------


def test_a_mail_tells_what_was_given_back(sold):
    give_up(sold())

    told = Message.objects.filter(kind__startswith="refund").values_list("kind", "address")
    assert list(told) == [("refund_done", "ada@example.org")]


def test_refund_is_sent_once_however_often_it_is_told(sold, till):
    give_up(sold())
    refund = Refund.objects.get()

    send_refund(refund.pk, now=LATER)

    assert len(till.books(refund.payment)["refunds"]) == 1


@pytest.fixture
def cheaper(event):
    return TicketTypeFactory(event=event, price=1500, name="Aisle")


def swap(booking, cheaper, organizer, count=1):
    swap_tickets(
        booking, [one.pk for one in tickets_of(booking)[:count]], cheaper, by=organizer, now=LATER
    )
    deliver_all()


def test_what_cheaper_tickets_cost_less_goes_back_once_and_never_again(
    sold, cheaper, organizer, till
):
    booking = sold(2)
    deliver_all()

    swap(booking, cheaper, organizer)
    refund = Refund.objects.get()
    assert (refund.status, refund.amount, refund.tickets) == ("done", 500, [])
    assert [one.total for one in Invoice.objects.order_by("pk")] == [4000, 500]
    give_up(booking, 1)
    give_up(booking)

    assert [one.amount for one in Refund.objects.order_by("pk")] == [500, 1500, 2000]
    assert till.books(booking.payments.get())["refunds"][0]["amount"] == 500
    assert balances() == {"clearing": -105, "gateway_fees": 105}


@pytest.mark.parametrize(("paid_each", "back"), [(1700, 200), (1500, 0), (1200, 0), (2600, 500)])
def test_of_a_cheaper_ticket_no_more_goes_back_than_was_paid_above_it(
    sold, cheaper, organizer, paid, paid_each, back
):
    paid.price = paid_each
    paid.save()
    booking = sold()
    paid.price = 2000
    paid.save()

    swap(booking, cheaper, organizer)

    assert [one.amount for one in Refund.objects.all()] == ([back] if back else [])
    assert booking.tickets.get().taken_off == back


def test_a_difference_above_the_limit_waits_for_finance(sold, cheaper, choir, organizer):
    ApprovalLimit.objects.create(organizer=choir, currency="EUR", above=400)

    swap(sold(), cheaper, organizer)

    assert Refund.objects.get().status == "awaiting_approval"


def test_the_page_of_swapping_gives_dearer_tickets_where_it_is_said(owner, sold, event):
    booking = sold()
    dearer = TicketTypeFactory(event=event, price=2500)
    page = reverse("admin:bookings_booking_swap", args=[booking.pk])
    typed = {
        "_do": "1", "tickets": [str(booking.tickets.get().pk)], "ticket_type": str(dearer.pk),
    }  # fmt: skip

    refused = owner.post(page, typed)
    owner.post(page, typed | {"is_waived": "on"})

    assert "the difference cannot be asked for here" in refused.text
    assert booking.tickets.get().ticket_type == dearer
