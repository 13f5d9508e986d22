from base64 import b64encode

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organizer
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal


class Logo(models.Model):
    """An organizer's sign, small enough to stand in the row: what prints tickets fetches nothing."""

    organizer = models.OneToOneField(
        Organizer,
        verbose_name=_("organizer"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="logo",
    )
    # Written by us alone: a JPEG of the pixels that were sent, and of nothing else.
    picture = models.BinaryField(_("logo"))
    set_at = models.DateTimeField(_("since"), db_default=Now(), editable=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    privacy = nothing_personal("organizer", "picture", "set_at") | {
        "set_by": personal(Kind.IDENTITY, basis=Basis.INTEREST, kept=UNTIL_ERASED)
    }

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")
        ordering = ["organizer"]

    def __str__(self) -> str:
        return str(self.organizer)

    @property
    def address(self) -> str:
        """As a page or a printed sheet has it, without a request."""
        return f"data:image/jpeg;base64,{b64encode(self.picture).decode()}"
