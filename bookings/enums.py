from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class BookingStatus(TextChoices):
    """Where a booking is. What was paid or given back are rows of their own."""

    HELD = "held", pgettext_lazy("booking", "Held")
    EXPIRING = "expiring", pgettext_lazy("booking", "Running out")
    CONFIRMED = "confirmed", pgettext_lazy("booking", "Confirmed")
    CANCELLED = "cancelled", pgettext_lazy("booking", "Cancelled")
    EXPIRED = "expired", pgettext_lazy("booking", "Run out")


# The database refuses every other move (migration 0001); a test holds both against each other.
BOOKING_MOVES = {
    BookingStatus.HELD: {
        BookingStatus.CONFIRMED,
        BookingStatus.EXPIRING,
        BookingStatus.EXPIRED,
        BookingStatus.CANCELLED,
    },
    BookingStatus.EXPIRING: {BookingStatus.CONFIRMED, BookingStatus.EXPIRED},
    BookingStatus.EXPIRED: {BookingStatus.CONFIRMED},
    BookingStatus.CONFIRMED: {BookingStatus.CANCELLED},
    BookingStatus.CANCELLED: set(),
}
# Who has places that are not sold yet.
HOLDING = {BookingStatus.HELD, BookingStatus.EXPIRING}


class TicketStatus(TextChoices):
    RESERVED = "reserved", pgettext_lazy("ticket", "Reserved")
    VALID = "valid", pgettext_lazy("ticket", "Valid")
    VOID = "void", pgettext_lazy("ticket", "Void")


TICKET_MOVES = {
    TicketStatus.RESERVED: {TicketStatus.VALID, TicketStatus.VOID},
    TicketStatus.VALID: {TicketStatus.VOID},
    TicketStatus.VOID: set(),
}


class Channel(TextChoices):
    """Where a booking was made."""

    WEB = "web", pgettext_lazy("channel", "Page")
    API = "api", pgettext_lazy("channel", "App")
    OFFICE = "office", pgettext_lazy("channel", "Organizer")
