"""Money without a ticket, a ticket without money: the list that is normally empty."""

import json
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from accounts.admin.scoped import person_of
from accounts.models import User
from bookings.admin.asking import Deed, DeedForm, said
from bookings.admin.bookings import moment
from payments.admin.asking import MoneyRows, asking_the_gateway, confirming_with_places, text_field
from payments.domain.by_hand import can_be_seated, close_case_by_hand, seat_by_hand, settle_by_hand
from payments.models import Case


class OutcomeForm(DeedForm):
    outcome = text_field(gettext_lazy("How it was settled"))


def close(case: Case, facts: dict[str, Any], by: User, now: datetime) -> None:
    close_case_by_hand(case, outcome=facts["outcome"], by=by, now=now)


def settle_its_payment(case: Case, _facts: dict[str, Any], by: User, now: datetime) -> None:
    assert case.payment is not None
    settle_by_hand(case.payment, by=by, now=now)


def seat_its_payment(case: Case, _facts: dict[str, Any], by: User, now: datetime) -> None:
    assert case.payment is not None
    seat_by_hand(case.payment, by=by, now=now)


def is_open(case: Case) -> bool:
    return case.closed_at is None


def can_settle(case: Case) -> bool:
    return is_open(case) and case.payment is not None


def can_seat(case: Case) -> bool:
    return is_open(case) and case.payment is not None and can_be_seated(case.payment)


OF_A_CASE = (
    asking_the_gateway(
        settle_its_payment,
        gettext_lazy("What the gateway says of the payment is taken over."),
        can_settle,
    ),
    confirming_with_places(seat_its_payment, can_seat),
    Deed(
        name="close",
        title=gettext_lazy("Close the case"),
        icon="done_all",
        button=gettext_lazy("Close it"),
        act=close,
        done=gettext_lazy("is closed."),
        words=said(gettext_lazy("Nobody looks after it any more. What you write is kept.")),
        is_for=is_open,
        form=OutcomeForm,
    ),
)


class OpenFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("open"), "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("Open")), ("no", gettext_lazy("Closed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(closed_at__isnull=self.value() == "yes")


@admin.register(Case)
class CaseAdmin(MoneyRows):
    deeds = OF_A_CASE
    list_display = ("kind", "whose", "organizer", "opened", "closed", "outcome")
    list_filter = (OpenFilter, ("kind", ChoicesDropdownFilter))
    list_select_related = ("payment__booking", "organizer")
    search_fields = ("payment__booking__reference", "reference")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        rows: QuerySet[Case] = super().get_queryset(request)
        return rows.select_related(
            "payment__booking__event", "payment__organizer", "organizer", "closed_by"
        )

    def may_act(self, request: HttpRequest, row: Case, deed: Deed | None = None) -> bool:
        """What belongs to no organizer is for the platform's staff."""
        if row.organizer_id is None:
            return person_of(request).is_staff
        return super().may_act(request, row, deed)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = (
            ("kind", "whose"),
            ("organizer", "reference"),
            "what",
            ("opened", "closed", "closed_by"),
            "outcome",
        )
        return ((None, {"fields": fields}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("whose", "what", "opened", "closed")

    @admin.display(description=gettext_lazy("payment"))
    def whose(self, case: Case) -> str:
        if case.payment is None:
            return "–"
        address = reverse("admin:payments_payment_change", args=[case.payment_id])
        return format_html('<a href="{}">{}</a>', address, case.payment)

    @admin.display(description=gettext_lazy("what is known"))
    def what(self, case: Case) -> str:
        return json.dumps(case.facts, ensure_ascii=False, sort_keys=True)

    @admin.display(description=gettext_lazy("opened"))
    def opened(self, case: Case) -> str:
        return moment(case.opened_at)

    @admin.display(description=gettext_lazy("closed"))
    def closed(self, case: Case) -> str:
        return moment(case.closed_at) if case.closed_at else "–"
