"""What bookings does when something happened, here or to an event."""

from datetime import datetime, timedelta

from accounts.announcements import PersonVerified
from accounts.models import User
from bookings import announcements as told
from bookings.domain import (
    cancelling,
    files,
    finding_again,
    fulfilling,
    importing,
    mails,
    notices,
    telling,
)
from bookings.domain.joining import join_guest_bookings
from bookings.enums import Told
from events import announcements as of_events
from events.domain.counts import count_event
from events.enums import Counted, Source
from ticketing.core.outbox import subscribe


@subscribe(told.BookingConfirmed, queue="mail")
def send_confirmation(event: told.BookingConfirmed, *, now: datetime, delivery_key: str) -> None:
    """What became certain after its event was cancelled ends here, with the mail that says so."""
    if not mails.send_confirmation(event.booking_id, now=now):
        cancelling.end_booking(event.booking_id, occasion=occasion(delivery_key), now=now)


@subscribe(told.BookingChanged, queue="mail")
def send_changed_tickets(event: told.BookingChanged, *, now: datetime) -> None:
    mails.send_changed_tickets(event.booking_id, now=now)


@subscribe(told.TicketReissued, queue="mail")
def send_renewed_ticket(event: told.TicketReissued, *, now: datetime) -> None:
    mails.send_renewed_ticket(event.ticket_id, generation=event.generation, now=now)


@subscribe(told.BookingMoved, told.TicketsSwapped, queue="mail")
def send_exchanged_tickets(
    event: told.BookingMoved | told.TicketsSwapped, *, now: datetime, delivery_key: str
) -> None:
    mails.send_exchanged_tickets(event.booking_id, key=occasion(delivery_key), now=now)


@subscribe(told.BookingCancelled, queue="mail")
def send_cancellation(event: told.BookingCancelled, *, now: datetime) -> None:
    if event.was_confirmed and event.why != cancelling.EVENT_CANCELLED:
        mails.send_cancellation(event.booking_id, now=now)


@subscribe(told.TicketsCancelled, queue="mail")
def send_tickets_cancelled(
    event: told.TicketsCancelled, *, now: datetime, delivery_key: str
) -> None:
    mails.send_tickets_cancelled(
        event.booking_id, tickets=event.ticket_ids, key=occasion(delivery_key), now=now
    )


@subscribe(told.LinksAsked, queue="mail")
def send_asked_links(event: told.LinksAsked, *, now: datetime) -> None:
    finding_again.send_links(email=event.email, asked=event.ask, now=now)


# The store may be away for long: files can wait, and are made for who asks all the same.
@subscribe(told.BookingConfirmed, queue="pdf", most_retries=200)
def prepare_file(event: told.BookingConfirmed, *, now: datetime) -> None:
    files.prepare_file(event.booking_id, now=now)


@subscribe(told.FileWanted, queue="pdf")
def keep_asked_file(event: told.FileWanted, *, now: datetime) -> None:
    files.keep_file(event.booking_id, ticket=event.ticket_id, now=now)


type Different = (
    told.BookingCancelled
    | told.BookingChanged
    | told.BookingMoved
    | told.TicketsCancelled
    | told.TicketsSwapped
)


@subscribe(
    told.BookingCancelled,
    told.BookingChanged,
    told.BookingMoved,
    told.TicketsCancelled,
    told.TicketsSwapped,
    is_atomic=True,
)
def discard_files(event: Different, *, now: datetime) -> None:
    files.discard_files(event.booking_id, now=now)


@subscribe(
    of_events.EventCancelled,
    name="bookings.tell_event_is_cancelled",
    queue="default",
    is_atomic=True,
)
def end_bookings_of_event(
    event: of_events.EventCancelled, *, now: datetime, delivery_key: str
) -> None:
    cancelling.begin_cancelling(event.event_id, occasion=occasion(delivery_key))


@subscribe(told.CancellingDue, queue="default", is_atomic=True)
def end_some_bookings(event: told.CancellingDue, *, now: datetime) -> None:
    cancelling.cancel_batch(event, now=now)


@subscribe(of_events.EventPostponed, queue="mail", is_atomic=True)
def tell_event_is_postponed(
    event: of_events.EventPostponed, *, now: datetime, delivery_key: str
) -> None:
    notices.begin_notices(
        event.event_id,
        kind="event_postponed",
        occasion=occasion(delivery_key),
        was_to_begin_at=event.was_to_begin_at,
    )


@subscribe(of_events.EventRescheduled, queue="mail", is_atomic=True)
def tell_event_is_rescheduled(
    event: of_events.EventRescheduled, *, now: datetime, delivery_key: str
) -> None:
    notices.begin_notices(
        event.event_id,
        kind="event_rescheduled",
        occasion=occasion(delivery_key),
        was_to_begin_at=event.was_to_begin_at,
    )


@subscribe(told.NoticesDue, queue="mail", is_atomic=True)
def send_notices(event: told.NoticesDue, *, now: datetime) -> None:
    notices.send_notices(event, now=now)


@subscribe(told.ImportDue, queue="default", is_atomic=True)
def book_imported_lines(event: told.ImportDue, *, now: datetime) -> None:
    importing.book_batch(event, now=now)


@subscribe(told.AttendeesToTell, queue="mail", is_atomic=True)
def tell_attendees(event: told.AttendeesToTell, *, now: datetime) -> None:
    telling.tell_batch(event, now=now)


# One delivery for both, since there is one for every booking; nobody waits for either.
@subscribe(told.BookingConfirmed, queue="default", is_atomic=True)
def tell_endpoint_of_confirmed(event: told.BookingConfirmed, *, now: datetime) -> None:
    booked = fulfilling.note_post(event.booking_id, Told.CONFIRMED, now=now)
    if booked is not None:
        count_event(booked, Counted.BOOKED, Source.OURS, now=now)


@subscribe(told.BookingCancelled, is_atomic=True)
def tell_endpoint_of_cancelled(event: told.BookingCancelled, *, now: datetime) -> None:
    if event.was_confirmed:
        fulfilling.note_post(event.booking_id, Told.CANCELLED, now=now)


@subscribe(told.TicketsCancelled, told.BookingMoved, told.TicketsSwapped, is_atomic=True)
def tell_endpoint_of_changed(
    event: told.TicketsCancelled | told.BookingMoved | told.TicketsSwapped,
    *,
    now: datetime,
    delivery_key: str,
) -> None:
    fulfilling.note_post(event.booking_id, Told.CHANGED, occasion=occasion(delivery_key), now=now)


# For as long as a delivery is tried at all (fulfilling.GIVEN_UP_AFTER).
@subscribe(told.PostDue, queue="default", most_retries=1000, lease=timedelta(seconds=60))
def post_to_endpoint(event: told.PostDue, *, now: datetime) -> None:
    fulfilling.post(event.post_id, now=now)


@subscribe(PersonVerified, is_atomic=True)
def join_guest_bookings_of_person(event: PersonVerified, *, now: datetime) -> None:
    if person := User.objects.filter(pk=event.person_id).first():
        join_guest_bookings(event.email, person, now=now)


def occasion(delivery_key: str) -> str:
    """The id of what was announced: the same however often it is delivered."""
    return delivery_key.partition(":")[0]
