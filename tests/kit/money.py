"""That no money is lost, doubled or forgotten: the simulator's own books held against ours, and
the auditor asked, at the end of a test."""

from collections import defaultdict
from collections.abc import Set
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils import timezone

from bookings.models import Booking
from payments.announcements import PaymentReported
from payments.domain.refunding import send_refund
from payments.domain.reporting import look_into
from payments.domain.settling import settle
from payments.enums import RefundStatus
from payments.gateways import configured
from payments.models import Case, Payment, Refund
from tests.kit.soundness import broken_promises
from ticketing.core.outbox import Retry

EVER = "transactions?since=0&until=9999999999"


def movements(till: Any) -> dict[str, dict[str, Any]]:
    """Everything that ever moved at the simulator, by id."""
    return {one["id"]: one for one in till.get(EVER)["transactions"]}


def rest_gateways() -> None:
    """No fuse is blown by what was before."""
    for gateway in configured().values():
        gateway.line.fuse.failures.clear()  # type: ignore[attr-defined] # of every gateway of ours
        gateway.line.fuse.blown_until = 0.0  # type: ignore[attr-defined] # the same


def catch_up(references: set[str], *, now: datetime) -> None:
    """What happens by itself in the long run: everything open is asked about, everything that
    the gateway has is told, every refund is sent."""
    rest_gateways()
    for payment in Payment.objects.open():
        settle(payment.pk, now=now)
    for reference in sorted(references):
        look_into(PaymentReported(gateway="simulator", reference=reference), now=now)
    for refund in Refund.objects.filter(
        status__in=[RefundStatus.REQUESTED, RefundStatus.UNKNOWN], payment__gateway="simulator"
    ):
        with suppress(Retry):
            send_refund(refund.pk, now=now)


def assert_money_sound(
    till: Any, *, before: Set[str] = frozenset(), now: datetime | None = None
) -> None:
    """I2, I3 and I6 between the simulator's books, apart from the movements `before`, and ours."""
    moved = [one for key, one in movements(till).items() if key not in before]
    catch_up({one["of"] for one in moved}, now=now or timezone.now())
    ever = movements(till)
    moved = [one for key, one in ever.items() if key not in before]
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in moved:
        sums[one["of"]][one["kind"]] += one["amount"]
    for reference, there in sums.items():
        payment = Payment.objects.filter(reference=reference).first()
        if payment is None:
            assert Case.objects.filter(kind="missing_here", reference=reference).exists()
            continue
        assert (payment.captured, payment.refunded) == (there["payment"], -there["refund"])
        assert_has_outcome(payment)
    assert (
        not Payment.objects.taken()
        .exclude(reference__in=sums)
        .filter(gateway="simulator", captured_at__isnull=False)
        .exclude(reference__in=[one["of"] for one in ever.values()])
        .exists()
    )
    done = Refund.objects.filter(status=RefundStatus.DONE, payment__gateway="simulator")
    for refund in done:
        given = till.books(refund.payment)["refunds"]
        assert sum(one["id"] == refund.reference for one in given) == 1
    # Cases of tests are as old as their evening.
    assert broken_promises(with_chain=False).keys() <= {"case_is_not_forgotten"}


def assert_has_outcome(payment: Payment) -> None:
    """Tickets, or the money back, or a person who looks into it: exactly one of these where
    tickets and money were asked for alike."""
    booking = Booking.objects.get(pk=payment.booking_id)
    is_back = payment.refunded == payment.captured
    is_open = payment.cases.filter(closed_at=None).exists()
    bought = booking.confirmed_at is not None and not is_back
    assert bought or is_back or is_open
    kept = sum(one.captured - one.refunded for one in booking.payments.all())
    assert kept <= booking.total or is_open
