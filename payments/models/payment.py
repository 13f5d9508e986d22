from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from events.models.owned import OfAnEvent
from payments.enums import OPEN, TAKEN, Channel, PaymentStatus
from ticketing.core.encryption import EncryptedJSONField
from ticketing.core.ids import new_id
from ticketing.core.money import Money
from ticketing.core.privacy import (
    UNTIL_ERASED,
    Basis,
    Kind,
    nothing_personal,
    our_secrets,
    personal,
)


class PaymentQuerySet(models.QuerySet["Payment"]):
    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def taken(self) -> Self:
        return self.filter(status__in=TAKEN)

    def due(self, *, now: datetime) -> Self:
        """Which the gateway is to be asked about, whether or not it ever tells us anything."""
        return self.filter(look_again_at__lte=now)


class Payment(OfAnEvent):
    """One attempt to pay for a booking. A second attempt is another row, with keys of its own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    booking = models.ForeignKey(
        Booking, verbose_name=_("booking"), on_delete=models.PROTECT, related_name="payments"
    )
    status = models.CharField(
        _("status"), max_length=20, choices=PaymentStatus, default=PaymentStatus.CREATED
    )
    is_late = models.BooleanField(
        _("late"), default=False, help_text=_("The money came when the places were gone.")
    )
    is_disputed = models.BooleanField(_("disputed"), default=False)

    gateway = models.CharField(_("gateway"), max_length=20)
    account = models.CharField(
        _("account there"),
        max_length=80,
        blank=True,
        help_text=_("The organizer's own; the platform's if empty."),
    )
    # Empty at the desk, where nobody completes anything.
    channel = models.CharField(_("completed"), max_length=10, choices=Channel, blank=True)
    method = models.CharField(_("method"), max_length=40, blank=True)
    # The gateway's name for it: empty until its answer came, if it ever does.
    reference = models.CharField(_("reference there"), max_length=255, blank=True)
    # What the buyer has to do: an address, or what an app needs.
    action = EncryptedJSONField(_("action"), purpose="payments.action", default=dict, blank=True)
    return_url = models.CharField(_("returns to"), max_length=500, blank=True)
    decline = models.CharField(_("declined because"), max_length=60, blank=True)

    currency = models.CharField(_("currency"), max_length=3)
    amount = models.PositiveBigIntegerField(_("amount"))
    captured = models.PositiveBigIntegerField(_("money taken"), default=0)
    refunded = models.PositiveBigIntegerField(_("given back"), default=0)
    platform_fee = models.PositiveBigIntegerField(_("fee of the platform"), default=0)
    gateway_fee = models.BigIntegerField(_("fee of the gateway"), null=True, blank=True)

    created_at = models.DateTimeField(_("begun"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("can be paid until"))
    captured_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    looked_at = models.DateTimeField(_("last fetched"), null=True, blank=True)
    # When the gateway is to be asked of it next; nothing once all is known.
    look_again_at = models.DateTimeField(_("to be fetched"), null=True, blank=True)
    looks = models.PositiveIntegerField(_("fetched so often"), default=0)

    objects = PaymentQuerySet.as_manager()

    privacy = nothing_personal(
        "id", "organizer", "status", "is_late", "is_disputed", "gateway", "account", "channel",
        "method", "return_url", "currency", "amount", "captured", "refunded", "platform_fee",
        "gateway_fee", "created_at", "expires_at", "captured_at", "looked_at", "look_again_at",
        "looks",
    ) | {
        "booking": personal(Kind.IDENTITY, basis=Basis.LAW, kept=UNTIL_ERASED),
        "reference": personal(Kind.PAYMENT, basis=Basis.LAW, kept=UNTIL_ERASED),
        "decline": personal(Kind.PAYMENT, basis=Basis.CONTRACT, kept=UNTIL_ERASED),
    } | our_secrets("action")  # fmt: skip

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=PaymentStatus.values), name="payments_payment_status_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=[*Channel.values, ""]),
                name="payments_payment_channel_known",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="payments_payment_asks_for_something"
            ),
            models.CheckConstraint(
                condition=Q(refunded__lte=F("captured")),
                name="payments_payment_gives_back_what_it_took",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(TAKEN))
                | Q(captured__gt=0, captured_at__isnull=False),
                name="payments_payment_taken_at_a_moment",
            ),
            # Two attempts at once could both be paid.
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(status__in=sorted(OPEN)),
                name="payments_payment_one_open",
            ),
            models.UniqueConstraint(
                fields=["gateway", "reference"],
                condition=~Q(reference=""),
                name="payments_payment_reference_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["look_again_at"],
                condition=Q(look_again_at__isnull=False),
                name="payments_payment_to_look_at",
            ),
            models.Index(fields=["organizer", "-id"], name="payments_payment_of_organizer"),
        ]

    def __str__(self) -> str:
        return f"{self.booking.reference} · {self.money.format('en')}"

    @property
    def owner(self) -> Booking:
        return self.booking

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def captured_money(self) -> Money:
        return Money(self.captured, self.currency)

    @property
    def left(self) -> Money:
        """What was taken and not given back."""
        return Money(self.captured - self.refunded, self.currency)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_taken(self) -> bool:
        return self.status in TAKEN

    def key(self, operation: str) -> str:
        """The idempotency key of one thing that is asked of the gateway: stored with the row."""
        return f"{operation}:{self.pk}"
