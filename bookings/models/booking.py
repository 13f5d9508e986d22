from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from bookings.enums import HOLDING, BookingStatus, Channel
from bookings.rules import LONGEST_NAME, REFERENCE, REFERENCE_LENGTH
from events.models import Code, Event, TicketType
from events.models.owned import OfAnEvent
from ticketing.core.encryption import EncryptedJSONField
from ticketing.core.ids import new_id
from ticketing.core.money import Money
from ticketing.core.privacy import (
    UNTIL_ERASED,
    Basis,
    Kind,
    nothing_personal,
    personal,
)
from ticketing.core.text import UNICODE


class BookingQuerySet(models.QuerySet["Booking"]):
    def holding(self) -> Self:
        """Whose places are not sold yet and may come back."""
        return self.filter(status__in=HOLDING)

    def run_out(self, *, now: datetime) -> Self:
        """Holds whose time is over and who were never paying: their places are free to take."""
        return self.filter(
            status=BookingStatus.HELD, expires_at__lte=now, guarded_until__isnull=True
        )

    def guard_over(self, *, now: datetime) -> Self:
        """Whose paying took too long: to be closed where they pay before anything is released."""
        return self.filter(status=BookingStatus.HELD, expires_at__lte=now, guarded_until__lte=now)


class Booking(OfAnEvent):
    """Somebody's places at an event, from the moment they are held."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(
        _("reference"), max_length=REFERENCE_LENGTH, unique=True, editable=False
    )
    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.PROTECT, related_name="bookings"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="bookings",
    )
    status = models.CharField(
        _("status"), max_length=10, choices=BookingStatus, default=BookingStatus.HELD
    )
    channel = models.CharField(_("made at"), max_length=10, choices=Channel)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("booked by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who of the team, where the organizer booked for somebody."),
    )

    language = models.CharField(_("language"), max_length=10)
    buyer_email = models.EmailField(_("e-mail address"), blank=True)
    buyer_name = models.CharField(
        _("name"), max_length=LONGEST_NAME, blank=True, db_collation=UNICODE
    )
    buyer_phone = models.CharField(_("telephone number"), max_length=40, blank=True)
    # The one spelling by which limits per person count (bookings.rules.same_mailbox).
    mailbox = models.CharField(_("mailbox"), max_length=254, blank=True, editable=False)
    billing = EncryptedJSONField(_("billing"), purpose="bookings.billing", default=dict, blank=True)
    answers = EncryptedJSONField(_("answers"), purpose="bookings.answers", default=dict, blank=True)
    terms_accepted_at = models.DateTimeField(_("terms accepted"), null=True, blank=True)
    note = models.TextField(
        _("note"), blank=True, db_collation=UNICODE, help_text=_("For the team alone.")
    )
    is_comp = models.BooleanField(
        _("complimentary"),
        db_default=False,
        default=False,
        help_text=_("Given for nothing, whatever its price; it counts for no limit per person."),
    )
    # Raised when the buyer's address is corrected: links that went to the former one are dead.
    token_generation = models.PositiveSmallIntegerField(
        _("generation of its link"), db_default=1, default=1, editable=False
    )

    currency = models.CharField(_("currency"), max_length=3)
    total = models.PositiveBigIntegerField(_("total"))
    fees = models.PositiveBigIntegerField(_("fees in it"), default=0)
    tax = models.PositiveBigIntegerField(_("tax in it"), default=0)
    discount = models.PositiveBigIntegerField(_("taken off"), default=0)
    code = models.ForeignKey(
        Code,
        verbose_name=_("code"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bookings",
    )

    created_at = models.DateTimeField(_("begun"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("held until"), null=True, blank=True)
    extended_at = models.DateTimeField(_("extended"), null=True, blank=True)
    # While somebody pays, nobody takes the places away (docs/adr/0018-holding-places.md).
    guarded_until = models.DateTimeField(_("guarded until"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=300, blank=True, db_collation=UNICODE)
    expired_at = models.DateTimeField(_("run out"), null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    privacy = nothing_personal(
        "id", "organizer", "event", "status", "channel", "language", "currency", "total", "fees",
        "tax", "discount", "code", "created_at", "expires_at", "extended_at", "guarded_until",
        "confirmed_at", "cancelled_at", "expired_at", "terms_accepted_at", "is_comp",
        "token_generation",
    ) | {
        "reference": personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED),
        "user": personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED),
        "booked_by": personal(Kind.IDENTITY, basis=Basis.INTEREST, kept=UNTIL_ERASED),
        "buyer_email": personal(Kind.CONTACT, basis=Basis.CONTRACT, kept=UNTIL_ERASED),
        "buyer_name": personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED),
        "buyer_phone": personal(Kind.CONTACT, basis=Basis.CONTRACT, kept=UNTIL_ERASED),
        "mailbox": personal(Kind.CONTACT, basis=Basis.INTEREST, kept=UNTIL_ERASED),
        "billing": personal(Kind.PAYMENT, basis=Basis.LAW, kept=UNTIL_ERASED, is_secret=True),
        "answers": personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED, is_secret=True),
        "note": personal(Kind.BEHAVIOUR, basis=Basis.INTEREST, kept=UNTIL_ERASED),
        "cancel_reason": personal(Kind.BEHAVIOUR, basis=Basis.INTEREST, kept=UNTIL_ERASED),
    }  # fmt: skip

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=BookingStatus.values), name="bookings_booking_status_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="bookings_booking_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(reference__regex=REFERENCE), name="bookings_booking_reference_spelled"
            ),
            models.CheckConstraint(
                condition=Q(fees__lte=F("total")) & Q(tax__lte=F("total")),
                name="bookings_booking_parts_within_the_total",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(HOLDING)) | Q(expires_at__isnull=False),
                name="bookings_booking_held_until_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status=BookingStatus.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="bookings_booking_confirmed_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status=BookingStatus.CANCELLED) | Q(cancelled_at__isnull=False),
                name="bookings_booking_cancelled_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status=BookingStatus.EXPIRED) | Q(expired_at__isnull=False),
                name="bookings_booking_expired_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status=BookingStatus.CONFIRMED)
                | ~Q(buyer_email="")
                | Q(channel=Channel.OFFICE),
                name="bookings_booking_confirmed_for_somebody",
            ),
            models.CheckConstraint(
                condition=Q(guarded_until=None) | Q(expires_at__isnull=False),
                name="bookings_booking_guarded_only_when_held",
            ),
            models.CheckConstraint(
                condition=Q(extended_at=None) | Q(expires_at__isnull=False),
                name="bookings_booking_extended_only_when_held",
            ),
            models.CheckConstraint(
                condition=Q(is_comp=False) | Q(total=0), name="bookings_booking_comp_for_nothing"
            ),
        ]
        indexes = [
            models.Index(fields=["event", "-id"], name="bookings_booking_of_an_event"),
            models.Index(
                fields=["event", "mailbox"],
                condition=~Q(mailbox=""),
                name="bookings_booking_of_a_mailbox",
            ),
            # Whoever asks for the links to all they booked, whatever it was.
            models.Index(fields=["mailbox"], name="bookings_booking_by_mailbox"),
            models.Index(
                fields=["user", "-id"],
                condition=Q(user__isnull=False),
                name="bookings_booking_of_a_user",
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(status__in=["held", "expiring"]),
                name="bookings_booking_to_expire",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def money(self) -> Money:
        return Money(self.total, self.currency)

    @property
    def costs_nothing(self) -> bool:
        return self.total == 0

    @property
    def is_held(self) -> bool:
        return self.status in HOLDING

    @property
    def is_confirmed(self) -> bool:
        return self.status == BookingStatus.CONFIRMED

    def has_run_out(self, *, now: datetime) -> bool:
        """Whether its places may be given to somebody else, whether or not they were yet."""
        is_over = self.expires_at is not None and self.expires_at <= now
        return self.status == BookingStatus.HELD and is_over and self.guarded_until is None


class BookingLine(models.Model):
    """So many tickets of one type, at the price that was computed when they were held."""

    booking = models.ForeignKey(
        Booking, verbose_name=_("booking"), on_delete=models.CASCADE, related_name="lines"
    )
    ticket_type = models.ForeignKey(
        TicketType,
        verbose_name=_("ticket type"),
        on_delete=models.PROTECT,
        related_name="booking_lines",
    )
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("name"), max_length=80, db_collation=UNICODE)
    quantity = models.PositiveSmallIntegerField(_("quantity"))
    unit_price = models.PositiveBigIntegerField(_("price of one, all in"))
    fees = models.PositiveBigIntegerField(_("fees in it"), default=0)
    tax = models.PositiveBigIntegerField(_("tax in it"), default=0)
    discount = models.PositiveBigIntegerField(_("taken off"), default=0)
    total = models.PositiveBigIntegerField(_("total"))

    privacy = nothing_personal(
        "id", "booking", "ticket_type", "position", "name", "quantity", "unit_price", "fees",
        "tax", "discount", "total",
    )  # fmt: skip

    class Meta:
        verbose_name = _("line of a booking")
        verbose_name_plural = _("lines of bookings")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "position"], name="bookings_bookingline_position_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="bookings_bookingline_of_something"
            ),
            models.CheckConstraint(
                condition=Q(total=F("unit_price") * F("quantity")),
                name="bookings_bookingline_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"
