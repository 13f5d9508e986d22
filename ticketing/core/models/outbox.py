from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ticketing.core.enums import OPEN, DeliveryStatus
from ticketing.core.ids import new_id
from ticketing.core.privacy import Basis, Kind, days, nothing_personal, personal


class AnnouncedEvent(models.Model):
    """What happened, as it was announced; never changed, deleted when it is old and delivered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("event"), max_length=100)
    version = models.PositiveSmallIntegerField(_("version"))
    body = models.JSONField(_("content"))
    about = models.CharField(_("about"), max_length=200, blank=True)
    organizer = models.UUIDField(_("organizer"), null=True, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    announced_at = models.DateTimeField(_("announced"), db_default=Now(), db_index=True)

    # Events name people by their ids; an address stands in one only where there is no id yet.
    privacy = {
        name: personal(
            kind, basis=Basis.CONTRACT, kept=days(settings.EVENTS_KEPT_DAYS, after="announced_at")
        )
        for name, kind in (("body", Kind.CONTACT), ("about", Kind.IDENTITY))
    } | nothing_personal("id", "name", "version", "organizer", "request_id", "announced_at")

    class Meta:
        verbose_name = _("announced event")
        verbose_name_plural = _("announced events")
        indexes = [
            models.Index(
                fields=["about"], condition=~models.Q(about=""), name="core_announcedevent_about"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}.{self.version}"


class Delivery(models.Model):
    """One event on its way to one subscriber.

    `wanted_at` is since when it is to be done; late is what it was wanted for long. `due_at` is when somebody shall look at it next: the next attempt of one that waits, the end
    of the lease of one that is handed over or running. `attempts` never goes back; it is the
    token by which a worker that overslept its lease is known.
    """

    event = models.ForeignKey(
        AnnouncedEvent,
        verbose_name=_("event"),
        on_delete=models.DB_CASCADE,
        related_name="deliveries",
        db_index=False,  # the unique constraint begins with it
    )
    subscriber = models.CharField(_("subscriber"), max_length=100)
    queue = models.CharField(
        _("queue"), max_length=30, blank=True, help_text=_("Empty: the relay runs it itself.")
    )
    status = models.CharField(
        _("status"), max_length=11, choices=DeliveryStatus, default=DeliveryStatus.WAITING
    )
    wanted_at = models.DateTimeField(_("wanted"), db_default=Now())
    due_at = models.DateTimeField(_("due"), db_default=Now())
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    retries = models.PositiveIntegerField(_("retries"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    privacy = nothing_personal(
        "id", "event", "subscriber", "queue", "status", "wanted_at", "due_at", "attempts", "failures", "retries",
        "last_error",  # what is private is taken out before it is written
        "done_at",
    )  # fmt: skip

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "subscriber"], name="core_delivery_once_per_subscriber"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=DeliveryStatus.values),
                name="core_delivery_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status=DeliveryStatus.DONE, done_at__isnull=False)
                | (~models.Q(status=DeliveryStatus.DONE) & models.Q(done_at__isnull=True)),
                name="core_delivery_done_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "due_at"],
                condition=models.Q(status__in=OPEN),
                name="core_delivery_open",
            ),
            models.Index(
                fields=["subscriber"],
                condition=models.Q(status=DeliveryStatus.DEAD),
                name="core_delivery_dead",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """The same at every attempt and every replay, for the other side to drop repeats by."""
        return delivery_key(self.event_id, self.subscriber)


def delivery_key(event_id: object, subscriber: str) -> str:
    return f"{event_id}:{subscriber}"
