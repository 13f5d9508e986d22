"""How often something was looked at: numbers by day, with nobody in them."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from events.enums import Counted, Source
from events.models.event import Event
from events.models.owned import OfAnEvent
from ticketing.core.privacy import nothing_personal
from ticketing.core.text import UNICODE

LONGEST_SEARCH = 60


class EventCount(OfAnEvent):
    """Of one event, on one day (UTC), from one kind of place."""

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="counts"
    )
    day = models.DateField(_("day"))
    kind = models.CharField(_("what"), max_length=10, choices=Counted)
    source = models.CharField(_("from where"), max_length=10, choices=Source)
    count = models.PositiveBigIntegerField(_("how often"))

    privacy = nothing_personal("id", "organizer", "event", "day", "kind", "source", "count")

    class Meta:
        verbose_name = _("count of an event")
        verbose_name_plural = _("counts of events")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "day", "kind", "source"], name="events_eventcount_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Counted.values), name="events_eventcount_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(source__in=Source.values), name="events_eventcount_source_known"
            ),
        ]
        indexes = [
            models.Index(fields=["organizer", "day"], name="events_eventcount_of_a_team"),
            # Rows come in the order of their days.
            BrinIndex(fields=["day"], name="events_eventcount_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.count}"


class SearchCount(models.Model):
    """What was searched for on one day, and whether anything was found."""

    day = models.DateField(_("day"))
    language = models.CharField(_("language"), max_length=10)
    words = models.CharField(_("words"), max_length=LONGEST_SEARCH, db_collation=UNICODE)
    is_found = models.BooleanField(_("found something"))
    count = models.PositiveBigIntegerField(_("how often"))

    privacy = nothing_personal("id", "day", "language", "words", "is_found", "count")

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        ordering = ["-day", "-count"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "language", "words", "is_found"], name="events_searchcount_once"
            ),
        ]

    def __str__(self) -> str:
        return self.words


class CountedBatch(models.Model):
    """A batch of counts that is written, so that none is written twice."""

    id = models.UUIDField(primary_key=True, editable=False)
    written_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)

    privacy = nothing_personal("id", "written_at")

    class Meta:
        verbose_name = _("batch of counts")
        verbose_name_plural = _("batches of counts")

    def __str__(self) -> str:
        return str(self.pk)
