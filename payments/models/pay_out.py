from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organizer
from ticketing.core.ids import new_id
from ticketing.core.money import Money
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal
from ticketing.core.text import UNICODE


class PayOut(models.Model):
    """What the platform sent to an organizer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organizer = models.ForeignKey(
        Organizer, verbose_name=_("organizer"), on_delete=models.PROTECT, related_name="pay_outs"
    )
    amount = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    paid_on = models.DateField(_("paid on"))
    reference = models.CharField(
        _("reference"),
        max_length=80,
        db_collation=UNICODE,
        help_text=_("As the bank has it. The same one is entered once."),
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(_("entered"), db_default=Now(), editable=False)

    privacy = nothing_personal(
        "id", "organizer", "amount", "currency", "paid_on", "reference", "created_at"
    ) | {"recorded_by": personal(Kind.IDENTITY, basis=Basis.LAW, kept=UNTIL_ERASED)}

    class Meta:
        verbose_name = _("pay-out")
        verbose_name_plural = _("pay-outs")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_payout_of_something"),
            models.UniqueConstraint(
                fields=["organizer", "reference"], name="payments_payout_reference_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.money.format('en')} · {self.reference}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
