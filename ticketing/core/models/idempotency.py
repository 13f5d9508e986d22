from django.db import models
from django.utils.translation import gettext_lazy as _

from ticketing.core.encryption import EncryptedJSONField
from ticketing.core.privacy import Basis, Kind, days, nothing_personal, personal

KEPT_DAYS = 1


class IdempotencyKey(models.Model):
    """One call that asked not to be worked twice, and the answer that it got.

    Key, caller and path are kept as one digest: nobody reads from a row who asked for what.
    """

    digest = models.CharField(_("key, caller and path"), max_length=64)
    body_digest = models.CharField(_("what was sent"), max_length=64)
    begun_at = models.DateTimeField(_("begun"), db_index=True)
    leased_until = models.DateTimeField(
        _("leased until"), help_text=_("After this another call may take over.")
    )
    attempt = models.PositiveIntegerField(_("attempt"), default=1)
    answer = EncryptedJSONField(_("answer"), null=True)

    privacy = {
        "answer": personal(
            Kind.IDENTITY,
            basis=Basis.CONTRACT,
            kept=days(KEPT_DAYS, after="begun_at"),
            is_secret=True,
        )
    } | nothing_personal("id", "digest", "body_digest", "begun_at", "leased_until", "attempt")

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="core_idempotencykey_once_per_call"),
        ]

    def __str__(self) -> str:
        return self.digest[:12]
