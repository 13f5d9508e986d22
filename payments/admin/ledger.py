"""What organizers have to get: statements, pay-outs, and what waits at the gateways."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget

from accounts.admin.scoped import TeamScopedAdmin, permissions_somewhere, person_of
from accounts.domain.permissions import scope
from accounts.models import Organizer
from accounts.permissions import Permission
from bookings.admin.listing import TeamRows
from bookings.showing.answers import FOR_NOBODY_ELSE, saved_as
from bookings.showing.exporting import plain
from events.admin.fields import MoneyField
from payments.admin.asking import midnight, shown
from payments.domain.open_items import open_balances
from payments.domain.paying_out import record_pay_out
from payments.domain.statements import Statement, currencies_of, statement_of
from payments.models import PayOut
from ticketing.core.money import EXPONENTS, Money
from ticketing.core.usecase_admin import UseCaseAdmin, UseCaseForm


class PayOutForm(UseCaseForm):
    amount = MoneyField(label=gettext_lazy("amount"))

    class Meta:
        model = PayOut
        fields = ("organizer", "currency", "amount", "paid_on", "reference")

    def _clean_fields(self) -> None:
        typed = str(self.data.get("currency", "")).upper()
        if typed in EXPONENTS and "amount" in self.fields:
            field: Any = self.fields["amount"]
            field.in_currency(typed)
        super()._clean_fields()  # type: ignore[misc] # Django's own hook

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if code not in EXPONENTS:
            self.add_error("currency", _("There is no such currency."))
        return code

    def validate_unique(self) -> None:
        """The domain says it, in words."""

    def validate_constraints(self) -> None:
        """The domain says it, in words."""

    def act(self, row: PayOut | None) -> PayOut:
        facts = self.cleaned_data
        return record_pay_out(
            facts["organizer"],
            Money(facts["amount"], facts["currency"]),
            reference=facts["reference"],
            paid_on=facts["paid_on"],
            by=person_of(self.request),
            now=timezone.now(),
        )


class StatementForm(forms.Form):
    """Which statement; the last whole month if nothing is said."""

    organizer = forms.ModelChoiceField(
        Organizer.objects.none(),
        label=gettext_lazy("Organizer"),
        widget=UnfoldAdminSelectWidget(),
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), required=False, widget=UnfoldAdminSelectWidget()
    )
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=UnfoldAdminDateWidget()
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=UnfoldAdminDateWidget()
    )


@admin.register(PayOut)
class PayOutAdmin(TeamRows, UseCaseAdmin):
    form = PayOutForm
    to_see, to_change = Permission.SEE_MONEY, Permission.REFUND
    list_display = ("organizer", "sum", "paid_on", "reference")
    list_select_related = ("organizer",)
    search_fields = ("reference", "organizer__name")
    fields = ("organizer", "currency", "amount", "paid_on", "reference")
    change_list_outer_before_template = "admin/payments/money_links.html"

    class Media:
        css = {"all": ["office/office.css"]}

    def get_queryset(self, request: HttpRequest) -> Any:
        return self.rows_with(self.to_see, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Entered by the platform, which sends it."""
        return person_of(request).is_staff

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return super(TeamScopedAdmin, self).formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("amount"))
    def sum(self, pay_out: PayOut) -> str:
        return shown(pay_out.money)

    # --- Statements and what waits -----------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("statement/", wrap(self.statement_view), name="payments_payout_statement"),
            path("open/", wrap(self.open_view), name="payments_payout_open"),
        ]
        theirs: list[URLPattern] = super().get_urls()
        return own + theirs

    def statement_view(self, request: HttpRequest) -> HttpResponse:
        if self.to_see not in permissions_somewhere(request):
            raise PermissionDenied
        mine = scope(Organizer.objects.all(), person_of(request), self.to_see, organizer="")
        found = asked(request, mine)
        if found is not None and request.GET.get("as") == "csv":
            return csv_of(found)
        form = StatementForm(request.GET or None)
        fields: Any = form.fields
        fields["organizer"].queryset = mine
        codes = currencies_of(found.organizer.pk) if found else []
        fields["currency"].choices = [(one, one) for one in codes or ["EUR"]]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Statement"),
            "form": form,
            "statement": found,
            "rows": rows_of(found) if found else [],
            "totals": totals_of(found) if found else [],
            "ends": ends_of(found) if found else None,
            "as_csv": f"?{request.GET.urlencode()}&as=csv",
        }
        return TemplateResponse(request, "admin/payments/statement.html", context)

    def open_view(self, request: HttpRequest) -> HttpResponse:
        """For the platform: what is to be empty again and is not."""
        if not person_of(request).is_staff:
            raise Http404
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("What waits"),
            "balances": [
                (one, shown(one.balance), one.age(now=now) // 24) for one in open_balances()
            ],
        }
        return TemplateResponse(request, "admin/payments/open.html", context)


def asked(request: HttpRequest, mine: Any) -> Statement | None:
    """What the address asks for; None where it asks for nothing, 404 for somebody else's."""
    if not request.GET.get("organizer"):
        return None
    try:
        organizer = mine.filter(pk=request.GET["organizer"]).first()
    except (ValueError, forms.ValidationError):
        organizer = None
    if organizer is None:
        raise Http404
    known = currencies_of(organizer.pk)
    currency = request.GET.get("currency") or (known[0] if known else "EUR")
    if currency not in EXPONENTS:
        raise Http404
    since, until = last_month()
    since = day_in(request.GET.get("since")) or since
    until = day_in(request.GET.get("until")) or until
    zone = timezone.get_current_timezone()
    return statement_of(
        organizer,
        currency,
        since=midnight(since, zone),
        until=midnight(until + timedelta(days=1), zone),
    )


def last_month() -> tuple[date, date]:
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def day_in(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def rows_of(statement: Statement) -> Iterator[tuple[Any, ...]]:
    for one in statement.movements:
        sums = [shown(each) for each in (one.gross, one.fees, one.tax, one.net)]
        yield (one.at, one.kind.label, one.booking, *sums)


def totals_of(statement: Statement) -> Iterator[tuple[Any, ...]]:
    for one in statement.totals:
        sums = [shown(each) for each in (one.gross, one.fees, one.tax, one.net)]
        yield (one.kind.label, one.count, *sums)


def ends_of(statement: Statement) -> tuple[str, str]:
    return shown(statement.opening), shown(statement.closing)


def csv_of(statement: Statement) -> HttpResponse:
    """Plain numbers in the currency's own decimals, as spreadsheets read them."""
    sheet = StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["at", "kind", "booking", "currency", "gross", "fees", "tax", "net"])
    currency = statement.currency
    opening, closing = statement.opening.amount, statement.closing.amount
    writer.writerow([statement.since.isoformat(), "opening", "", currency, "", "", "", opening])
    for one in statement.movements:
        sums = [each.amount for each in (one.gross, one.fees, one.tax, one.net)]
        cells: list[Any] = [one.at.isoformat(), one.kind.value, one.booking, currency, *sums]
        writer.writerow([plain(cell) for cell in cells])
    writer.writerow([statement.until.isoformat(), "closing", "", currency, "", "", "", closing])
    name = f"{statement.organizer.slug}-{statement.since:%Y-%m-%d}-{currency}.csv"
    headers = {"Content-Disposition": saved_as(name), "Cache-Control": FOR_NOBODY_ELSE}
    return HttpResponse(sheet.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
