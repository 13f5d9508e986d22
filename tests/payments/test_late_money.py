"""F5: whatever becomes of a try to pay, whenever the news of it comes, from whom and how often at
once, the buyer has tickets or the money back, and is told so once (research: trust.md §1.3)."""

from datetime import timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from accounts.notifications.models import Message
from bookings.domain.expiring import begin_expiring, release_expired_holds
from bookings.models import Booking
from events.enums import TicketKind
from payments.announcements import PaymentReported
from payments.domain.polling import settle_due
from payments.domain.reporting import look_into
from payments.models import Case, Payment, Refund
from tests.events.factories import TicketTypeFactory
from tests.kit.races import race
from tests.payments.signing import deliver
from tests.payments.till import DECLINED, DELAYED, PAYS, SECURE
from ticketing.core.models import AnnouncedEvent
from ticketing.core.outbox import deliver_all

CARDS = {"success": PAYS, "decline": DECLINED, "abandon": SECURE, "processing": DELAYED}
MOMENTS = ["before", "expiring", "released_with_stock", "released_without_stock"]
FIRST = ["notice", "return", "poller"]
CALLERS = [1, 2]
MATRIX = list(product(CARDS, MOMENTS, FIRST, CALLERS))
PAID = {"success", "processing"}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def evening(begin, till, paid, book):
    """Somebody pays for one of five places, as late as is asked for; the gateway's page stays
    open all the time, as those of some gateways do."""

    def arrange(moment):
        late = moment != "before"
        began = timezone.now() - timedelta(minutes=26 if late else 1)
        payment = begin(book(paid, now=began), now=began)
        till.at(began + timedelta(minutes=1))
        if moment == "expiring":
            assert begin_expiring(now=timezone.now()) == 1
        if moment.startswith("released"):
            Booking.objects.update(guarded_until=None)
            assert release_expired_holds(now=timezone.now()) == 1
        if moment == "released_without_stock":
            free = TicketTypeFactory(event=paid.event, kind=TicketKind.FREE, pool=paid.pool)
            book(free, 5, now=timezone.now())
        return SimpleNamespace(payment=payment, began=began)

    return arrange


def tell(payment, number):
    """A notice, and the worker that looks into it."""
    assert deliver(payment.reference, event=f"ev_{payment.pk}").status_code == 200
    reported = PaymentReported(gateway="simulator", reference=payment.reference)
    look_into(reported, now=timezone.now())


def come_back(payment, number):
    """On this device, or on another one: never an error, whatever became of it."""
    client = Client()
    assert client.get(f"/payments/{payment.pk}/return/", follow=True).status_code == 200


def poll(payment, number):
    settle_due(now=timezone.now() + timedelta(seconds=number))


NEWS = {"notice": tell, "return": come_back, "poller": poll}


def news(payment, first, callers):
    """From whom it comes first; the others come as well, unless nobody tells us anything."""
    order = [first] if first == "poller" else [first, *(set(FIRST[:2]) - {first})]
    Payment.objects.filter(pk=payment.pk, look_again_at__isnull=False).update(
        look_again_at=timezone.now()
    )
    for who in order:
        outcomes = race(callers, lambda number, who=who: NEWS[who](payment, number))
        assert outcomes == [None] * callers


def is_short(outcome, moment, first, callers):
    """Each outcome at each moment, from somebody, and by two at once; `make soak` does them all."""
    return callers == 2 and (list(CARDS).index(outcome) + MOMENTS.index(moment)) % 3 == FIRST.index(
        first
    )


@pytest.mark.parametrize(
    ("outcome", "moment", "first", "callers"),
    [pytest.param(*one, marks=[] if is_short(*one) else pytest.mark.soak) for one in MATRIX],
)
def test_f5_late_money_has_one_outcome_and_one_mail(evening, till, outcome, moment, first, callers):
    payment, began = vars(evening(moment)).values()
    till.pay(payment, CARDS[outcome])

    news(payment, first, callers)
    if outcome == "processing":
        till.at(began + timedelta(minutes=2))
        news(payment, first, callers)
    deliver_all()

    payment.refresh_from_db()
    booking = Booking.objects.get(pk=payment.booking_id)
    has_place = outcome in PAID and moment != "released_without_stock"
    expected = {True: "confirmed", False: "held" if moment == "before" else "expired"}
    assert booking.status == expected[has_place]
    assert booking.tickets.filter(status="valid").count() == has_place
    told = Message.objects.filter(key=f"booking-confirmed:{booking.pk}").count()
    sorry = AnnouncedEvent.objects.filter(name="payments.payment_without_place").count()
    is_late = outcome in PAID and not has_place
    assert (told, sorry) == (int(has_place), int(is_late))
    refunds = [one["amount"] for one in till.books(payment)["refunds"]]
    assert refunds == [2000] * is_late
    assert [one.status for one in Refund.objects.all()] == ["done"] * is_late
    assert not Case.objects.filter(closed_at=None).exists()
    assert payment.status == state_of(outcome, moment, is_late=is_late)


def state_of(outcome, moment, *, is_late):
    """Where nobody paid, an expiring hold closed the gateway's page; else it may still be paid."""
    if outcome in PAID:
        return "refunded" if is_late else "captured"
    return "cancelled" if moment == "expiring" else "requires_action"
