from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organizer
from events.models.event import Event
from events.models.owned import OfAnEvent
from ticketing.core.ids import new_id
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal
from ticketing.core.text import UNICODE

# A stadium twice over; more rows would not be made within a statement's time.
LARGEST_POOL = 200_000


class Pool(OfAnEvent):
    """What can sell out: a hall, a tier, a time slot. Several ticket types may draw on one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="pools"
    )
    name = models.CharField(_("name"), max_length=80, db_collation=UNICODE)
    # The number of its places' rows; triggers hold both together (migration 0002).
    capacity = models.PositiveIntegerField(
        _("capacity"), null=True, blank=True, help_text=_("How many places; empty for no limit.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    privacy = nothing_personal("id", "organizer", "event", "name", "capacity", "position")

    class Meta:
        verbose_name = _("pool of places")
        verbose_name_plural = _("pools of places")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "name"], name="events_pool_name_once"),
            models.UniqueConstraint(fields=["id", "event"], name="events_pool_of_event"),
            models.UniqueConstraint(fields=["id", "organizer"], name="events_pool_of_organizer"),
            models.CheckConstraint(condition=~Q(name=""), name="events_pool_has_a_name"),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__lte=LARGEST_POOL),
                name="events_pool_capacity_reasonable",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_unlimited(self) -> bool:
        return self.capacity is None


class Place(models.Model):
    """One place that can be had by one booking. `holder` is its id: bookings are not known here,
    nor until when it is held; that and whether it is paid for, the booking tells."""

    # One key over pool and organizer does what the two would (migration 0001).
    pool = models.ForeignKey(
        Pool,
        verbose_name=_("pool"),
        on_delete=models.CASCADE,
        related_name="places",
        db_constraint=False,
        db_index=False,
    )
    organizer = models.ForeignKey(
        Organizer,
        verbose_name=_("organizer"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_constraint=False,
        db_index=False,
    )
    number = models.PositiveIntegerField(_("number"))
    seat = models.CharField(_("seat"), max_length=40, null=True, blank=True)  # noqa: DJ001 - NULL: none, and unique
    holder = models.UUIDField(_("booking"), null=True, blank=True, editable=False)

    privacy = nothing_personal("id", "pool", "organizer", "number", "seat") | {
        "holder": personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED)
    }

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["pool", "number"]
        constraints = [
            models.UniqueConstraint(fields=["pool", "number"], name="events_place_number_once"),
            models.UniqueConstraint(fields=["pool", "seat"], name="events_place_seat_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="events_place_numbered_from_one"
            ),
            models.CheckConstraint(condition=~Q(seat=""), name="events_place_seat_has_a_name"),
        ]
        indexes = [
            models.Index(
                F("pool"), F("number"), condition=Q(holder=None), name="events_place_free"
            ),
            models.Index(F("holder"), condition=Q(holder__isnull=False), name="events_place_held"),
        ]

    def __str__(self) -> str:
        return self.seat or str(self.number)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.organizer_id = self.pool.organizer_id
        super().save(*args, **kwargs)

    @property
    def is_free(self) -> bool:
        return self.holder is None
