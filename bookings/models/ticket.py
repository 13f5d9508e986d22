from base64 import b64decode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bookings.enums import TicketStatus
from bookings.models.booking import Booking, BookingLine
from bookings.rules import LONGEST_NAME
from events.models import Event, Place, TicketType
from events.models.owned import OfAnEvent
from ticketing.core.encryption import EncryptedJSONField, EncryptedTextField
from ticketing.core.ids import new_id
from ticketing.core.privacy import (
    UNTIL_ERASED,
    Basis,
    Kind,
    nothing_personal,
    our_secrets,
    personal,
)
from ticketing.core.text import UNICODE

HIGHEST_GENERATION = 2**16 - 1


class Ticket(OfAnEvent):
    """One person's way in. Reserved while its booking is held; its code is worth nothing then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    booking = models.ForeignKey(
        Booking, verbose_name=_("booking"), on_delete=models.PROTECT, related_name="tickets"
    )
    line = models.ForeignKey(
        BookingLine, verbose_name=_("line"), on_delete=models.PROTECT, related_name="tickets"
    )
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.PROTECT, related_name="tickets"
    )
    ticket_type = models.ForeignKey(
        TicketType, verbose_name=_("ticket type"), on_delete=models.PROTECT, related_name="tickets"
    )
    # None where there is no limit and so no row for it, and of a void ticket: its place may go.
    place = models.ForeignKey(
        Place,
        verbose_name=_("place"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tickets",
        db_index=False,
    )
    number = models.PositiveSmallIntegerField(_("number"), help_text=_("Within the booking."))
    status = models.CharField(
        _("status"), max_length=10, choices=TicketStatus, default=TicketStatus.RESERVED
    )
    # Raised by every re-issue and transfer: a code of an earlier one is dead.
    generation = models.PositiveIntegerField(_("generation"), default=1)
    attendee_name = models.CharField(
        _("name"), max_length=LONGEST_NAME, blank=True, db_collation=UNICODE
    )
    attendee_email = models.EmailField(_("e-mail address"), blank=True)
    answers = EncryptedJSONField(
        _("answers"), purpose="bookings.ticket_answers", default=dict, blank=True
    )
    # Of its price, when it was exchanged for a cheaper one; the line says what was paid.
    taken_off = models.PositiveBigIntegerField(
        _("given back of its price"), db_default=0, default=0, editable=False
    )
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)

    privacy = nothing_personal(
        "id", "organizer", "booking", "line", "event", "ticket_type", "place", "number", "status",
        "generation", "taken_off", "voided_at",
    ) | {
        "attendee_name": personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED),
        "attendee_email": personal(Kind.CONTACT, basis=Basis.CONTRACT, kept=UNTIL_ERASED),
        "answers": personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED, is_secret=True),
    }  # fmt: skip

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["booking", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "number"], name="bookings_ticket_number_once"
            ),
            # Two bookings can never have one place, whatever the code does.
            models.UniqueConstraint(
                fields=["place"],
                condition=~Q(status=TicketStatus.VOID),
                name="bookings_ticket_place_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=TicketStatus.values), name="bookings_ticket_status_known"
            ),
            models.CheckConstraint(
                condition=Q(generation__range=(1, HIGHEST_GENERATION)),
                name="bookings_ticket_generation_fits_the_code",
            ),
            models.CheckConstraint(
                condition=Q(status=TicketStatus.VOID, voided_at__isnull=False)
                | (~Q(status=TicketStatus.VOID) & Q(voided_at=None)),
                name="bookings_ticket_void_since_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["event", "status"], name="bookings_ticket_of_an_event")]

    def __str__(self) -> str:
        return self.serial

    @property
    def serial(self) -> str:
        """What people read to each other: the booking's reference and a number."""
        return f"{self.booking.reference}-{self.number}"

    @property
    def is_valid(self) -> bool:
        return self.status == TicketStatus.VALID


class TicketKey(OfAnEvent):
    """With what an event's codes are signed. Scanners know the public half alone."""

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="ticket_keys"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    private_key = EncryptedTextField(_("private key"), purpose="bookings.ticket_key")
    public_key = models.CharField(_("public key"), max_length=44)
    created_at = models.DateTimeField(_("made"), db_default=Now(), editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    privacy = nothing_personal(
        "id", "organizer", "event", "number", "public_key", "created_at", "revoked_at"
    ) | our_secrets("private_key")

    class Meta:
        verbose_name = _("key of tickets")
        verbose_name_plural = _("keys of tickets")
        ordering = ["event", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "number"], name="bookings_ticketkey_number_once"
            ),
            # One byte of each code says which.
            models.CheckConstraint(
                condition=Q(number__range=(1, 255)), name="bookings_ticketkey_number_fits_the_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.number}"

    @cached_property
    def signer(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(b64decode(self.private_key))
