from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.enums import LegalKind
from ticketing.core.markdown import render_markdown
from ticketing.core.privacy import WITH_THE_ROW, Basis, Kind, nothing_personal, personal


class LegalText(models.Model):
    """Imprint, terms or privacy notice in one language, written by the platform's staff."""

    kind = models.CharField(_("page"), max_length=10, choices=LegalKind)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    body = models.TextField(_("text"), help_text=_("Markdown; headings start with ##."))
    changed_at = models.DateTimeField(_("changed"), db_default=Now(), editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    privacy = nothing_personal("id", "kind", "language", "body", "changed_at") | {
        "changed_by": personal(Kind.BEHAVIOUR, basis=Basis.INTEREST, kept=WITH_THE_ROW),
    }

    class Meta:
        verbose_name = _("legal text")
        verbose_name_plural = _("legal texts")
        ordering = ["kind", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language"],
                name="accounts_legaltext_once_per_language",
                violation_error_message=_("This page exists in this language already."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=LegalKind.values),
                name="accounts_legaltext_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_language_display()})"

    @property
    def html(self) -> SafeString:
        return render_markdown(self.body)
