"""Telling everybody who booked that their event is cancelled, postponed or at another time.

An event may have a hundred thousand bookings: each batch is one transaction that writes its
messages and calls the next, so that a worker that dies goes on where it was. Each message has the
key of its occasion, so that nobody is told twice.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation

from bookings import words
from bookings.announcements import NoticesDue
from bookings.domain.mails import (
    Reader,
    digest,
    facts_of,
    readers_of,
    write,
)
from bookings.enums import BookingStatus
from bookings.models import Booking
from bookings.queries.bookings import in_full
from events.models import Event
from events.showing.moments import moment_in_words
from ticketing.core.failpoints import failpoint
from ticketing.core.outbox import announce

TOLD_AT_ONCE = 100


@transaction.atomic
def begin_notices(
    event_id: UUID, *, kind: str, occasion: str, was_to_begin_at: datetime | None = None
) -> None:
    """Tell who has booked; `kind` is that of the message."""
    call_batch(
        NoticesDue(event_id=event_id, kind=kind, occasion=occasion, was_to_begin_at=was_to_begin_at)
    )


def call_batch(due: NoticesDue) -> None:
    event = Event.objects.filter(pk=due.event_id).only("organizer_id").first()
    if event is not None:
        announce(due, about=event, organizer=event.organizer_id)


@transaction.atomic
def send_notices(due: NoticesDue, *, now: datetime) -> int:
    """One batch, and the call for the next; returns how many bookings were told."""
    rows = in_full(Booking.objects.select_related("user", "event__venue"))
    rows = rows.filter(event=due.event_id, status=BookingStatus.CONFIRMED).exclude(buyer_email="")
    if due.after is not None:
        rows = rows.filter(pk__gt=due.after)
    some = list(rows.order_by("pk")[:TOLD_AT_ONCE])
    for booking in some:
        tell(due, booking, now=now)
    failpoint("bookings.notices_written")
    if len(some) == TOLD_AT_ONCE:
        call_batch(
            NoticesDue(
                event_id=due.event_id,
                kind=due.kind,
                occasion=due.occasion,
                was_to_begin_at=due.was_to_begin_at,
                after=some[-1].pk,
            )
        )
    return len(some)


def tell(due: NoticesDue, booking: Booking, *, now: datetime) -> None:
    for reader in readers_of(booking):
        key = f"{due.kind}:{due.occasion}:{booking.pk}:{digest(reader.address)}"
        write(due.kind, booking, reader, notice_of(due, booking, reader), key=key, now=now)


def notice_of(due: NoticesDue, booking: Booking, reader: Reader) -> dict[str, Any]:
    event, language = booking.event, words.language_of(booking)
    facts = facts_of(booking) | {"link": reader.link}
    with translation.override(language):
        if due.was_to_begin_at is not None:
            facts["was"] = moment_in_words(due.was_to_begin_at, event.zone, language)
        if due.kind != "event_rescheduled":
            facts["notice"] = event.notice
            facts["paid"] = words.total_in_words(booking, language) if reader.is_buyer else ""
    return facts
