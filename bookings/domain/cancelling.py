"""What becomes of the bookings of an event that will not be: each is cancelled, its tickets void, its
places free, and who booked or comes along gets one mail that says all of it.

An event may have a hundred thousand bookings: each batch is one transaction that ends its bookings
and calls the next, so that a worker that dies goes on where it was. What is being paid for just now
stays until the money is there or not; then the confirmation finds the event cancelled and ends it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from bookings import words
from bookings.announcements import CancellingDue
from bookings.domain.confirming import cancel_booking
from bookings.domain.mails import digest, facts_of, readers_of, write
from bookings.enums import BookingStatus
from bookings.models import Booking
from bookings.queries.bookings import in_full
from events.models import Event
from ticketing.core.failpoints import failpoint
from ticketing.core.outbox import announce

ENDED_AT_ONCE = 50
# Why, as what listens reads it: then all that was paid goes back.
EVENT_CANCELLED = "event_cancelled"


@transaction.atomic
def begin_cancelling(event_id: UUID, *, occasion: str) -> None:
    """End what is booked for it, batch by batch."""
    call_batch(CancellingDue(event_id=event_id, occasion=occasion))


def call_batch(due: CancellingDue) -> None:
    event = Event.objects.filter(pk=due.event_id).only("organizer_id").first()
    if event is not None:
        announce(due, about=event, organizer=event.organizer_id)


@transaction.atomic
def cancel_batch(due: CancellingDue, *, now: datetime) -> int:
    """One batch, and the call for the next; returns how many bookings were ended.

    Locks each of them, in the order of their ids. Again: no effect.
    """
    rows = bookings_to_end(due.event_id)
    if due.after is not None:
        rows = rows.filter(pk__gt=due.after)
    some = list(rows.order_by("pk").values_list("pk", flat=True)[:ENDED_AT_ONCE])
    for booking_id in some:
        end_booking(booking_id, occasion=due.occasion, now=now)
    failpoint("bookings.batch_cancelled")
    if len(some) == ENDED_AT_ONCE:
        call_batch(CancellingDue(event_id=due.event_id, occasion=due.occasion, after=some[-1]))
    return len(some)


def bookings_to_end(event_id: UUID) -> QuerySet[Booking]:
    """What is certain, and what is held by somebody who is not paying."""
    is_held = Q(status=BookingStatus.HELD, guarded_until__isnull=True)
    return Booking.objects.filter(Q(status=BookingStatus.CONFIRMED) | is_held, event=event_id)


@transaction.atomic
def end_booking(booking_id: UUID, *, occasion: str, now: datetime) -> None:
    """Tell who has it, then cancel it. Its event is cancelled. Locks the booking."""
    rows = in_full(Booking.objects.select_related("user", "event__venue"))
    booking = rows.select_for_update(of=("self",)).filter(pk=booking_id).first()
    if booking is None or booking.event.cancelled_at is None:
        return
    if booking.is_confirmed and booking.buyer_email:
        tell(booking, occasion=occasion, now=now)
    with translation.override(words.language_of(booking)):
        reason = _("The event was cancelled.")
    if booking.status in {BookingStatus.CONFIRMED, BookingStatus.HELD}:
        cancel_booking(
            booking, reason=reason, why=EVENT_CANCELLED, is_organizer=True, by=None, now=now
        )


def tell(booking: Booking, *, occasion: str, now: datetime) -> None:
    """Before its tickets are void: afterwards nobody comes along."""
    language = words.language_of(booking)
    for reader in readers_of(booking):
        with translation.override(language):
            facts = facts_of(booking) | {
                "link": reader.link,
                "notice": booking.event.notice,
                "paid": words.total_in_words(booking, language) if reader.is_buyer else "",
            }
        key = f"{EVENT_CANCELLED}:{occasion}:{booking.pk}:{digest(reader.address)}"
        write(EVENT_CANCELLED, booking, reader, facts, key=key, now=now)
