"""One row of each kind, as it stands in the database, where how it came there does not matter."""

from datetime import timedelta
from typing import Any

from bookings.models import Booking
from payments.models import (
    ApprovalLimit,
    Case,
    Invoice,
    MassRefund,
    Notice,
    Payment,
    PayOut,
    Refund,
    Route,
    Seller,
)
from tests.events.factories import NOW


def rows_of_payments(booking: Booking) -> dict[str, Any]:
    """A payment of the booking with what hangs on it."""
    organizer = booking.organizer
    payment = Payment(
        booking=booking, gateway="simulator", channel="web", reference="pay_1", currency="EUR",
        amount=2000, captured=2000, captured_at=NOW, status="captured",
        expires_at=NOW + timedelta(minutes=10),
    )  # fmt: skip
    payment.save()
    refund = Refund(payment=payment, reason="buyer", amount=500, currency="EUR", occasion="a")
    refund.save()
    invoice = Invoice(
        booking=booking, kind="invoice", year=2027, number=1, occasion="a", language="en",
        currency="EUR", total=2000, tax=0, facts={"buyer": {}},
    )  # fmt: skip
    invoice.save()
    job = MassRefund(event=booking.event, total=1)
    job.save()
    return {
        "payment": payment,
        "refund": refund,
        "massrefund": job,
        "invoice": invoice,
        "seller": Seller.objects.create(
            organizer=organizer, name="Zoë", address="1 Lane", country="DE"
        ),
        "case": Case.objects.create(kind="late", payment=payment, organizer=organizer),
        "notice": Notice.objects.create(gateway="simulator", event="ev_1", kind="x", body="{}"),
        "route": Route.objects.create(position=1, gateway="simulator"),
        "approvallimit": ApprovalLimit.objects.create(
            organizer=organizer, currency="EUR", above=5000
        ),
        "payout": PayOut.objects.create(
            organizer=organizer, amount=100, currency="EUR", paid_on=NOW.date(), reference="T-1"
        ),
    }
