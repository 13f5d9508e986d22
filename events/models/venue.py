from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organizer
from events.rules import validate_timezone
from ticketing.core.ids import new_id
from ticketing.core.privacy import nothing_personal
from ticketing.core.text import UNICODE, TextOrder


class Venue(models.Model):
    """A place where events happen, kept once by the organizer who uses it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organizer = models.ForeignKey(
        Organizer, verbose_name=_("organizer"), on_delete=models.PROTECT, related_name="venues"
    )
    name = models.CharField(_("name"), max_length=120, db_collation=UNICODE)
    street = models.CharField(
        _("street and number"), max_length=200, blank=True, db_collation=UNICODE
    )
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100, db_collation=UNICODE)
    region = models.CharField(
        _("region"),
        max_length=10,
        blank=True,
        help_text=_("State or province as in its post, where taxes depend on it: ON, CA."),
    )
    country = models.CharField(
        _("country"), max_length=2, help_text=_("Two letters, as in addresses: FR, CA.")
    )
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    timezone = models.CharField(
        _("time zone"), max_length=64, validators=[validate_timezone], default="UTC"
    )
    directions = models.TextField(
        _("how to get there"),
        blank=True,
        db_collation=UNICODE,
        help_text=_("Stops, parking, the entrance without steps. Markdown."),
    )

    privacy = nothing_personal(
        "id", "organizer", "name", "street", "postal_code", "city", "region", "country",
        "latitude", "longitude", "timezone", "directions",
    )  # fmt: skip

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = [TextOrder("name")]
        constraints = [
            models.UniqueConstraint(fields=["id", "organizer"], name="events_venue_of_organizer"),
            models.CheckConstraint(condition=~Q(name=""), name="events_venue_has_a_name"),
            models.CheckConstraint(condition=~Q(city=""), name="events_venue_has_a_city"),
            models.CheckConstraint(condition=~Q(timezone=""), name="events_venue_has_a_time_zone"),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"), name="events_venue_country_two_letters"
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="events_venue_point_whole",
            ),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180))
                | Q(latitude=None),
                name="events_venue_point_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"
