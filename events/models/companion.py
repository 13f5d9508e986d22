from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models.event import Event
from events.models.owned import OfAnEvent
from ticketing.core.privacy import nothing_personal

# Fewer people might be known by what they book.
FEWEST_PEOPLE = 3


class Companion(OfAnEvent):
    """Another event that people who booked this one have booked too; computed now and then."""

    event = models.ForeignKey(
        Event,
        verbose_name=_("event"),
        on_delete=models.CASCADE,
        related_name="companions",
        db_index=False,
    )
    other = models.ForeignKey(
        Event, verbose_name=_("other event"), on_delete=models.CASCADE, related_name="+"
    )
    people = models.PositiveIntegerField(_("people who booked both"))

    privacy = nothing_personal("id", "organizer", "event", "other", "people")

    class Meta:
        verbose_name = _("event that is booked together")
        verbose_name_plural = _("events that are booked together")
        ordering = ["event", "-people"]
        constraints = [
            models.UniqueConstraint(fields=["event", "other"], name="events_companion_once"),
            models.CheckConstraint(
                condition=Q(people__gte=FEWEST_PEOPLE), name="events_companion_of_enough_people"
            ),
            models.CheckConstraint(condition=~Q(event=F("other")), name="events_companion_another"),
        ]

    def __str__(self) -> str:
        return f"{self.people}"
