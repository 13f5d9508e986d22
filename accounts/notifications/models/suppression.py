from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from accounts.notifications.enums import SuppressionReason
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal
from ticketing.core.text import UNICODE

# Forgetting that an address does not want our mail would do its owner no service.
of_the_address = partial(personal, basis=Basis.INTEREST, kept=UNTIL_ERASED)


class Suppression(models.Model):
    """An address that is not written to, since when and why; once cleared, history."""

    address = models.CharField(_("address"), max_length=254, db_collation=UNICODE)
    reason = models.CharField(_("reason"), max_length=12, choices=SuppressionReason)
    words = models.TextField(_("what the other side said"), blank=True)
    suppressed_at = models.DateTimeField(_("since"), db_default=Now())
    cleared_at = models.DateTimeField(_("cleared"), null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("cleared by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    privacy = nothing_personal("id", "reason") | {
        "address": of_the_address(Kind.CONTACT),
        "words": of_the_address(Kind.CONTACT),
        "suppressed_at": of_the_address(Kind.BEHAVIOUR),
        "cleared_at": of_the_address(Kind.BEHAVIOUR),
        "cleared_by": of_the_address(Kind.IDENTITY),
    }

    class Meta:
        verbose_name = _("address we no longer write to")
        verbose_name_plural = _("addresses we no longer write to")
        ordering = ["-suppressed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["address"],
                condition=Q(cleared_at__isnull=True),
                name="notifications_suppression_once_at_a_time",
                violation_error_message=_("We do not write to this address already."),
            ),
            models.CheckConstraint(
                condition=Q(address=Lower("address")),
                name="notifications_suppression_address_lower_case",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=SuppressionReason.values),
                name="notifications_suppression_reason_known",
            ),
            # Its remover may be erased later, so only the one direction holds.
            models.CheckConstraint(
                condition=Q(cleared_by__isnull=True) | Q(cleared_at__isnull=False),
                name="notifications_suppression_cleared_by_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        """Enough to know it by, for titles and records that outlive the person's wish to be
        forgotten."""
        mailbox, _at, domain = self.address.rpartition("@")
        return f"{mailbox[:1]}…@{domain}"
