"""What gateways tell us: kept once, answered at once, believed only as far as it can be fetched."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from bookings.domain.expiring import release_expired_holds
from bookings.models import Booking
from payments.announcements import PaymentReported
from payments.domain.reporting import look_into
from payments.enums import CaseKind
from payments.models import Case, Notice, Payment
from tests.events.factories import NOW
from tests.payments.signing import PATH, deliver
from ticketing.core.models import AnnouncedEvent
from ticketing.core.outbox import Retry, deliver_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell(client):
    return partial(deliver, client=client)


def test_a_notice_is_kept_and_the_payment_settled(begin, till, tell):
    payment = begin()
    till.pay(payment)

    assert tell(payment.reference).status_code == 200
    deliver_all()

    assert Booking.objects.get().is_confirmed
    assert (Notice.objects.get().kind, Notice.objects.get().reference) == (
        "payment.captured",
        payment.reference,
    )


def test_same_event_again_is_answered_alike_and_changes_nothing(begin, tell):
    payment = begin()
    for _ in range(3):
        assert tell(payment.reference).status_code == 200

    assert Notice.objects.count() == 1
    assert AnnouncedEvent.objects.filter(name="payments.payment_reported").count() == 1


@pytest.mark.parametrize("forged", [{"secret": "guessed"}, {"at": NOW - timedelta(days=1)}])
def test_bad_signature_is_non_2xx(begin, tell, forged):
    payment = begin()

    assert tell(payment.reference, **forged).status_code == 400
    assert not Notice.objects.exists()
    assert not AnnouncedEvent.objects.filter(name="payments.payment_reported").exists()


@pytest.mark.parametrize("body", [b"", b"{", b'"text"', b"\xff\xfe"])
def test_rubbish_is_refused(client, body):
    answer = client.post(PATH, body, content_type="application/json")

    assert answer.status_code == 400


def test_a_gateway_that_we_do_not_have_is_not_there(client):
    assert (
        client.post("/webhooks/nobody", b"{}", content_type="application/json").status_code == 404
    )


def test_a_lie_with_a_true_signature_is_found_out(begin, tell):
    """Whoever has stolen the secret can make us look, and no more."""
    payment = begin()
    tell(payment.reference, "payment.captured")
    deliver_all()

    payment.refresh_from_db()
    assert payment.status == "requires_action"
    assert not Booking.objects.get().is_confirmed


def test_a_notice_that_is_faster_than_the_answer_finds_its_payment(begin, till):
    till.fail("accept_then_drop", "create", times=3)
    payment = begin()
    (there,) = till.all_of(payment)
    till.post(f"payments/{there['id']}/pay", card="4242424242424242")

    look_into(PaymentReported(gateway="simulator", reference=there["id"]), now=NOW)

    payment.refresh_from_db()
    assert (payment.reference, payment.status) == (there["id"], "captured")


def test_webhook_fails_after_dedupe_then_retry_completes(begin, till, tell):
    payment = begin()
    till.pay(payment)
    tell(payment.reference)
    till.fail("drop", "fetch", times=3)

    deliver_all()
    assert not Booking.objects.get().is_confirmed
    deliver_all(now=timezone.now() + timedelta(minutes=5))
    assert Booking.objects.get().is_confirmed


def test_while_the_gateway_is_away_a_notice_of_what_we_do_not_know_waits(till):
    till.fail("drop", "fetch", times=3)

    with pytest.raises(Retry):
        look_into(PaymentReported(gateway="simulator", reference="sim_new"), now=NOW)


def test_money_that_we_know_nothing_of_is_a_case(till):
    stranger = till.post(
        "payments", payment="another shop", amount=500, currency="EUR", return_url="/"
    )

    for _ in range(2):
        look_into(PaymentReported(gateway="simulator", reference=stranger["id"]), now=NOW)

    assert [(one.kind, one.reference) for one in Case.objects.all()] == [
        (CaseKind.MISSING_HERE, f"simulator:{stranger['id']}")
    ]


def test_late_payment_webhook_returns_2xx_and_opens_case(begin, till, tell, paid, book):
    payment = begin(book(paid, 5))
    Booking.objects.filter(pk=payment.booking_id).update(guarded_until=None)
    later = NOW + timedelta(minutes=16)
    release_expired_holds(now=later)
    book(paid, 5, now=later)
    till.pay(payment)

    assert tell(payment.reference).status_code == 200
    look_into(PaymentReported(gateway="simulator", reference=payment.reference), now=later)

    assert Payment.objects.get().is_late
    assert Case.objects.get().kind == CaseKind.LATE
