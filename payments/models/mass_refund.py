from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from events.models import Event
from events.models.owned import OfAnEvent
from ticketing.core.ids import new_id
from ticketing.core.privacy import nothing_personal


class MassRefund(OfAnEvent):
    """All that was paid for an event that will not be, on its way back: booking after booking."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.OneToOneField(
        Event, verbose_name=_("event"), on_delete=models.PROTECT, related_name="+"
    )
    total = models.PositiveIntegerField(_("bookings"), default=0)
    looked_at_so_far = models.PositiveIntegerField(_("looked at"), default=0)
    asked_for = models.PositiveIntegerField(_("refunds asked for"), default=0)
    # Where the next batch goes on; whoever dies in between begins there again.
    reached = models.UUIDField(_("reached"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("begun"), db_default=Now(), editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    privacy = nothing_personal(
        "id", "organizer", "event", "total", "looked_at_so_far", "asked_for", "reached",
        "created_at", "finished_at",
    )  # fmt: skip

    class Meta:
        verbose_name = _("refund of an event")
        verbose_name_plural = _("refunds of events")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.event)
