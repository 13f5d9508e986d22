from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EventStatus(TextChoices):
    """Where an event is in its life; postponed and paused are facts beside it."""

    DRAFT = "draft", pgettext_lazy("event", "Draft")
    PUBLISHED = "published", pgettext_lazy("event", "Published")
    UNPUBLISHED = "unpublished", pgettext_lazy("event", "Taken off")
    CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")
    FINISHED = "finished", pgettext_lazy("event", "Over")
    ARCHIVED = "archived", pgettext_lazy("event", "Archived")


# The database refuses every other move (migration 0001); a test holds both against each other.
EVENT_MOVES = {
    EventStatus.DRAFT: {EventStatus.PUBLISHED},
    EventStatus.PUBLISHED: {
        EventStatus.UNPUBLISHED,
        EventStatus.CANCELLED,
        EventStatus.FINISHED,
    },
    EventStatus.UNPUBLISHED: {
        EventStatus.PUBLISHED,
        EventStatus.CANCELLED,
        EventStatus.FINISHED,
    },
    EventStatus.CANCELLED: {EventStatus.ARCHIVED},
    EventStatus.FINISHED: {EventStatus.ARCHIVED},
    EventStatus.ARCHIVED: set(),
}
# What can still be changed: after that an event is history.
OPEN_STATUSES = {EventStatus.DRAFT, EventStatus.PUBLISHED, EventStatus.UNPUBLISHED}


class Visibility(TextChoices):
    PUBLIC = "public", _("Everybody finds it")
    UNLISTED = "unlisted", _("Only who has the link")
    PRIVATE = "private", _("Only who has the access code")


class TicketKind(TextChoices):
    PAID = "paid", pgettext_lazy("ticket", "Paid")
    FREE = "free", pgettext_lazy("ticket", "Free")
    OWN_PRICE = "own_price", pgettext_lazy("ticket", "Pay what you want")


class OfferState(TextChoices):
    """Whether a ticket type can be had at a moment; API.md calls it `status`."""

    ON_SALE = "on_sale", pgettext_lazy("tickets", "On sale")
    FEW_LEFT = "few_left", pgettext_lazy("tickets", "Few left")
    ALL_HELD = "all_held", pgettext_lazy("tickets", "Someone is paying for the last ones")
    SOLD_OUT = "sold_out", pgettext_lazy("tickets", "Sold out")
    NOT_YET = "not_yet", pgettext_lazy("tickets", "Not on sale yet")
    ENDED = "ended", pgettext_lazy("tickets", "No longer on sale")
    PAUSED = "paused", pgettext_lazy("tickets", "Sales are paused")


# What can be put into a booking right now.
BUYABLE = {OfferState.ON_SALE, OfferState.FEW_LEFT}


class CodeKind(TextChoices):
    ACCESS = "access", _("Shows hidden tickets")
    PERCENT = "percent", _("Percent off")
    FIXED = "fixed", _("An amount off each ticket")


class QuestionScope(TextChoices):
    ORDER = "order", _("Once for the booking")
    TICKET = "ticket", _("For each ticket")


class QuestionKind(TextChoices):
    LINE = "line", pgettext_lazy("question", "One line")
    TEXT = "text", pgettext_lazy("question", "Several lines")
    NUMBER = "number", pgettext_lazy("question", "Number")
    YES_NO = "yes_no", pgettext_lazy("question", "Yes or no")
    CHOICE = "choice", pgettext_lazy("question", "One of several")
    CHOICES = "choices", pgettext_lazy("question", "Any of several")
    DATE = "date", pgettext_lazy("question", "Date")
    COUNTRY = "country", pgettext_lazy("question", "Country")
    PHONE = "phone", pgettext_lazy("question", "Telephone number")
    FILE = "file", pgettext_lazy("question", "File")


KINDS_WITH_OPTIONS = {QuestionKind.CHOICE, QuestionKind.CHOICES}


class TaxKind(TextChoices):
    """Which of a country's rates; what each is stands in the table of rates."""

    NONE = "none", pgettext_lazy("tax", "No tax")
    STANDARD = "standard", pgettext_lazy("tax", "Standard rate")
    REDUCED = "reduced", pgettext_lazy("tax", "Reduced rate")


