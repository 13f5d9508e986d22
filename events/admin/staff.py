"""What the platform's staff keeps for everybody: kinds of events, rates of tax."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from accounts.audit.admin import AuditedAdmin
from events.models import Category, CategoryName, TaxRate


class CategoryNameInline(TabularInline):
    model = CategoryName
    extra = 0


@admin.register(Category)
class CategoryAdmin(AuditedAdmin, ModelAdmin):
    list_display = ("__str__", "slug", "position")
    search_fields = ("slug", "names__name")
    inlines = (CategoryNameInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return super().get_queryset(request).prefetch_related("names")


@admin.register(TaxRate)
class TaxRateAdmin(AuditedAdmin, ModelAdmin):
    """A rate that ends keeps its row: prices of its days were computed with it."""

    list_display = ("country", "region", "kind", "name", "percent", "valid_from", "valid_until")
    list_filter = ("country", "kind")
    search_fields = ("country", "region", "name")
    fieldsets = (
        (_("Where"), {"fields": [("country", "region")]}),
        (_("What"), {"fields": [("kind", "name"), "percent"]}),
        (_("When"), {"fields": [("valid_from", "valid_until")]}),
    )
