from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models.event import Event
from events.models.owned import OfAnEvent
from ticketing.core.privacy import nothing_personal


class Listing(OfAnEvent):
    """What lists sort and filter an event by and what is computed from elsewhere, so that finding
    one among a hundred thousand reads one row. A trigger makes it with its event."""

    event = models.OneToOneField(
        Event,
        verbose_name=_("event"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="listing",
    )
    price_from = models.PositiveBigIntegerField(
        _("cheapest"), null=True, blank=True, help_text=_("All in; empty without tickets.")
    )
    price_to = models.PositiveBigIntegerField(_("dearest"), null=True, blank=True)
    # Written by what listens to bookings and views; never on the buying path.
    popularity = models.PositiveIntegerField(_("popularity"), default=0, db_default=0)

    privacy = nothing_personal("event", "organizer", "price_from", "price_to", "popularity")

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        constraints = [
            models.CheckConstraint(
                condition=Q(price_from=None, price_to=None) | Q(price_to__gte=F("price_from")),
                name="events_listing_prices_in_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.event)
