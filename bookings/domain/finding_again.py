"""“Send me my links again”: to an address, whatever was booked with it, and nothing to anybody else."""

from collections.abc import Sequence
from datetime import datetime
from itertools import batched
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.notifications.domain.addresses import checked_address
from accounts.notifications.domain.messages import notify
from accounts.notifications.enums import Channel
from bookings import words
from bookings.announcements import LinksAsked
from bookings.domain.links import booking_link
from bookings.enums import BookingStatus
from bookings.messages import MOST_LINKS
from bookings.models import Booking
from bookings.rules import same_mailbox
from events.showing.moments import moment_in_words
from ticketing.core.ids import new_id
from ticketing.core.outbox import announce

MOST_MAILS = 5


@transaction.atomic
def ask_for_links(*, email: str) -> None:
    """Send the links of all running bookings to the address they were made with.

    Whether there are any is looked up by a worker: who asks is told the same, in the same time,
    for every address. Raises InvalidAddress for what is none.
    """
    address, ask = checked_address(email.strip(), Channel.EMAIL), new_id()
    announce(LinksAsked(ask=ask, email=address), about=f"bookings.links:{ask}")


@transaction.atomic
def send_links(*, email: str, asked: UUID, now: datetime) -> None:
    """Once per `asked`."""
    found = list(running_bookings(email, now=now)[: MOST_LINKS * MOST_MAILS])
    for number, some in enumerate(batched(found, MOST_LINKS, strict=False)):
        write_links(some, key=f"booking-links:{asked}:{number}", now=now)


def write_links(bookings: Sequence[Booking], *, key: str, now: datetime) -> None:
    """One mail to who made them; all of one address. In a transaction."""
    context: dict[str, str] = {}
    for place, booking in enumerate(bookings, 1):
        context |= {f"booking_{place}": named(booking), f"link_{place}": booking_link(booking)}
    notify(
        "booking_links",
        to=bookings[0].buyer_email,
        key=key,
        context=context,
        now=now,
        locale=bookings[0].language,
    )


def running_bookings(email: str, *, now: datetime) -> QuerySet[Booking]:
    """Of this very address: another spelling of the mailbox may be another person's."""
    is_running = Q(status=BookingStatus.CONFIRMED) | Q(
        status=BookingStatus.HELD, expires_at__gt=now
    )
    return (
        Booking.objects.filter(
            is_running,
            mailbox=same_mailbox(email),
            buyer_email__iexact=email,
            event__ends_at__gt=now,
        )
        .select_related("event")
        .order_by("event__starts_at", "pk")
    )


def named(booking: Booking) -> str:
    event, language = booking.event, words.language_of(booking)
    title = words.title_in(event, language)
    if event.starts_at is None or event.awaits_new_date:
        return title
    return f"{title}, {moment_in_words(event.starts_at, event.zone, language)}"
