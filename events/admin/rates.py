"""Exchange rates: the bank's to look at, and those of other currencies, entered by hand."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoped import person_of
from events.admin.fields import currencies, one_of
from events.domain.rates import EURO, set_rate
from events.enums import RateSource
from events.models import Rate
from ticketing.core.usecase_admin import UseCaseAdmin, UseCaseForm


def others() -> list[tuple[str, Any]]:
    return [one for one in currencies() if one[0] != EURO]


class RateForm(UseCaseForm):
    class Meta:
        model = Rate
        fields = ("currency", "day", "rate")

    def validate_unique(self) -> None:
        """The same day again corrects the rate."""

    def validate_constraints(self) -> None:
        """The domain says it, in words."""

    def act(self, row: Rate | None) -> Rate:
        key: Any = row or self.instance
        by, now, rate = person_of(self.request), timezone.now(), self.cleaned_data["rate"]
        return set_rate(key.currency, day=key.day, rate=rate, by=by, now=now)


@admin.register(Rate)
class RateAdmin(UseCaseAdmin):
    """Prices are shown with them, never charged. A rate that is out of date keeps its row."""

    form = RateForm
    list_display = ("currency", "rate", "day", "source")
    list_filter = ("source",)
    search_fields = ("currency",)
    show_full_result_count = False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "currency":
            return one_of(others, label=capfirst(_("currency")))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Rate | None = None) -> Any:
        return ["currency", "day", "rate", *(["source"] if obj else [])]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"day": timezone.now().date()}

    def get_readonly_fields(self, request: HttpRequest, obj: Rate | None = None) -> Any:
        return ["currency", "day", "source"] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Rate | None = None) -> bool:
        is_ours = obj is None or obj.source == RateSource.MANUAL
        return is_ours and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Rate | None = None) -> bool:
        return False
