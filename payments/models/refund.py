from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from events.models.owned import OfAnEvent
from payments.enums import GIVEN_BACK, RefundReason, RefundStatus
from payments.models.payment import Payment
from ticketing.core.ids import new_id
from ticketing.core.money import Money
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal
from ticketing.core.text import UNICODE


class RefundQuerySet(models.QuerySet["Refund"]):
    def counting(self) -> Self:
        """What counts against what was taken: given back, or on its way."""
        return self.filter(status__in=GIVEN_BACK)


class Refund(OfAnEvent):
    """Money on its way back, once per row and for good: a second one is another row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(
        Payment, verbose_name=_("payment"), on_delete=models.PROTECT, related_name="refunds"
    )
    status = models.CharField(
        _("status"), max_length=20, choices=RefundStatus, default=RefundStatus.REQUESTED
    )
    reason = models.CharField(_("reason"), max_length=20, choices=RefundReason)
    words = models.CharField(_("in words"), max_length=300, blank=True, db_collation=UNICODE)
    amount = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    tickets = ArrayField(models.UUIDField(), verbose_name=_("tickets"), default=list, blank=True)
    # Whoever asks twice for the same gets the same row: an event's cancellation, a ticket.
    occasion = models.CharField(_("occasion"), max_length=120)
    reference = models.CharField(_("reference at the gateway"), max_length=255, blank=True)
    failure = models.CharField(_("failed because"), max_length=120, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked for by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("asked for"), db_default=Now(), editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    done_at = models.DateTimeField(_("given back"), null=True, blank=True)

    objects = RefundQuerySet.as_manager()

    privacy = nothing_personal(
        "id", "organizer", "status", "reason", "amount", "currency", "tickets", "occasion",
        "failure", "created_at", "decided_at", "sent_at", "done_at",
    ) | {
        "payment": personal(Kind.PAYMENT, basis=Basis.LAW, kept=UNTIL_ERASED),
        "words": personal(Kind.BEHAVIOUR, basis=Basis.INTEREST, kept=UNTIL_ERASED),
        "reference": personal(Kind.PAYMENT, basis=Basis.LAW, kept=UNTIL_ERASED),
        "requested_by": personal(Kind.IDENTITY, basis=Basis.INTEREST, kept=UNTIL_ERASED),
        "decided_by": personal(Kind.IDENTITY, basis=Basis.INTEREST, kept=UNTIL_ERASED),
    }  # fmt: skip

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=RefundStatus.values), name="payments_refund_status_known"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=RefundReason.values), name="payments_refund_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="payments_refund_gives_something"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(decided_at__isnull=False),
                name="payments_refund_decided_at_a_moment",
            ),
            models.UniqueConstraint(
                fields=["payment", "occasion"], name="payments_refund_occasion_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(status__in=["requested", "unknown", "sent"]),
                name="payments_refund_on_its_way",
            ),
            models.Index(fields=["organizer", "-id"], name="payments_refund_of_organizer"),
        ]

    def __str__(self) -> str:
        return f"{self.money.format('en')} · {self.get_status_display()}"

    @property
    def owner(self) -> Payment:
        return self.payment

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def key(self) -> str:
        return f"refund:{self.pk}"
