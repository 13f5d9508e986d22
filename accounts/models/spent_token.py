from django.db import models
from django.utils.translation import gettext_lazy as _

from ticketing.core.privacy import nothing_personal


class SpentToken(models.Model):
    """Something that may be used once and was: kept until it would have run out by itself."""

    digest = models.CharField(_("digest"), max_length=64, primary_key=True)
    kept_until = models.DateTimeField(_("kept until"), db_index=True)

    privacy = nothing_personal("digest", "kept_until")

    class Meta:
        verbose_name = _("spent token")
        verbose_name_plural = _("spent tokens")
        ordering = ["kept_until"]

    def __str__(self) -> str:
        return self.digest[:8]
