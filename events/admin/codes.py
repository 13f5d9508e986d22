"""Words that make tickets cheaper, or show hidden ones."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline

from events.admin.fields import MoneyField
from events.admin.rows import EventInline, EventRow, SomeTicketTypes
from events.domain.codes import (
    CHANGEABLE,
    change_code,
    create_code,
    set_ticket_types,
    withdraw_code,
)
from events.models import Code
from ticketing.core.money import Money


class CodeRow(SomeTicketTypes, EventRow):
    amount = MoneyField(label=_("amount off"), required=False, help_text=_("Off each ticket."))
    budget = MoneyField(
        label=_("budget"), required=False, help_text=_("What may be taken off in all.")
    )

    class Meta:
        model = Code
        fields = "__all__"

    def act(self, row: Code | None) -> Code:
        now = timezone.now()
        if row is None:
            return create_code(
                self.parent,
                self.facts(CHANGEABLE),
                ticket_types=self.cleaned_data["some_types"],
                by=self.by,
                now=now,
            )
        change_code(row, self.changes(), by=self.by, now=now)
        if "some_types" in self.changed_data:
            set_ticket_types(row, self.cleaned_data["some_types"], by=self.by, now=now)
        return row

    def take_away(self, row: Code) -> None:
        withdraw_code(row, by=self.by, now=timezone.now())


class CodeInline(EventInline, StackedInline):
    model = Code
    form = CodeRow
    fieldsets = (
        (None, {"fields": [("code", "kind"), ("percent", "amount"), ("uses", "note")]}),
        (
            _("More about this code"),
            {
                "classes": ["collapse"],
                "fields": [("valid_from_at", "valid_until"), "some_types", "budget"],
            },
        ),
    )
    shown_instead = {"amount": "shown_amount", "budget": "shown_budget"}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Code]:
        rows: QuerySet[Code] = super().get_queryset(request)
        return rows.select_related("event").prefetch_related("ticket_types")

    @admin.display(description=_("amount off"))
    def shown_amount(self, code: Code) -> str | None:
        return in_words(code.amount, code)

    @admin.display(description=_("budget"))
    def shown_budget(self, code: Code) -> str | None:
        return in_words(code.budget, code)


def in_words(minor: Any, code: Code) -> str | None:
    if minor is None:
        return None
    return Money(minor, code.event.currency).format(get_language() or "en")
