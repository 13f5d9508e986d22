from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organizer
from ticketing.core.privacy import nothing_personal


class ApprovalLimit(models.Model):
    """Above which sum a refund that a buyer asks for waits for the organizer's finance."""

    organizer = models.ForeignKey(
        Organizer, verbose_name=_("organizer"), on_delete=models.CASCADE, related_name="+"
    )
    currency = models.CharField(_("currency"), max_length=3)
    above = models.PositiveBigIntegerField(
        _("above"), help_text=_("In the smallest unit of the currency: 5000 is €50.00.")
    )

    privacy = nothing_personal("id", "organizer", "currency", "above")

    class Meta:
        verbose_name = _("approval of refunds")
        verbose_name_plural = _("approvals of refunds")
        ordering = ["currency"]
        constraints = [
            models.UniqueConstraint(
                fields=["organizer", "currency"], name="payments_approvallimit_once"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"),
                name="payments_approvallimit_currency_three_letters",
            ),
        ]

    def __str__(self) -> str:
        return self.currency
