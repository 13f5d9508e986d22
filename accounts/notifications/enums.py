from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(TextChoices):
    EMAIL = "email", _("Email")
    SMS = "sms", _("Text message")
    PUSH = "push", _("Push")


class Topic(TextChoices):
    """What a message is about, as far as its reader may choose."""

    SECURITY = "security", _("Your account's safety")
    BOOKINGS = "bookings", _("Your bookings")
    REMINDERS = "reminders", _("Reminders")
    ORGANIZER_NEWS = "organizer_news", _("News from organizers you booked with")
    MARKETING = "marketing", _("Ideas and offers from us")


# What holds until a person says otherwise. Text messages cost money and wake people: only who
# asks for them gets them. Marketing is by consent alone.
WANTED_UNLESS_SAID = {
    Channel.EMAIL: {Topic.SECURITY, Topic.BOOKINGS, Topic.REMINDERS, Topic.ORGANIZER_NEWS},
    Channel.SMS: {Topic.SECURITY},
    Channel.PUSH: {Topic.SECURITY, Topic.BOOKINGS, Topic.REMINDERS},
}
ALWAYS_WANTED = {Topic.SECURITY}


class MessageState(TextChoices):
    """How far a message has come, as we know it."""

    QUEUED = "queued", pgettext_lazy("message", "Queued")
    SENT = "sent", pgettext_lazy("message", "Sent")
    DELIVERED = "delivered", pgettext_lazy("message", "Delivered")
    BOUNCED = "bounced", pgettext_lazy("message", "Bounced")
    COMPLAINED = "complained", pgettext_lazy("message", "Complained of")
    FAILED = "failed", pgettext_lazy("message", "Failed")
    WITHHELD = "withheld", pgettext_lazy("message", "Not wanted")


FIRST_STATES = {MessageState.QUEUED, MessageState.WITHHELD}
# The database refuses every other move (migration 0001). The provider's word can arrive before
# our own mark, so a queued message may be found delivered; a late bounce can follow a delivery.
MESSAGE_MOVES = {
    MessageState.QUEUED: {
        MessageState.SENT,
        MessageState.DELIVERED,
        MessageState.BOUNCED,
        MessageState.COMPLAINED,
        MessageState.FAILED,
        MessageState.WITHHELD,
    },
    MessageState.SENT: {
        MessageState.DELIVERED,
        MessageState.BOUNCED,
        MessageState.COMPLAINED,
        MessageState.FAILED,
    },
    MessageState.DELIVERED: {MessageState.BOUNCED, MessageState.COMPLAINED},
    MessageState.BOUNCED: set(),
    MessageState.COMPLAINED: set(),
    MessageState.FAILED: {MessageState.QUEUED},
    MessageState.WITHHELD: set(),
}


class FailureReason(TextChoices):
    SUPPRESSED = "suppressed", _("We no longer write to this address")
    EXPIRED = "expired", _("It would have come too late")
    UNREADABLE = "unreadable", _("It could not be written")
    REFUSED = "refused", _("The other side refused it")
    GIVEN_UP = "given_up", _("The other side was away for too long")
    UNREACHABLE = "unreachable", _("The person cannot be reached this way")


class SuppressionReason(TextChoices):
    HARD_BOUNCE = "hard_bounce", _("Mail to it came back")
    COMPLAINT = "complaint", _("Mail to it was marked as spam")
    MANUAL = "manual", _("Staff said so")


class Platform(TextChoices):
    """Whose service carries a push message to a device."""

    ANDROID = "android", "Android"
    IOS = "ios", "iOS"
