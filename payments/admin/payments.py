"""Payments in the back office: what became of each, and what a person can do about it."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.audit.admin import DayFilter
from accounts.models import User
from accounts.permissions import Permission
from bookings.admin.asking import Deed, DeedForm
from bookings.admin.bookings import moment
from bookings.admin.listing import EventFilter, may_in
from events.admin.fields import MoneyField
from events.models import Event
from payments.admin.asking import (
    MoneyRows,
    StaffRows,
    asking_the_gateway,
    confirming_with_places,
    once_field,
    shown,
    text_field,
)
from payments.admin.report import ReportPages
from payments.domain.by_hand import can_be_seated, seat_by_hand, settle_by_hand
from payments.domain.refunding import left_of, request_refund
from payments.enums import DeskWay, PaymentStatus, RefundReason
from payments.gateways.desk import DESK
from payments.models import Notice, Payment
from ticketing.core.money import Money

COLOURS = {
    PaymentStatus.CAPTURED: "success",
    PaymentStatus.PARTIALLY_REFUNDED: "warning",
    PaymentStatus.REFUNDED: "warning",
    PaymentStatus.FAILED: "danger",
    PaymentStatus.CANCELLED: "danger",
    PaymentStatus.UNKNOWN: "danger",
}


class GiveBackForm(DeedForm):
    amount = MoneyField(label=gettext_lazy("Amount"))
    words = text_field(gettext_lazy("Reason"), help_text=gettext_lazy("Kept with the refund."))
    once = once_field()

    def prepare(self) -> None:
        field: Any = self.fields["amount"]
        field.in_currency(self.row.currency)
        field.initial = left_of(self.row).amount


def settle_now(payment: Payment, _facts: dict[str, Any], by: User, now: datetime) -> None:
    settle_by_hand(payment, by=by, now=now)


def seat(payment: Payment, _facts: dict[str, Any], by: User, now: datetime) -> None:
    seat_by_hand(payment, by=by, now=now)


def give_back(payment: Payment, facts: dict[str, Any], by: User, now: datetime) -> None:
    request_refund(
        payment,
        Money(facts["amount"], payment.currency),
        reason=RefundReason.ORGANIZER,
        occasion=f"hand:{facts['once']}",
        words=facts["words"],
        by=by,
        now=now,
    )


def words_of_giving_back(payment: Payment) -> list[str]:
    left = shown(left_of(payment))
    how = _("It goes back the way it was paid. The tickets stay as they are.")
    if payment.gateway == DESK:
        how = _("You hand it over yourselves, and enter that. The tickets stay as they are.")
    return [
        _("Of this payment %(left)s are left to give back.") % {"left": left},
        how,
        _("The buyer is told by mail once it is done."),
    ]


def has_some_left(payment: Payment) -> bool:
    return payment.is_taken and bool(left_of(payment))


def has_a_gateway(payment: Payment) -> bool:
    return payment.gateway != DESK


OF_A_PAYMENT = (
    asking_the_gateway(
        settle_now,
        gettext_lazy("What the gateway says is taken over: money that came gets its places."),
        has_a_gateway,
    ),
    Deed(
        name="give-back",
        title=gettext_lazy("Give money back"),
        icon="undo",
        button=gettext_lazy("Give it back"),
        act=give_back,
        done=gettext_lazy("goes back."),
        words=words_of_giving_back,
        is_for=has_some_left,
        form=GiveBackForm,
        is_dangerous=True,
    ),
    confirming_with_places(seat, can_be_seated),
)


class OfEventFilter(EventFilter):
    needs, path = Permission.SEE_MONEY, "booking__event"


def payments_address(request: HttpRequest, event: Event) -> str | None:
    if not may_in(Permission.SEE_MONEY, request, event.organizer_id):
        return None
    return f"{reverse('admin:payments_payment_changelist')}?event={event.pk}"


@admin.register(Payment)
class PaymentAdmin(ReportPages, MoneyRows):
    deeds = OF_A_PAYMENT
    list_display = ("booked", "sum", "state", "gateway", "flags", "begun")
    list_filter = (
        OfEventFilter,
        ("status", ChoicesDropdownFilter),
        ("gateway", ChoicesDropdownFilter),
        "is_late",
        "is_disputed",
        ("created_at", DayFilter),
    )
    list_select_related = ("booking",)
    search_fields = ("booking__reference", "reference")
    change_form_outer_after_template = "admin/payments/desk_entries.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        rows: QuerySet[Payment] = super().get_queryset(request)
        return rows.select_related("booking__event", "organizer")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = (
            ("booking", "status"),
            ("sum", "taken", "back"),
            ("gateway", "account", "reference"),
            ("how", "decline", "flags"),
            ("begun", "captured_at", "looked_at"),
        )
        return ((None, {"fields": fields}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("sum", "taken", "back", "how", "flags", "begun")

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        entries = row.desk_entries.select_related("entered_by") if row.gateway == DESK else []
        return {
            **super().page(request, row),
            "entries": [(one, shown(one.money)) for one in entries],
        }

    @admin.display(description=gettext_lazy("booking"))
    def booked(self, payment: Payment) -> str:
        return payment.booking.reference

    @display(description=gettext_lazy("status"), label=COLOURS)
    def state(self, payment: Payment) -> tuple[str, Any]:
        return payment.status, payment.get_status_display()

    @admin.display(description=gettext_lazy("amount"))
    def sum(self, payment: Payment) -> str:
        return shown(payment.money)

    @admin.display(description=gettext_lazy("money taken"))
    def taken(self, payment: Payment) -> str:
        return shown(payment.captured_money)

    @admin.display(description=gettext_lazy("given back"))
    def back(self, payment: Payment) -> str:
        return shown(Money(payment.refunded, payment.currency))

    @admin.display(description=gettext_lazy("method"))
    def how(self, payment: Payment) -> str:
        return str(dict(DeskWay.choices).get(payment.method, payment.method)) or "–"

    @admin.display(description=gettext_lazy("note"))
    def flags(self, payment: Payment) -> str:
        told = ((payment.is_late, _("late")), (payment.is_disputed, _("disputed")))
        return ", ".join(word for is_so, word in told if is_so) or "–"

    @admin.display(description=gettext_lazy("begun"))
    def begun(self, payment: Payment) -> str:
        return moment(payment.created_at)


@admin.register(Notice)
class NoticeAdmin(StaffRows):
    list_display = ("gateway", "kind", "reference", "received")
    list_filter = (("received_at", DayFilter),)
    search_fields = ("reference", "event")
    fields = ("gateway", "kind", "event", "reference", "account", "received")
    readonly_fields = ("received",)

    @admin.display(description=gettext_lazy("received"))
    def received(self, notice: Notice) -> str:
        return moment(notice.received_at)
