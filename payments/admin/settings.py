"""What is set: by which gateways money comes, and which refunds wait for a word."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoped import TeamScopedAdmin, person_of
from accounts.permissions import Permission
from events.admin.fields import MoneyField, countries, currencies, one_of
from payments.admin.asking import shown
from payments.domain.by_hand import set_approval_limit
from payments.domain.routes import save_route
from payments.gateways import configured
from payments.models import ApprovalLimit, Route
from ticketing.core.money import EXPONENTS, Money
from ticketing.core.usecase_admin import UseCaseAdmin, UseCaseForm


class LimitForm(UseCaseForm):
    above = MoneyField(label=_("above"))

    class Meta:
        model = ApprovalLimit
        fields = "__all__"

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if code not in EXPONENTS:
            self.add_error("currency", _("There is no such currency."))
        return code

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "above" in self.fields:
            field: Any = self.fields["above"]
            field.in_currency(self.instance.currency)
            self.initial["above"] = Money(self.instance.above, self.instance.currency).amount

    def _clean_fields(self) -> None:
        typed = str(self.data.get("currency", "")).upper()
        if typed in EXPONENTS and "above" in self.fields:
            field: Any = self.fields["above"]
            field.in_currency(typed)
        super()._clean_fields()  # type: ignore[misc] # Django's own hook

    def validate_unique(self) -> None:
        """Setting it again changes it."""

    def act(self, row: ApprovalLimit | None) -> ApprovalLimit:
        facts, now = self.cleaned_data, timezone.now()
        organizer = row.organizer if row else facts["organizer"]
        currency = row.currency if row else facts["currency"]
        limit = set_approval_limit(
            organizer, currency, facts["above"], by=person_of(self.request), now=now
        )
        assert limit is not None
        return limit


@admin.register(ApprovalLimit)
class ApprovalLimitAdmin(TeamScopedAdmin, UseCaseAdmin):
    form = LimitForm
    to_see, to_change = Permission.SEE_MONEY, Permission.REFUND
    list_display = ("organizer", "sum")
    list_select_related = ("organizer",)
    search_fields = ("organizer__name",)
    fields = ("organizer", "currency", "above")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("organizer", "currency") if obj else ()

    def delete_model(self, request: HttpRequest, obj: ApprovalLimit) -> None:
        by, now = person_of(request), timezone.now()
        set_approval_limit(obj.organizer, obj.currency, None, by=by, now=now)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for one in queryset:
            self.delete_model(request, one)

    @admin.display(description=_("refunds wait above"))
    def sum(self, limit: ApprovalLimit) -> str:
        return shown(Money(limit.above, limit.currency))


def gateways() -> list[tuple[str, str]]:
    return [(name, name.capitalize()) for name in configured()]


class RouteForm(UseCaseForm):
    class Meta:
        model = Route
        fields = "__all__"

    def validate_constraints(self) -> None:
        """The domain says it, in words."""

    def act(self, row: Route | None) -> Route:
        return save_route(row, self.cleaned_data, by=person_of(self.request), now=timezone.now())


@admin.register(Route)
class RouteAdmin(TeamScopedAdmin, UseCaseAdmin):
    """What is for everybody is the staff's; finance sees and sets what is for its organizer."""

    form = RouteForm
    to_see, to_change = Permission.SEE_MONEY, Permission.REFUND
    list_display = ("gateway", "position", "currency", "country", "channel", "organizer", "is_open")
    list_select_related = ("organizer",)
    list_filter = ("is_open",)
    search_fields = ("gateway", "account", "organizer__name")
    fieldsets = (
        (None, {"fields": [("gateway", "position"), "is_open"]}),
        (
            _("For which payments"),
            {
                "fields": [("currency", "country", "channel"), ("organizer", "account")],
                "description": _("What stays empty fits all."),
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """What can be chosen is chosen; what is stored already stays, whatever is set up today."""
        if db_field.name == "gateway":
            return one_of(gateways, label=capfirst(db_field.verbose_name))
        if db_field.name in {"currency", "country"}:
            known = currencies if db_field.name == "currency" else countries
            choices = lambda: [("", _("any")), *known()]  # noqa: E731 - asked in each language anew
            return one_of(
                choices,
                label=capfirst(db_field.verbose_name),
                help_text=db_field.help_text,
                required=False,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if person_of(request).is_staff else ("account",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is switched off, and stays to be looked up."""
        return False
