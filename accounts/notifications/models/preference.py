from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.notifications.enums import Channel, Topic
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal
from ticketing.core.text import UNICODE

of_the_person = partial(personal, basis=Basis.CONSENT, kept=UNTIL_ERASED)


class Preference(models.Model):
    """What somebody said about one topic on one channel; what nobody said has no row.

    Guests have no account: theirs are kept by address.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="message_preferences",
        db_index=False,  # the unique constraint begins with it
    )
    address = models.CharField(_("address"), max_length=254, blank=True, db_collation=UNICODE)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    is_wanted = models.BooleanField(_("wanted"))
    changed_at = models.DateTimeField(_("changed"))

    privacy = nothing_personal("id") | {
        "user": of_the_person(Kind.IDENTITY),
        "address": of_the_person(Kind.CONTACT),
        "channel": of_the_person(Kind.BEHAVIOUR),
        "topic": of_the_person(Kind.BEHAVIOUR),
        "is_wanted": of_the_person(Kind.BEHAVIOUR),
        "changed_at": of_the_person(Kind.BEHAVIOUR),
    }

    class Meta:
        verbose_name = _("message preference")
        verbose_name_plural = _("message preferences")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "address", "channel", "topic"],
                nulls_distinct=False,
                name="notifications_preference_said_once",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, address="") | Q(user__isnull=True) & ~Q(address=""),
                name="notifications_preference_of_one",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values),
                name="notifications_preference_channel_known",
            ),
            models.CheckConstraint(
                condition=Q(topic__in=Topic.values) & (~Q(topic=Topic.SECURITY)),
                name="notifications_preference_topic_can_be_chosen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()} · {self.get_channel_display()}"
