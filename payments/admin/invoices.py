"""Invoices and credit notes in the back office, and who an organizer is on them."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from accounts.admin.scoped import TeamScopedAdmin, person_of
from accounts.audit.admin import DayFilter
from accounts.models import User
from accounts.permissions import Permission
from bookings.admin.asking import Deed, DeedForm, said
from bookings.admin.bookings import moment
from events.admin.fields import countries, one_of
from payments.admin.asking import MoneyRows, shown, text_field
from payments.domain.by_hand import set_seller
from payments.domain.invoicing import BILLING, correct_invoice, credited
from payments.enums import DocumentKind
from payments.models import Invoice, Seller
from payments.showing.answers import invoice_answer
from ticketing.core.usecase_admin import UseCaseAdmin, UseCaseForm


class CorrectForm(DeedForm):
    name = text_field(_("Name"))
    company = text_field(_("Company"), required=False)
    address = text_field(_("Address"), most=500, required=False)
    postal_code = text_field(_("Postal code"), most=20, required=False)
    country = text_field(_("Country, two letters"), most=2, required=False)
    vat_id = text_field(_("VAT number"), most=40, required=False)

    def prepare(self) -> None:
        for name in BILLING:
            self.fields[name].initial = self.row.facts["buyer"].get(name, "")


def correct(invoice: Invoice, facts: dict[str, Any], by: User, now: datetime) -> Invoice:
    return correct_invoice(invoice, facts, by=by, now=now)


def can_be_corrected(invoice: Invoice) -> bool:
    is_invoice = invoice.kind == DocumentKind.INVOICE
    return is_invoice and credited(invoice)[0] < invoice.total


@admin.register(Invoice)
class InvoiceAdmin(MoneyRows):
    deeds = (
        Deed(
            name="correct",
            title=_("Correct the invoice"),
            icon="edit_document",
            button=_("Issue another one"),
            act=correct,
            done=_("is followed by another one."),
            words=said(
                _(
                    "This invoice stays as it is. A credit note takes it back, and another is issued."
                ),
            ),
            is_for=can_be_corrected,
            form=CorrectForm,
        ),
    )
    list_display = ("spelled", "kind", "booked", "sum", "issued")
    list_filter = (("kind", ChoicesDropdownFilter), ("issued_at", DayFilter))
    list_select_related = ("booking",)
    search_fields = ("booking__reference",)
    fields = (("spelled", "kind"), ("booking", "corrects"), ("sum", "issued"), "file")
    readonly_fields = ("spelled", "sum", "issued", "file")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invoice]:
        rows: QuerySet[Invoice] = super().get_queryset(request)
        return rows.select_related("booking", "organizer")

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<path:object_id>/file/",
            self.admin_site.admin_view(self.file_view),
            name="payments_invoice_file",
        )
        theirs: list[URLPattern] = super().get_urls()
        return [own, *theirs]

    def file_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return invoice_answer(row)

    @admin.display(description=_("number"))
    def spelled(self, invoice: Invoice) -> str:
        return invoice.spelled

    @admin.display(description=_("booking"))
    def booked(self, invoice: Invoice) -> str:
        return invoice.booking.reference

    @admin.display(description=_("total"))
    def sum(self, invoice: Invoice) -> str:
        return shown(invoice.money)

    @admin.display(description=_("issued"))
    def issued(self, invoice: Invoice) -> str:
        return moment(invoice.issued_at)

    @admin.display(description=_("file"))
    def file(self, invoice: Invoice) -> str:
        address = reverse("admin:payments_invoice_file", args=[invoice.pk])
        return format_html('<a href="{}">{}.pdf</a>', address, invoice.spelled)


class SellerForm(UseCaseForm):
    country = one_of(countries, label=_("country"))

    class Meta:
        model = Seller
        fields = "__all__"

    def validate_unique(self) -> None:
        """Setting it again changes it."""

    def act(self, row: Seller | None) -> Seller:
        organizer = row.organizer if row else self.cleaned_data["organizer"]
        names = ("name", "address", "country", "vat_id", "small_print")
        facts = {name: self.cleaned_data[name] for name in names}
        return set_seller(organizer, facts, by=person_of(self.request), now=timezone.now())


@admin.register(Seller)
class SellerAdmin(TeamScopedAdmin, UseCaseAdmin):
    form = SellerForm
    to_see, to_change = Permission.SEE_MONEY, Permission.REFUND
    list_display = ("name", "organizer", "vat_id")
    list_select_related = ("organizer",)
    search_fields = ("name",)
    fields = ("organizer", "name", "address", "country", "vat_id", "small_print")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("organizer",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
