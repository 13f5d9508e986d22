from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from events.models.owned import OfAnEvent
from payments.enums import DeskKind, DeskWay
from payments.models.payment import Payment
from payments.models.refund import Refund
from ticketing.core.ids import new_id
from ticketing.core.money import Money
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal
from ticketing.core.text import UNICODE

LONGEST_NOTE = 300


class DeskEntry(OfAnEvent):
    """What the organizer's team says that it took or gave back itself. It only grows: it is the
    book that the gateway "desk" answers from."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(
        Payment,
        verbose_name=_("payment"),
        on_delete=models.PROTECT,
        related_name="desk_entries",
    )
    refund = models.OneToOneField(
        Refund,
        verbose_name=_("refund"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="desk_entry",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=DeskKind)
    way = models.CharField(_("how"), max_length=20, choices=DeskWay)
    amount = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    note = models.CharField(_("note"), max_length=LONGEST_NOTE, blank=True, db_collation=UNICODE)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    entered_at = models.DateTimeField(_("entered"), db_default=Now(), editable=False)

    privacy = nothing_personal(
        "id", "organizer", "kind", "way", "amount", "currency", "entered_at"
    ) | {
        "payment": personal(Kind.PAYMENT, basis=Basis.LAW, kept=UNTIL_ERASED),
        "refund": personal(Kind.PAYMENT, basis=Basis.LAW, kept=UNTIL_ERASED),
        "note": personal(Kind.PAYMENT, basis=Basis.LAW, kept=UNTIL_ERASED),
        "entered_by": personal(Kind.IDENTITY, basis=Basis.LAW, kept=UNTIL_ERASED),
    }

    class Meta:
        verbose_name = _("entry of the desk")
        verbose_name_plural = _("entries of the desk")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DeskKind.values), name="payments_deskentry_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(way__in=DeskWay.values), name="payments_deskentry_way_known"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="payments_deskentry_of_something"
            ),
            models.CheckConstraint(
                condition=Q(kind=DeskKind.TAKEN, refund=None)
                | Q(kind=DeskKind.GIVEN_BACK, refund__isnull=False),
                name="payments_deskentry_gives_back_for_a_refund",
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(kind=DeskKind.TAKEN),
                name="payments_deskentry_taken_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.money.format('en')}"

    @property
    def owner(self) -> Payment:
        return self.payment

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
