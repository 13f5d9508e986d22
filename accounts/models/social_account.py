from functools import partial

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.enums import SocialProvider
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal

of_a_link = partial(personal, basis=Basis.CONTRACT, kept=UNTIL_ERASED)


class SocialAccount(models.Model):
    """Somebody's account elsewhere that opens the one here: known by issuer and subject alone.

    Addresses and names change hands there; what the provider calls its user does not.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="social_accounts",
    )
    provider = models.CharField(_("provider"), max_length=20, choices=SocialProvider)
    issuer = models.CharField(_("issuer"), max_length=200)
    subject = models.CharField(_("subject"), max_length=255)
    label = models.CharField(_("known there as"), max_length=254, blank=True)
    linked_at = models.DateTimeField(_("connected"), db_default=Now(), editable=False)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    privacy = nothing_personal("id", "provider", "issuer") | {
        "user": of_a_link(Kind.IDENTITY),
        "subject": of_a_link(Kind.IDENTITY),
        "label": of_a_link(Kind.CONTACT),
        "linked_at": of_a_link(Kind.BEHAVIOUR),
        "used_at": of_a_link(Kind.BEHAVIOUR),
    }

    class Meta:
        verbose_name = _("connected account")
        verbose_name_plural = _("connected accounts")
        ordering = ["provider", "linked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], name="accounts_socialaccount_one_person_each"
            ),
            models.CheckConstraint(
                condition=models.Q(provider__in=SocialProvider.values),
                name="accounts_socialaccount_provider_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} · {self.label or self.subject}"
