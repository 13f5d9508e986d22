"""From "pay" to the ticket by way of Stripe: the same rules, another gateway."""

from datetime import timedelta

import pytest

from bookings.domain.expiring import begin_expiring
from bookings.enums import BookingStatus, TicketStatus
from bookings.models import Booking
from payments.announcements import PaymentReported
from payments.domain.closing import close_payments
from payments.domain.refunding import request_refund, send_refund
from payments.domain.reporting import look_into
from payments.domain.settling import settle
from payments.enums import CaseKind, Channel, PaymentStatus, RefundReason, RefundStatus
from payments.gateways import configured
from payments.models import Case, Notice, Payment, Refund, Route
from tests.events.factories import NOW
from tests.kit.stripe import StripeFake
from tests.kit.stripe.books import BANK_FAILS
from tests.payments.till import DELAYED, DISPUTED, POOR
from ticketing.core.money import Money
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake(settings, monkeypatch):
    """The only gateway of the house, whose clock is the tests'."""
    made = StripeFake()
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL = made.secret_key, made.url
    settings.STRIPE_PUBLISHABLE_KEY = "pk_test_fake"
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_former", made.webhook_secret]
    settings.SIMULATOR_URL = ""
    configured.cache_clear()
    made.at(NOW)
    # Our ids are of the true time, its clock is the tests'.
    monkeypatch.setattr("payments.gateways.stripe.made_at", lambda _payment: NOW)
    yield made
    made.stop()
    configured.cache_clear()


@pytest.fixture
def tell(client, fake):
    """All that it has to tell, to the address that it was given."""

    def send(body, headers):
        kind = headers.pop("Content-Type")
        answer = client.post("/webhooks/stripe", body, content_type=kind, headers=headers)
        return answer.status_code

    def tell():
        fake.books.ahead = 0.0  # what comes over HTTP is held against the true time
        arrived = fake.teller.tell_due(send)
        fake.at(NOW)
        return arrived

    return tell


def test_what_is_paid_on_its_page_is_confirmed(begin, fake):
    payment = begin()
    assert (payment.gateway, payment.action["type"]) == ("stripe", "redirect")
    fake.pay(payment.reference)

    payment = settle(payment.pk, now=NOW)

    assert (payment.status, payment.captured, payment.gateway_fee) == ("captured", 2000, 65)
    assert (payment.method, payment.booking.status) == ("card", BookingStatus.CONFIRMED)
    assert [one.status for one in payment.booking.tickets.all()] == [TicketStatus.VALID]


def test_in_an_app_it_is_reserved_and_then_taken(begin, fake):
    payment = begin(channel=Channel.MOBILE)
    assert payment.action["publishable_key"] == "pk_test_fake"
    assert fake.pay(payment.reference) == "requires_capture"

    payment = settle(payment.pk, now=NOW)

    assert (payment.status, payment.booking.status) == ("captured", "confirmed")


def test_declined_and_then_paid_is_one_payment(begin, fake):
    payment = begin()
    fake.pay(payment.reference, POOR)
    payment = settle(payment.pk, now=NOW)
    assert (payment.status, payment.decline) == ("requires_action", "insufficient_funds")

    fake.pay(payment.reference)

    payment = settle(payment.pk, now=NOW)
    assert (payment.status, payment.decline) == ("captured", "")


def test_what_it_tells_of_confirms_without_anybody_coming_back(begin, fake, tell):
    payment = begin()
    fake.pay(payment.reference)

    assert tell() > 0
    deliver_all()

    assert Booking.objects.get().is_confirmed
    assert "checkout.session.completed" in set(Notice.objects.values_list("kind", flat=True))
    assert {one.reference for one in Notice.objects.all()} == {payment.reference, ""}
    assert not Case.objects.exists()


def test_told_before_its_answer_came_it_is_found_by_our_own_id(begin, fake):
    fake.fail("accept_then_drop", "create", times=3)
    payment = begin()
    (page,) = fake.books.all("", "checkout.session")
    fake.pay(page["id"])

    look_into(PaymentReported(gateway="stripe", reference=page["id"]), now=NOW)

    again = Payment.objects.get()
    assert (payment.reference, again.reference, again.status) == ("", page["id"], "captured")


