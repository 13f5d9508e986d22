import secrets
from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.enums import EndReason
from ticketing.core.ids import new_id
from ticketing.core.privacy import Basis, Kind, days, nothing_personal, our_secrets, personal

of_a_device = partial(personal, basis=Basis.CONTRACT, kept=days(90, after="expires_at"))


def new_salt() -> bytes:
    return secrets.token_bytes(16)


class RefreshFamily(models.Model):
    """One device that is signed in to the API: all refresh tokens that followed from one log-in.

    The tokens themselves are nowhere: they are derived from the family, its salt and the
    generation, so that the last one can be given again and none can be read from a backup.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="refresh_families",
        verbose_name=_("person"),
    )
    salt = models.BinaryField(max_length=16, default=new_salt, editable=False)
    generation = models.PositiveIntegerField(_("generation"), default=1)
    device = models.CharField(_("device"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=45, blank=True)
    started_at = models.DateTimeField(_("started"), db_default=Now())
    rotated_at = models.DateTimeField(_("last used"), db_default=Now())
    expires_at = models.DateTimeField(_("ends at the latest"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_because = models.CharField(
        _("ended because"), max_length=20, blank=True, choices=EndReason
    )

    privacy = (
        nothing_personal("generation", "expires_at", "ended_because")
        | our_secrets("salt")
        | {
            "id": of_a_device(Kind.IDENTITY),
            "user": of_a_device(Kind.IDENTITY),
            "device": of_a_device(Kind.BEHAVIOUR),
            "address": of_a_device(Kind.LOCATION),
            "started_at": of_a_device(Kind.BEHAVIOUR),
            "rotated_at": of_a_device(Kind.BEHAVIOUR),
            "ended_at": of_a_device(Kind.BEHAVIOUR),
        }
    )

    class Meta:
        verbose_name = _("signed-in device")
        verbose_name_plural = _("signed-in devices")
        ordering = ["-rotated_at"]
        indexes = [
            models.Index(
                fields=["user", "-rotated_at"],
                name="accounts_family_of_user",
                condition=Q(ended_at=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_because="")
                | Q(ended_at__isnull=False, ended_because__in=EndReason.values),
                name="accounts_refreshfamily_ended_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("started_at")),
                name="accounts_refreshfamily_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.device or str(self.id)
