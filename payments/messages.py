"""What payments writes to people. The words are in templates/mails/."""

from django.utils.translation import gettext_lazy as _

from accounts.notifications.enums import Topic
from accounts.notifications.kinds import MessageKind

FACTS = {
    "event": "Summer night",
    "when": "Friday 14 May 2027, 20:00 – 22:30 (Central European Summer Time)",
    "where": "Village hall, Lyon",
    "reference": "K7Q2M9XA",
    "link": "/bookings/K7Q2M9XA/?token=mX3f9c",
    "amount": "€42.00",
    "name": "Ada",
}
# Where somebody's money is, they are told whatever else they want to be told.
ALWAYS = Topic.SECURITY


def kind(name: str, title: object, reason: str) -> MessageKind:
    return MessageKind(
        name=name,
        title=title,
        topic=ALWAYS,
        placeholders={**FACTS, "reason": reason},
        optional=frozenset({"name", "reason"}),
        is_secret=True,
    )


KINDS = [
    kind("refund_done", _("Money was given back"), "You gave tickets back."),
    kind("refund_handed_over", _("Money was given back by hand"), "You gave tickets back."),
    kind("refund_failed", _("Money could not be given back yet"), "You gave tickets back."),
    kind("refund_rejected", _("A refund was refused"), "The last day for it is over."),
    kind(
        "paid_without_place",
        _("Paid, but there was no place left"),
        "The places were gone when your payment came.",
    ),
]
