"""A word before the event, once per booking."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils import translation

from accounts.notifications.models import Message
from bookings import words
from bookings.domain.mails import buyer_of, facts_of, valid, write
from bookings.enums import BookingStatus
from bookings.models import Booking
from bookings.queries.bookings import in_full
from events.enums import EventStatus
from events.models import Event

BEFORE = timedelta(hours=24)
# Who booked only a while ago remembers, and has the confirmation on top of the mails.
NOT_AFTER_BOOKING = timedelta(hours=6)
REMINDED_AT_ONCE = 100
KEY = "event-reminder:"


@transaction.atomic
def send_reminders(*, now: datetime) -> int:
    """Some of those that are due; returns how many, REMINDED_AT_ONCE if there may be more."""
    soon = Event.objects.filter(
        status=EventStatus.PUBLISHED, starts_at__gt=now, starts_at__lte=now + BEFORE
    )
    key = Concat(Value(KEY), Cast(OuterRef("pk"), CharField()))
    due = (
        in_full(Booking.objects.select_related("user", "event__venue"))
        .filter(
            event__in=[one.pk for one in soon if not one.awaits_new_date],
            status=BookingStatus.CONFIRMED,
            confirmed_at__lte=now - NOT_AFTER_BOOKING,
        )
        .exclude(buyer_email="")
        .exclude(Exists(Message.objects.filter(key=key)))
        .order_by("pk")
    )
    some = list(due[:REMINDED_AT_ONCE])
    for booking in some:
        remind(booking, now=now)
    return len(some)


def remind(booking: Booking, *, now: datetime) -> None:
    reader, language = buyer_of(booking), words.language_of(booking)
    facts = facts_of(booking)
    with translation.override(language):
        facts |= {
            "doors": words.doors_in_words(booking.event, language),
            "tickets": words.tickets_in_words(valid(booking)),
            "link": reader.link,
        }
    write("event_reminder", booking, reader, facts, key=f"{KEY}{booking.pk}", now=now)
