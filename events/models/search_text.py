"""What is found by words. Both tables are written by triggers (migrations 0007 and 0013) and nobody else."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from events.models.event import Event
from events.models.owned import OfAnEvent
from events.models.venue import Venue
from ticketing.core.privacy import nothing_personal


class SearchText(OfAnEvent):
    """The words of an event that lists may show, in all its languages; no other has a row."""

    event = models.OneToOneField(
        Event,
        verbose_name=_("event"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="search_text",
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    # As the event has it; the trigger sees to that.
    venue = models.ForeignKey(
        Venue,
        verbose_name=_("venue"),
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    vector = SearchVectorField(_("words"))

    privacy = nothing_personal("event", "organizer", "starts_at", "ends_at", "venue", "vector")

    class Meta:
        verbose_name = _("words of an event")
        verbose_name_plural = _("words of events")
        indexes = [
            GinIndex(fields=["vector"], name="events_searchtext_words", fastupdate=False),
            # A word that stands in many events is found by date rather than by the word.
            models.Index(fields=["starts_at", "event"], name="events_searchtext_soonest"),
            models.Index(fields=["venue", "starts_at"], name="events_searchtext_nearby"),
        ]

    def __str__(self) -> str:
        return str(self.event_id)


class SearchWord(models.Model):
    """A word that some event is found by, perhaps more than once: what misspelt ones are held
    against. Only of events that everybody could see, so that asking tells nothing of others."""

    word = models.TextField(_("word"), db_collation="C")

    privacy = nothing_personal("id", "word")

    class Meta:
        verbose_name = _("word that is found")
        verbose_name_plural = _("words that are found")
        indexes = [
            models.Index(fields=["word"], name="events_searchword_word"),
            GinIndex(fields=["word"], name="events_searchword_alike", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.word
