from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ticketing.core.encryption import EncryptedTextField
from ticketing.core.ids import new_id
from ticketing.core.privacy import Basis, Kind, days, nothing_personal, our_secrets, personal


class Notice(models.Model):
    """What a gateway told us, as it came and once it was known to be from it. Only a hint."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    gateway = models.CharField(_("gateway"), max_length=20)
    event = models.CharField(_("event there"), max_length=255)
    kind = models.CharField(_("kind"), max_length=80)
    reference = models.CharField(_("about"), max_length=255, blank=True)
    account = models.CharField(_("account there"), max_length=80, blank=True)
    body = EncryptedTextField(_("as it came"), purpose="payments.notice")
    received_at = models.DateTimeField(_("received"), db_default=Now(), db_index=True)

    privacy = (
        nothing_personal("id", "gateway", "event", "kind", "account", "received_at")
        | our_secrets("body")
        | {
            "reference": personal(
                Kind.PAYMENT, basis=Basis.CONTRACT, kept=days(90, after="received_at")
            ),
        }
    )

    class Meta:
        verbose_name = _("notice of a gateway")
        verbose_name_plural = _("notices of gateways")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event"], name="payments_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} · {self.kind}"