def test_a_create_without_an_answer_is_found_and_paid(begin, fake):
    fake.fail("accept_then_drop", "create", times=3)
    payment = begin()
    assert (payment.status, payment.reference) == (PaymentStatus.UNKNOWN, "")

    payment = settle(payment.pk, now=NOW)
    assert (payment.status, payment.action["type"]) == ("requires_action", "redirect")

    fake.pay(payment.reference)
    assert settle(payment.pk, now=NOW).booking.status == BookingStatus.CONFIRMED


def test_a_delayed_payment_is_confirmed_when_it_arrives(begin, fake):
    payment = begin()
    fake.pay(payment.reference, DELAYED)
    assert settle(payment.pk, now=NOW).status == PaymentStatus.PROCESSING

    fake.at(NOW + timedelta(minutes=1))
    assert settle(payment.pk, now=NOW).booking.status == BookingStatus.CONFIRMED


def test_a_delayed_payment_that_never_arrives_has_failed(begin, fake):
    payment = begin()
    fake.pay(payment.reference, BANK_FAILS)
    settle(payment.pk, now=NOW)

    fake.at(NOW + timedelta(minutes=1))

    payment = settle(payment.pk, now=NOW)
    assert (payment.status, payment.booking.status) == ("failed", BookingStatus.HELD)


def test_when_the_hold_runs_out_its_page_is_closed_first(begin, fake):
    payment = begin()
    later = NOW + timedelta(hours=1)
    begin_expiring(now=later)

    close_payments(payment.booking_id, now=later)

    assert fake.books.things[""][payment.reference]["status"] == "expired"
    payment.refresh_from_db()
    assert (payment.status, payment.booking.status) == ("cancelled", "expired")


# --- An organizer's own account --------------------------------------------------------------


@pytest.fixture
def account(fake, event):
    with fake.books.lock:
        account = fake.books.connect()
    Route.objects.create(gateway="stripe", organizer=event.organizer, account=account)
    return account


def test_an_organizers_payment_is_theirs_and_the_platform_keeps_its_fee(
    begin, fake, tell, account, paid, book
):
    booking = book(paid)
    Booking.objects.filter(pk=booking.pk).update(fees=150)
    booking.refresh_from_db()
    payment = begin(booking)
    assert (payment.account, payment.platform_fee) == (account, 150)
    fake.pay(payment.reference, account=account)

    tell()
    deliver_all()

    payment.refresh_from_db()
    assert (payment.status, payment.booking.status) == ("captured", "confirmed")
    assert fake.intent_of(payment.reference, account)["application_fee_amount"] == 150
    assert payment.gateway_fee == 65


# --- After it --------------------------------------------------------------------------------


@pytest.fixture
def captured(begin, fake):
    def captured(card="4242424242424242"):
        payment = begin()
        fake.pay(payment.reference, card)
        return settle(payment.pk, now=NOW)

    return captured


def test_a_refund_is_sent_once_and_done(captured, fake):
    payment = captured()
    refund = request_refund(
        payment,
        Money(500, "EUR"),
        reason=RefundReason.ORGANIZER,
        occasion="a test",
        by=None,
        now=NOW,
    )
    fake.fail("error_after", "refunds", times=3)  # an answer that its key repeats for a day

    for _ in range(2):
        send_refund(refund.pk, now=NOW)

    refund.refresh_from_db()
    payment = settle(payment.pk, now=NOW)
    assert (refund.status, payment.refunded) == (RefundStatus.DONE, 500)
    assert len(fake.books.all("", "refund")) == Refund.objects.count() == 1


def test_a_dispute_is_a_case_until_it_is_won(captured, fake, tell):
    payment = captured(DISPUTED)
    case = Case.objects.get(kind=CaseKind.DISPUTED)
    assert (payment.is_disputed, case.facts["status"]) == (True, "open")

    fake.end_dispute(payment.reference, "won")
    tell()
    deliver_all()

    payment.refresh_from_db()
    case.refresh_from_db()
    assert (payment.is_disputed, case.facts["status"]) == (False, "won")
    assert payment.booking.status == BookingStatus.CONFIRMED


def test_what_somebody_gives_back_at_stripe_itself_is_ours_too(captured, fake, tell):
    payment = captured()
    intent = fake.intent_of(payment.reference)
    with fake.books.lock:
        fake.books.refund("", {"payment_intent": intent["id"], "amount": 700})

    tell()
    deliver_all()

    payment.refresh_from_db()
    assert (payment.status, payment.refunded) == ("partially_refunded", 700)
