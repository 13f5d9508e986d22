"""What payments does when something happened, here or to a booking."""

from datetime import datetime, timedelta

from bookings import announcements as of_bookings
from events import announcements as of_events
from payments import announcements as told
from payments.domain import (
    closing,
    giving_back,
    invoicing,
    mails,
    mass_refunding,
    posting,
    refunding,
    reporting,
)
from ticketing.core.money import Money
from ticketing.core.outbox import subscribe

# Until a gateway answers, for as long as it may take: the poller looks as well.
PATIENT = 500


def is_about_money(event: of_bookings.BookingConfirmed) -> bool:
    return not event.is_free


@subscribe(told.PaymentReported, most_retries=PATIENT)
def look_into_report(event: told.PaymentReported, *, now: datetime) -> None:
    reporting.look_into(event, now=now)


@subscribe(of_bookings.BookingExpiring, most_retries=PATIENT)
def close_payments(event: of_bookings.BookingExpiring, *, now: datetime) -> None:
    closing.close_payments(event.booking_id, now=now)


@subscribe(told.RefundRequested, queue="default", most_retries=PATIENT, lease=timedelta(seconds=60))
def send_refund(event: told.RefundRequested, *, now: datetime) -> None:
    refunding.send_refund(event.refund_id, now=now)


# --- What goes back ----------------------------------------------------------------------------


@subscribe(of_bookings.BookingCancelled, is_atomic=True)
def give_back_booking(event: of_bookings.BookingCancelled, *, now: datetime) -> None:
    if event.was_confirmed:
        giving_back.give_back_booking(event.booking_id, now=now)


@subscribe(of_bookings.TicketsCancelled, is_atomic=True)
def give_back_tickets(
    event: of_bookings.TicketsCancelled, *, now: datetime, delivery_key: str
) -> None:
    giving_back.give_back_tickets(
        event.booking_id, event.ticket_ids, occasion=delivery_key.partition(":")[0], now=now
    )


@subscribe(of_bookings.DifferenceDue, is_atomic=True)
def give_back_difference(
    event: of_bookings.DifferenceDue, *, now: datetime, delivery_key: str
) -> None:
    giving_back.give_back_difference(
        event.booking_id,
        Money(event.amount, event.currency),
        occasion=delivery_key.partition(":")[0],
        now=now,
    )


@subscribe(of_events.EventCancelled, queue="default", is_atomic=True)
def give_back_event(event: of_events.EventCancelled, *, now: datetime) -> None:
    mass_refunding.begin_mass_refund(event.event_id, now=now)


@subscribe(told.MassRefundDue, queue="default", is_atomic=True)
def give_back_batch(event: told.MassRefundDue, *, now: datetime) -> None:
    mass_refunding.give_back_batch(event.mass_refund_id, now=now)


@subscribe(told.RefundDone, queue="mail")
def tell_given_back(event: told.RefundDone, *, now: datetime) -> None:
    mails.tell_given_back(event.refund_id, now=now)


@subscribe(told.RefundFailed, queue="mail")
def tell_refund_failed(event: told.RefundFailed, *, now: datetime) -> None:
    mails.tell_failed(event.refund_id, now=now)


@subscribe(told.RefundRejected, queue="mail")
def tell_refund_rejected(event: told.RefundRejected, *, now: datetime) -> None:
    mails.tell_rejected(event.refund_id, now=now)


@subscribe(told.PaymentWithoutPlace, queue="mail")
def tell_paid_without_place(event: told.PaymentWithoutPlace, *, now: datetime) -> None:
    mails.tell_without_place(event.payment_id, event.refund_id, now=now)


# --- The ledger --------------------------------------------------------------------------------


@subscribe(told.PaymentCaptured, queue="default", is_atomic=True)
def post_captured(event: told.PaymentCaptured, *, now: datetime) -> None:
    posting.post_captured(event.payment_id, now=now)


@subscribe(of_bookings.BookingConfirmed, queue="default", is_atomic=True, concerns=is_about_money)
def post_sales(event: of_bookings.BookingConfirmed, *, now: datetime) -> None:
    posting.post_sales_of(event.booking_id, now=now)


@subscribe(told.RefundRequested, queue="default", is_atomic=True)
def post_refund_asked(event: told.RefundRequested, *, now: datetime) -> None:
    posting.post_refund_asked(event.refund_id, now=now)


@subscribe(told.RefundDone, queue="default", is_atomic=True)
def post_refund_done(event: told.RefundDone, *, now: datetime) -> None:
    posting.post_refund_done(event.refund_id, now=now)


@subscribe(told.RefundFailed, queue="default", is_atomic=True)
def post_refund_failed(event: told.RefundFailed, *, now: datetime) -> None:
    posting.post_refund_failed(event.refund_id, now=now)


@subscribe(told.PaymentDisputed, queue="default", is_atomic=True)
def post_dispute(event: told.PaymentDisputed, *, now: datetime) -> None:
    posting.post_dispute(event.payment_id, event.dispute, event.status, event.amount, now=now)


# --- Invoices ----------------------------------------------------------------------------------


@subscribe(of_bookings.BookingConfirmed, queue="default", is_atomic=True, concerns=is_about_money)
def issue_invoice(event: of_bookings.BookingConfirmed, *, now: datetime) -> None:
    invoicing.issue_invoice(event.booking_id, now=now)


@subscribe(told.RefundDone, queue="default", is_atomic=True)
def issue_credit_note(event: told.RefundDone, *, now: datetime) -> None:
    invoicing.issue_credit_note(event.refund_id, now=now)


@subscribe(told.RefundFailed, queue="default", is_atomic=True)
def reverse_credit_note(event: told.RefundFailed, *, now: datetime) -> None:
    invoicing.reverse_credit_note(event.refund_id, now=now)
