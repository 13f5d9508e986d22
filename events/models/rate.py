from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.enums import RateSource
from ticketing.core.privacy import nothing_personal


class Rate(models.Model):
    """How much of a currency one euro was worth on a day. For showing prices, never for charging."""

    currency = models.CharField(_("currency"), max_length=3)
    day = models.DateField(_("day"))
    rate = models.DecimalField(_("for one euro"), max_digits=20, decimal_places=8)
    source = models.CharField(_("source"), max_length=6, choices=RateSource)

    privacy = nothing_personal("id", "currency", "day", "rate", "source")

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-day", "currency", "source"]
        constraints = [
            # The day first: what is asked for is always the last few days, of some or all of them.
            models.UniqueConstraint(
                fields=["day", "currency", "source"], name="events_rate_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$") & ~Q(currency="EUR"),
                name="events_rate_of_another_currency",
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="events_rate_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(source__in=RateSource.values), name="events_rate_source_known"
            ),
        ]

    def __str__(self) -> str:
        return f"1 EUR = {self.rate.normalize():f} {self.currency} ({self.day.isoformat()})"
