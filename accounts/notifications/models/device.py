from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.notifications.enums import Platform
from ticketing.core.ids import new_id
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal

of_the_device = partial(personal, basis=Basis.CONSENT, kept=UNTIL_ERASED)


class Device(models.Model):
    """A phone that takes push messages for the person who is signed in on it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="push_devices",
    )
    platform = models.CharField(_("platform"), max_length=10, choices=Platform)
    token = models.CharField(_("token"), max_length=500, unique=True)
    endpoint = models.CharField(_("provider's address"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("registered"))

    privacy = nothing_personal("platform") | {
        "id": of_the_device(Kind.IDENTITY),
        "user": of_the_device(Kind.IDENTITY),
        "token": of_the_device(Kind.CONTACT, is_secret=True),
        "endpoint": of_the_device(Kind.CONTACT),
        "registered_at": of_the_device(Kind.BEHAVIOUR),
    }

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.CheckConstraint(
                condition=Q(platform__in=Platform.values),
                name="notifications_device_platform_known",
            ),
        ]

    def __str__(self) -> str:
        return self.get_platform_display()
