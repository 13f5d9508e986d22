from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from bookings.enums import ImportState, LineState
from bookings.models.booking import Booking
from events.models import Event
from events.models.owned import OfAnEvent
from ticketing.core.encryption import EncryptedJSONField
from ticketing.core.ids import new_id
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal
from ticketing.core.text import UNICODE


class BookingImport(OfAnEvent):
    """A file of bookings that were made elsewhere: looked over first, then booked line by line."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("imported by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    filename = models.CharField(_("file"), max_length=200, db_collation=UNICODE)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState, default=ImportState.PREVIEW
    )
    is_comp = models.BooleanField(_("complimentary"), db_default=False, default=False)
    created_at = models.DateTimeField(_("read"), db_default=Now(), editable=False)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    privacy = nothing_personal(
        "id", "organizer", "event", "filename", "state", "is_comp", "created_at", "begun_at",
        "finished_at",
    ) | {"person": personal(Kind.IDENTITY, basis=Basis.INTEREST, kept=UNTIL_ERASED)}  # fmt: skip

    class Meta:
        verbose_name = _("import of bookings")
        verbose_name_plural = _("imports of bookings")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="bookings_bookingimport_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ImportState.PREVIEW) | Q(begun_at__isnull=False),
                name="bookings_bookingimport_begun_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=ImportState.DONE) | Q(finished_at__isnull=False),
                name="bookings_bookingimport_done_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class ImportLine(OfAnEvent):
    """One line of such a file, what it says, and the booking it became.

    `key` is the line's own: the same line of the same event is booked once, however often its
    file is brought and whoever dies in between.
    """

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="+", db_index=False
    )
    of = models.ForeignKey(
        BookingImport,
        verbose_name=_("import"),
        on_delete=models.CASCADE,
        related_name="lines",
        db_index=False,
    )
    number = models.PositiveIntegerField(_("line"))
    key = models.CharField(_("key"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=LineState)
    said = EncryptedJSONField(_("what it says"), purpose="bookings.import_line", default=dict)
    problem = models.TextField(_("problem"), blank=True, db_collation=UNICODE)
    booking = models.ForeignKey(
        Booking,
        verbose_name=_("booking"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    privacy = nothing_personal(
        "id", "organizer", "event", "of", "number", "key", "state", "booking"
    ) | {
        "said": personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED, is_secret=True),
        # It may repeat what was written.
        "problem": personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED),
    }

    class Meta:
        verbose_name = _("line of an import")
        verbose_name_plural = _("lines of imports")
        ordering = ["of", "number"]
        constraints = [
            models.UniqueConstraint(fields=["of", "number"], name="bookings_importline_once"),
            models.UniqueConstraint(
                fields=["event", "key"],
                condition=Q(state=LineState.BOOKED),
                name="bookings_importline_booked_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LineState.values), name="bookings_importline_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["of", "number"],
                condition=Q(state=LineState.WAITING),
                name="bookings_importline_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}"
