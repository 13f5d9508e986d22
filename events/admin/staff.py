"""What the platform's staff keeps for everybody: kinds of events, rates of tax."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from accounts.admin.scoped import person_of
from events.admin.fields import keep_known, languages, one_of
from events.domain.categories import (
    change_category,
    create_category,
    delete_category,
    set_category_name,
)
from events.domain.charges import end_tax_rate, set_tax_rate
from events.enums import TaxKind
from events.models import Category, CategoryName, TaxRate
from ticketing.core.errors import DomainError
from ticketing.core.usecase_admin import (
    PageAdmin,
    PageForm,
    RowInline,
    UseCaseAdmin,
    UseCaseForm,
)


class CategoryForm(PageForm):
    def act(self, row: Category | None) -> Category:
        by, now = person_of(self.request), timezone.now()
        slug, position = self.cleaned_data["slug"], self.cleaned_data["position"]
        if row is None:
            return create_category(slug=slug, position=position, by=by, now=now)
        if self.changed_data:
            change_category(row, slug=slug, position=position, by=by, now=now)
        return row


class CategoryNameRow(PageForm):
    language = one_of(languages, label=_("language"))

    class Meta:
        model = CategoryName
        fields = ("language", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            keep_known(self.fields["language"], self.instance.language)  # type: ignore[arg-type] # declared above

    def act(self, row: CategoryName | None) -> CategoryName:
        language, name = self.cleaned_data["language"], self.cleaned_data["name"]
        by, now = person_of(self.request), timezone.now()
        if row is not None and row.language != language:
            self.take_away(row)
        text = set_category_name(self.parent, language=language, name=name, by=by, now=now)
        assert text is not None  # the form wants a name
        return text

    def take_away(self, row: CategoryName) -> None:
        by, now = person_of(self.request), timezone.now()
        set_category_name(self.parent, language=row.language, name="", by=by, now=now)


class CategoryNameInline(RowInline, TabularInline):
    model = CategoryName
    form = CategoryNameRow


@admin.register(Category)
class CategoryAdmin(PageAdmin):
    form = CategoryForm
    list_display = ("__str__", "slug", "position")
    search_fields = ("slug", "names__name")
    inlines = (CategoryNameInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        rows: QuerySet[Category] = super().get_queryset(request)
        return rows.prefetch_related("names")

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        delete_category(obj, by=person_of(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Category]) -> None:
        for category in queryset:
            try:
                self.delete_model(request, category)
            except DomainError as error:
                messages.error(request, f"{category}: {error}")


class TaxRateForm(UseCaseForm):
    def validate_unique(self) -> None:
        """The same day again corrects the rate."""

    def validate_constraints(self) -> None:
        """The domain says it, in words."""

    def act(self, row: TaxRate | None) -> TaxRate:
        by, now, facts = person_of(self.request), timezone.now(), self.cleaned_data
        if row is not None and self.changed_data == ["valid_until"]:
            end_tax_rate(row, valid_until=facts["valid_until"], by=by, now=now)
            return row
        key: Any = row or self.instance
        where = f"{key.country}-{key.region}" if key.region else key.country
        said = {name: facts[name] for name in ("name", "percent", "valid_until")}
        return set_tax_rate(
            where=where, kind=TaxKind(key.kind), valid_from=key.valid_from,
            facts=said, by=by, now=now,
        )  # fmt: skip


@admin.register(TaxRate)
class TaxRateAdmin(UseCaseAdmin):
    """A rate that ends keeps its row: prices of its days were computed with it."""

    form = TaxRateForm
    list_display = ("country", "region", "kind", "name", "percent", "valid_from", "valid_until")
    list_filter = ("country", "kind")
    search_fields = ("country", "region", "name")
    fieldsets = (
        (_("Where"), {"fields": [("country", "region")]}),
        (_("What"), {"fields": [("kind", "name"), "percent"]}),
        (_("When"), {"fields": [("valid_from", "valid_until")]}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: TaxRate | None = None) -> Any:
        return ["country", "region", "kind", "valid_from"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: TaxRate | None = None) -> bool:
        return False
