from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organizer
from payments.enums import Channel
from ticketing.core.ids import new_id
from ticketing.core.privacy import nothing_personal


class Route(models.Model):
    """By which gateway somebody pays: the first that fits and answers. Empty means any.

    Without a single row every gateway that is configured serves what it can.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    gateway = models.CharField(_("gateway"), max_length=20)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("Where the buyer is.")
    )
    channel = models.CharField(_("completed"), max_length=10, choices=Channel, blank=True)
    organizer = models.ForeignKey(
        Organizer,
        verbose_name=_("organizer"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="payment_routes",
    )
    account = models.CharField(
        _("account there"),
        max_length=80,
        blank=True,
        help_text=_("The organizer's own; the platform's if empty."),
    )
    is_open = models.BooleanField(_("in use"), default=True)

    privacy = nothing_personal(
        "id", "position", "gateway", "currency", "country", "channel", "organizer", "account",
        "is_open",
    )  # fmt: skip

    class Meta:
        verbose_name = _("way of paying")
        verbose_name_plural = _("ways of paying")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=["", *Channel.values]), name="payments_route_channel_known"
            ),
            # An account belongs to one organizer.
            models.CheckConstraint(
                condition=Q(account="") | Q(organizer__isnull=False),
                name="payments_route_account_of_an_organizer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} · {self.gateway}"
