"""Holds that ran out: their places come back, in batches and without waiting for anybody.

Whoever claims places and finds none releases first what has run out in that pool, so that a sale
does not wait for the sweeper; the sweeper makes sure that it happens at all.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction

from accounts.audit.domain.records import record
from accounts.models import User
from bookings.announcements import BookingCancelled, BookingExpired, BookingExpiring
from bookings.enums import HOLDING, BookingStatus, TicketStatus
from bookings.models import Booking, Ticket
from events.domain.codes import release_code_uses
from events.domain.places import release_places
from events.models import Place, Pool
from ticketing.core.outbox import announce

RELEASED_AT_ONCE = 100
RELEASED_WHILE_CLAIMING = 20
# How long a hold is guarded once paying has begun (research: a card with 3-D Secure).
GUARD = timedelta(minutes=10)


class Sweep(Protocol):
    """Does some of what is due and returns how many; RELEASED_AT_ONCE if there may be more."""

    def __call__(self, *, now: datetime) -> int: ...


class BookingHolds:
    """What bookings tells events about the holders of places."""

    def release_run_out(self, pool: Pool, *, now: datetime) -> int:
        holders = Place.objects.filter(pool=pool, holder__isnull=False).values("holder")
        theirs = Booking.objects.run_out(now=now).filter(pk__in=holders)
        return expire_all(lock_some(theirs, most=RELEASED_WHILE_CLAIMING), now=now)

    def places_on_hold(self, pool: Pool, *, now: datetime) -> int:
        holding = Booking.objects.holding().values("pk")
        return Place.objects.filter(pool=pool, holder__in=holding).count()


@transaction.atomic
def release_expired_holds(*, now: datetime) -> int:
    """Give back what has run out, some at a time; returns how many bookings. Run by a task."""
    return expire_all(lock_some(Booking.objects.run_out(now=now), most=RELEASED_AT_ONCE), now=now)


@transaction.atomic
def begin_expiring(*, now: datetime) -> int:
    """Whose paying took too long is closed where they pay first; until then places stay."""
    bookings = lock_some(Booking.objects.guard_over(now=now), most=RELEASED_AT_ONCE)
    for booking in bookings:
        booking.status = BookingStatus.EXPIRING
        booking.save(update_fields=["status"])
        announce(
            BookingExpiring(booking_id=booking.pk), about=booking, organizer=booking.organizer_id
        )
        note(booking, "bookings.expiring", by=None, now=now)
    return len(bookings)


def guard(booking: Booking, *, until: datetime) -> None:
    """While somebody pays nobody takes the places away. The booking is locked."""
    if booking.status == BookingStatus.HELD:
        booking.guarded_until = max(booking.guarded_until or until, until)
        booking.save(update_fields=["guarded_until"])


@transaction.atomic
def expire_hold(booking: Booking, *, now: datetime) -> bool:
    """Release an expiring booking that nobody can pay any more; whether it was released."""
    locked(booking)
    if booking.status not in HOLDING:
        return False
    return expire_all([booking], now=now) == 1


def give_up_hold(booking: Booking, *, by: User | None = None, now: datetime) -> None:
    """The buyer lets go of it, to choose again. What is being paid for stays."""
    locked(booking)
    if booking.status != BookingStatus.HELD or booking.guarded_until is not None:
        return
    booking.status, booking.cancelled_at = BookingStatus.CANCELLED, now
    booking.save(update_fields=["status", "cancelled_at"])
    release([booking], now=now)
    announce(
        BookingCancelled(booking_id=booking.pk, was_confirmed=False),
        about=booking,
        organizer=booking.organizer_id,
    )
    note(booking, "bookings.given_up", by=by, now=now)


def locked(booking: Booking) -> None:
    """As it is now, with its event, until the end of the transaction."""
    rows = Booking.objects.select_related("event").select_for_update(of=("self",))
    booking.refresh_from_db(from_queryset=rows)


def lock_some(bookings: object, *, most: int) -> list[Booking]:
    """Those that nobody else works on: a sweep never waits."""
    some = bookings.order_by("expires_at").select_for_update(skip_locked=True, of=("self",))  # type: ignore[attr-defined] # a query of bookings
    return list(some[:most])


def expire_all(bookings: Sequence[Booking], *, now: datetime) -> int:
    """They are locked."""
    if not bookings:
        return 0
    Booking.objects.filter(pk__in=[one.pk for one in bookings]).update(
        status=BookingStatus.EXPIRED, expired_at=now
    )
    release(bookings, now=now)
    for booking in bookings:
        booking.status, booking.expired_at = BookingStatus.EXPIRED, now
        announce(
            BookingExpired(booking_id=booking.pk), about=booking, organizer=booking.organizer_id
        )
        note(booking, "bookings.expired", by=None, now=now)
    return len(bookings)


def release(bookings: Sequence[Booking], *, now: datetime) -> None:
    """Tickets first: a place that somebody else takes, or that is taken away, must not be
    another's any more."""
    Ticket.objects.filter(booking__in=bookings).exclude(status=TicketStatus.VOID).update(
        status=TicketStatus.VOID, voided_at=now, place=None
    )
    for booking in bookings:
        release_places(holder=booking.pk)
        if booking.code_id is not None:
            release_code_uses(holder=booking.pk)


def note(booking: Booking, action: str, **facts: Any) -> None:
    """Write the act into the audit record of the booking's organizer."""
    record(action=action, on=booking, organizer=booking.organizer_id, **facts)
