"""What payments does when something happened, here or to a booking."""

from datetime import datetime, timedelta

from bookings import announcements as of_bookings
from payments import announcements as told
from payments.domain import closing, refunding, reporting
from ticketing.core.outbox import subscribe

# Until a gateway answers, for as long as it may take: the poller looks as well.
PATIENT = 500


@subscribe(told.PaymentReported, most_retries=PATIENT)
def look_into_report(event: told.PaymentReported, *, now: datetime) -> None:
    reporting.look_into(event, now=now)


@subscribe(of_bookings.BookingExpiring, most_retries=PATIENT)
def close_payments(event: of_bookings.BookingExpiring, *, now: datetime) -> None:
    closing.close_payments(event.booking_id, now=now)


@subscribe(told.RefundRequested, queue="default", most_retries=PATIENT, lease=timedelta(seconds=60))
def send_refund(event: told.RefundRequested, *, now: datetime) -> None:
    refunding.send_refund(event.refund_id, now=now)
