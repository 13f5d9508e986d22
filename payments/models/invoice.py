"""Invoices and credit notes: numbered without a gap for each organizer and year, and never changed."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organizer
from bookings.models import Booking
from events.models.owned import OfAnEvent
from payments.enums import DocumentKind
from ticketing.core.encryption import EncryptedJSONField
from ticketing.core.ids import new_id
from ticketing.core.money import Money
from ticketing.core.privacy import UNTIL_ERASED, Basis, Kind, nothing_personal, personal
from ticketing.core.text import UNICODE


class Seller(models.Model):
    """Who an organizer is on its invoices, as the law wants it."""

    organizer = models.OneToOneField(
        Organizer, verbose_name=_("organizer"), on_delete=models.CASCADE, related_name="seller"
    )
    name = models.CharField(_("legal name"), max_length=200, db_collation=UNICODE)
    address = models.TextField(_("address"), max_length=500, db_collation=UNICODE)
    country = models.CharField(_("country"), max_length=2)
    vat_id = models.CharField(_("VAT number"), max_length=40, blank=True)
    small_print = models.CharField(
        _("small print"),
        max_length=500,
        blank=True,
        db_collation=UNICODE,
        help_text=_("At the foot: register, bank, why no tax is taken."),
    )

    privacy = nothing_personal(
        "id", "organizer", "name", "address", "country", "vat_id", "small_print"
    )

    class Meta:
        verbose_name = _("details on invoices")
        verbose_name_plural = _("details on invoices")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(country__regex="^[A-Z]{2}$"), name="payments_seller_country_two_letters"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Invoice(OfAnEvent):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    booking = models.ForeignKey(
        Booking, verbose_name=_("booking"), on_delete=models.PROTECT, related_name="invoices"
    )
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrected_by",
    )
    # Whoever asks twice for the same gets the same document.
    occasion = models.CharField(_("occasion"), max_length=120, unique=True)
    language = models.CharField(_("language"), max_length=10)
    currency = models.CharField(_("currency"), max_length=3)
    total = models.PositiveBigIntegerField(_("total"))
    tax = models.PositiveBigIntegerField(_("tax in it"))
    # Seller, buyer, lines and taxes as they were: nothing is looked up when it is printed again.
    facts = EncryptedJSONField(_("what it says"), purpose="payments.invoice", default=dict)
    issued_at = models.DateTimeField(_("issued"), db_default=Now(), editable=False)

    privacy = nothing_personal(
        "id", "organizer", "kind", "year", "number", "corrects", "occasion", "language",
        "currency", "total", "tax", "issued_at",
    ) | {
        "booking": personal(Kind.IDENTITY, basis=Basis.LAW, kept=UNTIL_ERASED),
        "facts": personal(Kind.PAYMENT, basis=Basis.LAW, kept=UNTIL_ERASED, is_secret=True),
    }  # fmt: skip

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="payments_invoice_kind_known"
            ),
            models.UniqueConstraint(
                fields=["organizer", "year", "number"], name="payments_invoice_number_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="payments_invoice_numbered_from_one"
            ),
            models.CheckConstraint(
                condition=Q(tax__lte=F("total")), name="payments_invoice_tax_within_the_total"
            ),
            models.CheckConstraint(
                condition=Q(kind=DocumentKind.INVOICE) | Q(corrects__isnull=False),
                name="payments_invoice_corrects_another",
            ),
        ]

    def __str__(self) -> str:
        return self.spelled

    @property
    def owner(self) -> Any:
        return self.booking

    @property
    def spelled(self) -> str:
        """`2027-000042`."""
        return f"{self.year}-{self.number:06d}"

    @property
    def money(self) -> Money:
        return Money(self.total, self.currency)
