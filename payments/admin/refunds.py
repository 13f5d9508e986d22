"""Refunds: where each is, and the word of finance for those that wait for it."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.audit.admin import DayFilter
from accounts.models import User
from bookings.admin.asking import Deed, DeedForm, said
from bookings.admin.bookings import moment
from payments.admin.asking import MoneyRows, asking_the_gateway, shown, text_field
from payments.admin.desk import HAND_OVER
from payments.domain.approving import approve_refund, reject_refund
from payments.domain.by_hand import settle_by_hand
from payments.domain.desk import is_to_hand_over
from payments.enums import RefundStatus
from payments.models import MassRefund, Refund

COLOURS = {
    RefundStatus.DONE: "success",
    RefundStatus.AWAITING_APPROVAL: "warning",
    RefundStatus.FAILED: "danger",
    RefundStatus.UNKNOWN: "danger",
}


class RejectForm(DeedForm):
    words = text_field(
        gettext_lazy("Reason"), help_text=gettext_lazy("The buyer reads it in the mail.")
    )


def approve(refund: Refund, _facts: dict[str, Any], by: User, now: datetime) -> None:
    approve_refund(refund, by=by, now=now)


def reject(refund: Refund, facts: dict[str, Any], by: User, now: datetime) -> None:
    reject_refund(refund, words=facts["words"], by=by, now=now)


def look_again(refund: Refund, _facts: dict[str, Any], by: User, now: datetime) -> None:
    settle_by_hand(refund.payment, by=by, now=now)


def is_waiting(refund: Refund) -> bool:
    return refund.status == RefundStatus.AWAITING_APPROVAL


def is_under_way(refund: Refund) -> bool:
    return not is_to_hand_over(refund) and refund.status in {
        RefundStatus.SENT,
        RefundStatus.UNKNOWN,
        RefundStatus.REQUESTED,
    }


OF_A_REFUND = (
    HAND_OVER,
    Deed(
        name="approve",
        title=gettext_lazy("Approve the refund"),
        icon="check",
        button=gettext_lazy("Approve"),
        act=approve,
        done=gettext_lazy("is on its way."),
        words=said(gettext_lazy("The money is sent back at once, the way it was paid.")),
        is_for=is_waiting,
    ),
    Deed(
        name="reject",
        title=gettext_lazy("Refuse the refund"),
        icon="block",
        button=gettext_lazy("Refuse"),
        act=reject,
        done=gettext_lazy("is refused."),
        words=said(
            gettext_lazy("The tickets stay given up, and the money stays with you."),
            gettext_lazy("The buyer is told why."),
        ),
        is_for=is_waiting,
        form=RejectForm,
        is_dangerous=True,
    ),
    asking_the_gateway(
        look_again,
        gettext_lazy("What the gateway says of the refund is taken over."),
        is_under_way,
        name="look",
    ),
)


@admin.register(Refund)
class RefundAdmin(MoneyRows):
    deeds = OF_A_REFUND
    list_display = ("booked", "sum", "state", "reason", "asked")
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("reason", ChoicesDropdownFilter),
        ("created_at", DayFilter),
    )
    list_select_related = ("payment__booking",)
    search_fields = ("payment__booking__reference", "reference")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        rows: QuerySet[Refund] = super().get_queryset(request)
        return rows.select_related("payment__booking", "payment__organizer", "organizer")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = (
            ("payment", "status"),
            ("sum", "reason", "words"),
            ("reference", "failure"),
            ("asked", "requested_by", "sent_at", "done_at"),
            ("decided_at", "decided_by"),
        )
        return ((None, {"fields": fields}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("sum", "asked")

    @admin.display(description=gettext_lazy("booking"))
    def booked(self, refund: Refund) -> str:
        return refund.payment.booking.reference

    @display(description=gettext_lazy("status"), label=COLOURS)
    def state(self, refund: Refund) -> tuple[str, Any]:
        if is_to_hand_over(refund):
            return RefundStatus.AWAITING_APPROVAL, _("To be handed back by you")
        return refund.status, refund.get_status_display()

    @admin.display(description=gettext_lazy("amount"))
    def sum(self, refund: Refund) -> str:
        return shown(refund.money)

    @admin.display(description=gettext_lazy("asked for"))
    def asked(self, refund: Refund) -> str:
        return moment(refund.created_at)


@admin.register(MassRefund)
class MassRefundAdmin(MoneyRows):
    list_display = ("event", "progress", "asked_for", "finished")
    list_select_related = ("event",)
    search_fields = ("event__title",)
    fields = ("event", "progress", "asked_for", "finished")
    readonly_fields = ("progress", "finished")

    @admin.display(description=gettext_lazy("progress"))
    def progress(self, job: MassRefund) -> str:
        facts = {"done": job.looked_at_so_far, "total": job.total}
        return _("%(done)d of %(total)d bookings") % facts

    @admin.display(description=gettext_lazy("finished"))
    def finished(self, job: MassRefund) -> str:
        return moment(job.finished_at) if job.finished_at else _("not yet")
