from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from bookings.models.booking import Booking
from events.models import Event
from events.models.owned import OfAnEvent
from ticketing.core.ids import new_id
from ticketing.core.privacy import nothing_personal


class TicketFile(OfAnEvent):
    """A PDF of tickets that was made, and is given again while they are what they were.

    It is found by the digest of everything that stands in it: whatever changes, the former file
    is found no more. The row comes first and says `stored_at` once the file is there, so that
    none is ever stored that no row knows of.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="+"
    )
    booking = models.ForeignKey(
        Booking, verbose_name=_("booking"), on_delete=models.CASCADE, related_name="files"
    )
    digest = models.CharField(_("digest"), max_length=64, editable=False)
    created_at = models.DateTimeField(_("begun"), db_default=Now(), editable=False)
    stored_at = models.DateTimeField(_("stored"), null=True, blank=True)
    discarded_at = models.DateTimeField(_("discarded"), null=True, blank=True)

    privacy = nothing_personal(
        "id", "organizer", "event", "booking", "digest", "created_at", "stored_at", "discarded_at"
    )

    class Meta:
        verbose_name = _("file of tickets")
        verbose_name_plural = _("files of tickets")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["digest"],
                condition=Q(discarded_at=None),
                name="bookings_ticketfile_once",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"),
                name="bookings_ticketfile_digest_spelled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["discarded_at"],
                condition=Q(discarded_at__isnull=False),
                name="bookings_ticketfile_discarded",
            ),
            models.Index(fields=["created_at"], name="bookings_ticketfile_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def name(self) -> str:
        """Where it is stored: for who has a short-lived link."""
        return f"private/{self.pk}/tickets.pdf"
