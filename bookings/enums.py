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
# Who has places, sold or not.
HAVING = {*HOLDING, BookingStatus.CONFIRMED}
# What money still buys: places that are held, or others where it comes so late that those are gone.
PAYABLE = {*HOLDING, BookingStatus.EXPIRED}


class TicketStatus(TextChoices):
    RESERVED = "reserved", pgettext_lazy("ticket", "Reserved")
    VALID = "valid", pgettext_lazy("ticket", "Valid")
    VOID = "void", pgettext_lazy("ticket", "Void")


class Attendees(TextChoices):
    """Which tickets a list of who comes shows."""

    VALID = "valid", pgettext_lazy("ticket", "Valid")
    VOID = "void", pgettext_lazy("ticket", "Void")
    ALL = "all", pgettext_lazy("ticket", "All")


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


class EntryRule(TextChoices):
    """How often a check-in list lets one ticket in."""

    ONCE = "once", pgettext_lazy("check-in list", "Once")
    REENTRY = "reentry", pgettext_lazy("check-in list", "Again after an exit")
    MANY = "many", pgettext_lazy("check-in list", "As often as they like")


class EntryKind(TextChoices):
    IN = "in", pgettext_lazy("door", "In")
    OUT = "out", pgettext_lazy("door", "Out")
    UNDONE = "undone", pgettext_lazy("door", "Undone")


class EntryResult(TextChoices):
    """What a scan came to. A conflict is somebody whom a scanner without a network let in, or
    would have, and who should not have been."""

    ADMITTED = "admitted", pgettext_lazy("door", "Admitted")
    REFUSED = "refused", pgettext_lazy("door", "Refused")
    CONFLICT = "conflict", pgettext_lazy("door", "Conflict")


class RevocationReason(TextChoices):
    VOID = "void", pgettext_lazy("ticket", "Cancelled")
    REISSUED = "reissued", pgettext_lazy("ticket", "Has a new code")


class Audience(TextChoices):
    """Whom of those with a confirmed booking an organizer writes to."""

    ALL = "all", pgettext_lazy("audience", "Everybody who has booked")
    CAME = "came", pgettext_lazy("audience", "Who has come in")
    ABSENT = "absent", pgettext_lazy("audience", "Who has not come in yet")


class TellingState(TextChoices):
    DRAFT = "draft", pgettext_lazy("message to attendees", "Draft")
    SENDING = "sending", pgettext_lazy("message to attendees", "Going out")
    DONE = "done", pgettext_lazy("message to attendees", "Sent")


class Told(TextChoices):
    """What an organizer's own endpoint is told of a booking."""

    CONFIRMED = "booking.confirmed", pgettext_lazy("endpoint", "Confirmed")
    CHANGED = "booking.changed", pgettext_lazy("endpoint", "Changed")
    CANCELLED = "booking.cancelled", pgettext_lazy("endpoint", "Cancelled")


class PostState(TextChoices):
    WAITING = "waiting", pgettext_lazy("delivery", "Waiting")
    DELIVERED = "delivered", pgettext_lazy("delivery", "Delivered")
    FAILED = "failed", pgettext_lazy("delivery", "Given up")


class ImportState(TextChoices):
    PREVIEW = "preview", pgettext_lazy("import", "Looked over")
    RUNNING = "running", pgettext_lazy("import", "Running")
    DONE = "done", pgettext_lazy("import", "Done")


class LineState(TextChoices):
    """What became of a line. One that was refused changed nothing."""

    WRONG = "wrong", pgettext_lazy("import", "To be mended")
    KNOWN = "known", pgettext_lazy("import", "Booked before")
    WAITING = "waiting", pgettext_lazy("import", "Waiting")
    BOOKED = "booked", pgettext_lazy("import", "Booked")
    REFUSED = "refused", pgettext_lazy("import", "Refused")
