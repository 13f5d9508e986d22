from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ticketing.core.privacy import nothing_personal
from ticketing.core.text import UNICODE


class Category(models.Model):
    """What kind of event it is; the platform's staff keep the list."""

    slug = models.SlugField(_("address"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    privacy = nothing_personal("id", "slug", "position")

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name_in(get_language() or "en")

    def name_in(self, language: str) -> str:
        """In the language asked for, else in English, else the address."""
        names = {name.language: name.name for name in self.names.all()}
        short = language.partition("-")[0]
        return names.get(language) or names.get(short) or names.get("en") or self.slug


class CategoryName(models.Model):
    category = models.ForeignKey(
        Category, verbose_name=_("category"), on_delete=models.CASCADE, related_name="names"
    )
    language = models.CharField(_("language"), max_length=10)
    name = models.CharField(_("name"), max_length=60, db_collation=UNICODE)

    privacy = nothing_personal("id", "category", "language", "name")

    class Meta:
        verbose_name = _("name of a category")
        verbose_name_plural = _("names of categories")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "language"], name="events_categoryname_once_per_language"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="events_categoryname_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
