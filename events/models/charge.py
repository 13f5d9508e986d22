"""What comes on top of a price or is contained in it: fees and tax."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.enums import TaxKind
from events.models.event import Event
from events.models.owned import OfAnEvent
from events.rules import HIGHEST_PRICE
from ticketing.core.privacy import nothing_personal
from ticketing.core.text import UNICODE


class Fee(OfAnEvent):
    """What is charged with each ticket that costs something; never with a free one."""

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="fees"
    )
    name = models.CharField(_("name"), max_length=80, db_collation=UNICODE)
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2, default=0)
    amount = models.PositiveBigIntegerField(
        _("amount"), default=0, help_text=_("For each ticket, in the currency's smallest unit.")
    )
    is_included = models.BooleanField(
        _("contained in the price"), default=False, help_text=_("Else it comes on top.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    privacy = nothing_personal(
        "id", "organizer", "event", "name", "percent", "amount", "is_included", "position"
    )

    class Meta:
        verbose_name = _("fee")
        verbose_name_plural = _("fees")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="events_fee_has_a_name"),
            models.CheckConstraint(
                condition=Q(percent__range=(0, 100)), name="events_fee_percent_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(amount__range=(0, HIGHEST_PRICE)), name="events_fee_amount_reasonable"
            ),
            models.CheckConstraint(
                condition=Q(percent__gt=0) | Q(amount__gt=0), name="events_fee_is_one"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TaxRate(models.Model):
    """What tax is taken somewhere, from a day until the next row of the same place and kind."""

    country = models.CharField(_("country"), max_length=2)
    region = models.CharField(
        _("region"), max_length=10, blank=True, help_text=_("Empty for the whole country.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TaxKind)
    name = models.CharField(_("name"), max_length=40, help_text=_("As invoices call it: TVA."))
    percent = models.DecimalField(_("percent"), max_digits=6, decimal_places=3)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)

    privacy = nothing_personal(
        "id", "country", "region", "kind", "name", "percent", "valid_from", "valid_until"
    )

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering = ["country", "region", "kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "region", "kind", "valid_from"], name="events_taxrate_once"
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lt=100), name="events_taxrate_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[TaxKind.STANDARD, TaxKind.REDUCED]),
                name="events_taxrate_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(country__regex="^[A-Z]{2}$"), name="events_taxrate_country_two_letters"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="events_taxrate_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.region} {self.percent.normalize():f} %".replace("  ", " ")
