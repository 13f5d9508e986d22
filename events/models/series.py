from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organizer
from ticketing.core.ids import new_id
from ticketing.core.privacy import nothing_personal
from ticketing.core.text import UNICODE


class Series(models.Model):
    """Events that belong together: the dates of one play, the evenings of a course."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organizer = models.ForeignKey(
        Organizer, verbose_name=_("organizer"), on_delete=models.PROTECT, related_name="series"
    )
    title = models.CharField(_("title"), max_length=150, db_collation=UNICODE)
    rrule = models.TextField(
        _("rule of dates"),
        blank=True,
        help_text=_("As in calendars (RFC 5545): FREQ=WEEKLY;BYDAY=FR;COUNT=10"),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    privacy = nothing_personal("id", "organizer", "title", "rrule", "created_at")

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["id", "organizer"], name="events_series_of_organizer"),
            models.CheckConstraint(condition=~Q(title=""), name="events_series_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title