class Counted(TextChoices):
    """What people do that is worth counting."""

    VIEW = "view", pgettext_lazy("count", "Looked at")
    TICKETS = "tickets", pgettext_lazy("count", "Went to the tickets")
    BOOKED = "booked", pgettext_lazy("count", "Booked")


# What pages tell of; that something was booked is known here.
COUNTED_BY_PAGES = [one for one in Counted.choices if one[0] != Counted.BOOKED]


class Source(TextChoices):
    """From where somebody came, as far as it concerns nobody."""

    DIRECT = "direct", pgettext_lazy("source", "Typed or saved")
    OURS = "ours", pgettext_lazy("source", "Our own pages")
    SEARCH = "search", pgettext_lazy("source", "Search engines")
    SOCIAL = "social", pgettext_lazy("source", "Social networks")
    OTHER = "other", pgettext_lazy("source", "Other sites")


class MediaPurpose(TextChoices):
    """What a file is for: covers and galleries are shown to everybody, the others to few."""

    COVER = "cover", pgettext_lazy("file", "Cover")
    GALLERY = "gallery", pgettext_lazy("file", "Gallery")
    ATTACHMENT = "attachment", pgettext_lazy("file", "Attachment")
    ANSWER = "answer", pgettext_lazy("file", "Answer to a question")


PUBLIC_PURPOSES = {MediaPurpose.COVER, MediaPurpose.GALLERY}


class MediaState(TextChoices):
    AWAITING = "awaiting", pgettext_lazy("file", "Not sent yet")
    UPLOADED = "uploaded", pgettext_lazy("file", "Arrived")
    SCANNING = "scanning", pgettext_lazy("file", "Being looked into")
    QUARANTINED = "quarantined", pgettext_lazy("file", "Waits for the virus scanner")
    READY = "ready", pgettext_lazy("file", "Ready")
    REFUSED = "refused", pgettext_lazy("file", "Refused")


# The database refuses every other move (migration 0006); a test holds both against each other.
MEDIA_MOVES = {
    MediaState.AWAITING: {MediaState.UPLOADED},
    MediaState.UPLOADED: {MediaState.SCANNING},
    MediaState.SCANNING: {MediaState.QUARANTINED, MediaState.READY, MediaState.REFUSED},
    MediaState.QUARANTINED: {MediaState.SCANNING},
    MediaState.READY: set(),
    MediaState.REFUSED: set(),
}


class Refusal(TextChoices):
    """Why a file was not taken, in words for who sent it."""

    MISSING = "missing", _("The file did not arrive. Please send it again.")
    TOO_LARGE = "too_large", _("The file is larger than it was said to be.")
    WRONG_SIZE = "wrong_size", _("The file arrived incomplete. Please send it again.")
    ACTIVE_CONTENT = (
        "active_content",
        _("Web pages and SVG drawings can carry programs and are not taken. Please save it as JPEG, PNG, WebP, AVIF or PDF."),
    )  # fmt: skip
    TYPE_NOT_ALLOWED = "type_not_allowed", _("Files of this kind are not taken.")
    WRONG_TYPE = "wrong_type", _("The file is not of the kind that its name says.")
    TWO_IN_ONE = (
        "two_in_one",
        _("The file holds a second file of another kind, as harmful ones do. Please save it anew."),
    )
    MACROS = "macros", _("The document contains programs (macros). Please save it without them.")
    LOCKED = "locked", _("The file is protected by a password, so it cannot be looked into.")
    UNPACKS_TOO_LARGE = (
        "unpacks_too_large",
        _("The file unpacks to far more than a document needs."),
    )
    TOO_MANY_PIXELS = (
        "too_many_pixels",
        _("The picture has more than 50 million pixels. Please make it smaller."),
    )
    ODD_SHAPE = "odd_shape", _("The picture is more than eight times as long as it is wide.")
    BROKEN = "broken", _("The file cannot be read. Please save it anew.")
    INFECTED = "infected", _("The virus scanner found something harmful in the file.")
    NOT_SCANNABLE = "not_scannable", _("The file is too large for the virus scanner.")


class RateSource(TextChoices):
    ECB = "ecb", pgettext_lazy("rate", "European Central Bank")
    MANUAL = "manual", pgettext_lazy("rate", "Entered by hand")
