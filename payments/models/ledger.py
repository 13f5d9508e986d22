"""Double entry: each posting's entries sum up to nothing in each currency, and none ever changes."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organizer
from payments.enums import AccountKind, PostingKind
from payments.models.payment import Payment
from ticketing.core.ids import new_id
from ticketing.core.money import Money
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal


class Account(models.Model):
    kind = models.CharField(_("kind"), max_length=20, choices=AccountKind)
    # Empty for the platform's own.
    organizer = models.ForeignKey(
        Organizer,
        verbose_name=_("organizer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    gateway = models.CharField(_("gateway"), max_length=20, blank=True)
    region = models.CharField(_("taxed in"), max_length=14, blank=True)
    currency = models.CharField(_("currency"), max_length=3)

    privacy = nothing_personal("id", "kind", "organizer", "gateway", "region", "currency")

    class Meta:
        verbose_name = _("account of the ledger")
        verbose_name_plural = _("accounts of the ledger")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AccountKind.values), name="payments_account_kind_known"
            ),
            models.UniqueConstraint(
                fields=["kind", "organizer", "gateway", "region", "currency"],
                nulls_distinct=False,
                name="payments_account_once",
            ),
        ]

    def __str__(self) -> str:
        names = [self.get_kind_display(), self.gateway, self.region, self.currency]
        return " · ".join(one for one in names if one)


class Posting(models.Model):
    """One thing that happened to money, written down once: its key is what happened."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=PostingKind)
    key = models.CharField(_("key"), max_length=200, unique=True)
    organizer = models.ForeignKey(
        Organizer,
        verbose_name=_("organizer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    payment = models.ForeignKey(
        Payment,
        verbose_name=_("payment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="postings",
    )
    occurred_at = models.DateTimeField(_("happened"))
    posted_at = models.DateTimeField(_("written down"), db_default=Now(), editable=False)

    privacy = nothing_personal("id", "kind", "key", "organizer", "occurred_at", "posted_at") | {
        "payment": personal(Kind.PAYMENT, basis=Basis.LAW, kept=UNTIL_ERASED)
    }

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PostingKind.values), name="payments_posting_kind_known"
            ),
        ]
        indexes = [
            models.Index(fields=["organizer", "occurred_at"], name="payments_posting_in_time"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Entry(models.Model):
    posting = models.ForeignKey(
        Posting, verbose_name=_("posting"), on_delete=models.PROTECT, related_name="entries"
    )
    account = models.ForeignKey(
        Account, verbose_name=_("account"), on_delete=models.PROTECT, related_name="entries"
    )
    amount = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)

    privacy = nothing_personal("id", "posting", "account", "amount", "currency")

    class Meta:
        verbose_name = _("entry of the ledger")
        verbose_name_plural = _("entries of the ledger")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="payments_entry_of_something"),
        ]

    def __str__(self) -> str:
        return self.money.format("en")

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
