from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organizer
from payments.enums import CaseKind
from payments.models.payment import Payment
from ticketing.core.ids import new_id
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal
from ticketing.core.text import UNICODE


class Case(models.Model):
    """Something about money that a person has to look at. Normally there is none."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=CaseKind)
    # Empty for money at the gateway that we know nothing of.
    payment = models.ForeignKey(
        Payment,
        verbose_name=_("payment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
    )
    organizer = models.ForeignKey(
        Organizer,
        verbose_name=_("organizer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # What it is about at the gateway: a dispute, a transaction.
    reference = models.CharField(_("reference"), max_length=255, blank=True)
    facts = models.JSONField(_("facts"), default=dict)
    opened_at = models.DateTimeField(_("opened"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    outcome = models.CharField(_("outcome"), max_length=300, blank=True, db_collation=UNICODE)

    privacy = nothing_personal(
        "id", "kind", "organizer", "reference", "facts", "opened_at", "closed_at", "outcome"
    ) | {
        "payment": personal(Kind.PAYMENT, basis=Basis.LAW, kept=UNTIL_ERASED),
        "closed_by": personal(Kind.IDENTITY, basis=Basis.INTEREST, kept=UNTIL_ERASED),
    }

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=CaseKind.values), name="payments_case_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | Q(closed_at__isnull=False),
                name="payments_case_closed_at_a_moment",
            ),
            # Whoever finds the same again, finds that it is known.
            models.UniqueConstraint(
                fields=["kind", "payment", "reference"],
                condition=Q(closed_at=None),
                nulls_distinct=False,
                name="payments_case_open_once",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
