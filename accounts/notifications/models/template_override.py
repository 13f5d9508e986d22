from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.notifications.kinds import UnknownKind, kind_named
from ticketing.core.privacy import WITH_THE_ROW, Basis, Kind, nothing_personal, personal


class TemplateOverride(models.Model):
    """Words that platform staff put in the place of ours, for one mail in one language."""

    kind = models.CharField(_("message"), max_length=100)
    locale = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    changed_at = models.DateTimeField(_("changed"), editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    privacy = nothing_personal("id", "kind", "locale", "subject", "body") | {
        "changed_at": personal(Kind.BEHAVIOUR, basis=Basis.INTEREST, kept=WITH_THE_ROW),
        "changed_by": personal(Kind.IDENTITY, basis=Basis.INTEREST, kept=WITH_THE_ROW),
    }

    class Meta:
        verbose_name = _("edited mail")
        verbose_name_plural = _("edited mails")
        ordering = ["kind", "locale"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "locale"],
                name="notifications_templateoverride_once_per_language",
                violation_error_message=_("This message has words of its own in this language."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_locale_display()})"

    @property
    def title(self) -> str:
        try:
            return str(kind_named(self.kind).title)
        except UnknownKind:
            return self.kind
