"""What comes on top of a price, or is contained in it."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline

from events.admin.fields import MoneyField
from events.admin.rows import EventInline, EventRow
from events.domain.charges import CHANGEABLE, add_fee, change_fee, remove_fee
from events.models import Fee
from ticketing.core.money import Money


class FeeRow(EventRow):
    amount = MoneyField(label=_("amount"), required=False, help_text=_("For each ticket."))

    class Meta:
        model = Fee
        fields = "__all__"

    def clean_amount(self) -> int:
        return self.cleaned_data["amount"] or 0

    def act(self, row: Fee | None) -> Fee:
        now = timezone.now()
        if row is None:
            facts = self.facts(CHANGEABLE)
            if "position" not in self.changed_data:
                facts["position"] = self.parent.fees.count()
            return add_fee(self.parent, facts, by=self.by, now=now)
        change_fee(row, self.changes(), by=self.by, now=now)
        return row

    def take_away(self, row: Fee) -> None:
        remove_fee(row, by=self.by, now=timezone.now())


class FeeInline(EventInline, StackedInline):
    model = Fee
    form = FeeRow
    ordering_field = "position"
    hide_ordering_field = True
    fields = ("name", ("amount", "percent"), "is_included", "position")
    shown_instead = {"amount": "shown_amount", "position": None}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Fee]:
        rows: QuerySet[Fee] = super().get_queryset(request)
        return rows.select_related("event")

    @admin.display(description=_("amount"))
    def shown_amount(self, fee: Fee) -> str:
        return Money(fee.amount, fee.event.currency).format(get_language() or "en")
