from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.notifications.enums import Channel, FailureReason, MessageState, Topic
from accounts.notifications.kinds import UnknownKind, kind_named
from ticketing.core.encryption import EncryptedJSONField
from ticketing.core.ids import new_id
from ticketing.core.privacy import Basis, Kind, days, nothing_personal, personal
from ticketing.core.text import UNICODE

# Long enough to answer "I never got it" until a payment can no longer be disputed.
DAYS_KEPT = 400
of_the_message = partial(personal, basis=Basis.CONTRACT, kept=days(DAYS_KEPT, after="queued_at"))


def moment_of(state: MessageState) -> Q:
    return ~Q(state=state) | Q(**{f"{state}_at__isnull": False})


class Message(models.Model):
    """One message to one address on one channel, from the wish to send it to what became of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(_("key"), max_length=200, unique=True)
    kind = models.CharField(_("message"), max_length=100)
    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    address = models.CharField(
        _("address"),
        max_length=254,
        blank=True,
        db_collation=UNICODE,  # empty for push messages, which go to all devices of a person
    )
    locale = models.CharField(_("language"), max_length=10)
    context = EncryptedJSONField(_("values"), null=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=MessageState, default=MessageState.QUEUED
    )
    reason = models.CharField(_("reason"), max_length=12, choices=FailureReason, blank=True)
    error = models.TextField(_("what the other side said"), blank=True)
    resent_from = models.ForeignKey(
        "self",
        verbose_name=_("resent from"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="resent_as",
    )
    provider_id = models.CharField(_("provider's number"), max_length=200, blank=True)
    # Who sends it holds it until then; `attempts` tells a sender that overslept from its heir.
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    queued_at = models.DateTimeField(_("queued"), db_default=Now())
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("bounced"), null=True, blank=True)
    complained_at = models.DateTimeField(_("complained of"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True)
    withheld_at = models.DateTimeField(_("withheld"), null=True, blank=True)

    privacy = nothing_personal(
        "kind", "topic", "channel", "locale", "state", "reason", "resent_from",
        "provider_id", "claimed_until", "attempts",
    ) | {
        "id": of_the_message(Kind.IDENTITY),  # stands in the mail, as its Message-ID
        "key": of_the_message(Kind.IDENTITY),
        "recipient": of_the_message(Kind.IDENTITY),
        "address": of_the_message(Kind.CONTACT),
        "context": of_the_message(Kind.IDENTITY, is_secret=True),
        "error": of_the_message(Kind.CONTACT),  # mail servers repeat the address
        "queued_at": of_the_message(Kind.BEHAVIOUR),
        "sent_at": of_the_message(Kind.BEHAVIOUR),
        "delivered_at": of_the_message(Kind.BEHAVIOUR),
        "bounced_at": of_the_message(Kind.BEHAVIOUR),
        "complained_at": of_the_message(Kind.BEHAVIOUR),
        "failed_at": of_the_message(Kind.BEHAVIOUR),
        "withheld_at": of_the_message(Kind.BEHAVIOUR),
    }  # fmt: skip

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="notifications_message_state_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="notifications_message_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    moment_of(MessageState.SENT),
                    moment_of(MessageState.DELIVERED),
                    moment_of(MessageState.BOUNCED),
                    moment_of(MessageState.COMPLAINED),
                    moment_of(MessageState.FAILED),
                    moment_of(MessageState.WITHHELD),
                ),
                name="notifications_message_state_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(address="") | Q(channel=Channel.PUSH),
                name="notifications_message_goes_somewhere",
            ),
        ]
        indexes = [
            models.Index(fields=["address"], name="notifications_message_address"),
            models.Index(fields=["queued_at"], name="notifications_message_queued"),
            models.Index(
                fields=["provider_id"],
                condition=~Q(provider_id=""),
                name="notifications_message_provider",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        try:
            return str(kind_named(self.kind).title)
        except UnknownKind:
            return self.kind

    @property
    def is_secret(self) -> bool:
        """Whether its values open something; of a kind that nobody knows one must assume it."""
        try:
            return kind_named(self.kind).is_secret
        except UnknownKind:
            return True

    @property
    def message_id(self) -> str:
        """The mail's Message-ID: the same at every attempt, so that a repeat can be known."""
        return f"<{self.id.hex}@{urlsplit(settings.SITE_URL).hostname}>"


class Report(models.Model):
    """What a provider told us of a message; kept so that being told twice changes nothing."""

    message = models.ForeignKey(
        Message, verbose_name=_("message"), on_delete=models.CASCADE, related_name="reports"
    )
    report_id = models.CharField(_("number"), max_length=200, unique=True)
    what = models.CharField(_("report"), max_length=10, choices=MessageState)
    words = models.TextField(_("words"), blank=True)
    reported_at = models.DateTimeField(_("reported"))

    privacy = nothing_personal("id", "report_id") | {
        "message": personal(
            Kind.IDENTITY, basis=Basis.CONTRACT, kept=days(DAYS_KEPT, after="reported_at")
        ),
        "what": personal(
            Kind.BEHAVIOUR, basis=Basis.CONTRACT, kept=days(DAYS_KEPT, after="reported_at")
        ),
        "words": personal(
            Kind.CONTACT, basis=Basis.CONTRACT, kept=days(DAYS_KEPT, after="reported_at")
        ),
        "reported_at": personal(
            Kind.BEHAVIOUR, basis=Basis.CONTRACT, kept=days(DAYS_KEPT, after="reported_at")
        ),
    }

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["reported_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=MessageState.values), name="notifications_report_what_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_what_display()
