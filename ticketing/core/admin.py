from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin as DjangoModelAdmin
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from ticketing.core.enums import OPEN, DeliveryStatus
from ticketing.core.models import Delivery
from ticketing.core.outbox.events import event_types
from ticketing.core.outbox.replaying import try_again
from ticketing.core.outbox.subscribers import subscribers

Choices = list[tuple[str, Any]]


class StatusFilter(admin.SimpleListFilter):
    title, parameter_name = _("status"), "status"

    def lookups(self, request: HttpRequest, model_admin: "DjangoModelAdmin[Any]") -> Choices:
        return [*DeliveryStatus.choices, ("all", _("All, with what is done"))]

    def choices(self, changelist: Any) -> Any:
        everything, *others = super().choices(changelist)
        yield everything | {"display": _("What is not done")}
        yield from others

    def queryset(
        self, request: HttpRequest, queryset: "QuerySet[Delivery]"
    ) -> "QuerySet[Delivery]":
        chosen = self.value()
        if chosen == "all":
            return queryset
        wanted = [chosen] if chosen else [*OPEN, DeliveryStatus.DEAD]
        return queryset.filter(status__in=wanted)


class SubscriberFilter(admin.SimpleListFilter):
    title, parameter_name = _("subscriber"), "subscriber"

    def lookups(self, request: HttpRequest, model_admin: "DjangoModelAdmin[Any]") -> Choices:
        return [(name, name) for name in sorted(subscribers)]

    def queryset(
        self, request: HttpRequest, queryset: "QuerySet[Delivery]"
    ) -> "QuerySet[Delivery]":
        return queryset.filter(subscriber=self.value()) if self.value() else queryset


class EventFilter(admin.SimpleListFilter):
    title, parameter_name = _("event"), "event"

    def lookups(self, request: HttpRequest, model_admin: "DjangoModelAdmin[Any]") -> Choices:
        return [(name, name) for name in sorted({name for name, _ in event_types})]

    def queryset(
        self, request: HttpRequest, queryset: "QuerySet[Delivery]"
    ) -> "QuerySet[Delivery]":
        return queryset.filter(event__name=self.value()) if self.value() else queryset


@admin.register(Delivery)
class DeliveryAdmin(ModelAdmin):
    """What waits, what failed and why. Nothing is changed here but by trying again."""

    list_display = [
        "event_name",
        "subscriber",
        "status_label",
        "about",
        "attempts",
        "due_at",
        "why",
    ]
    list_filter = [StatusFilter, SubscriberFilter, EventFilter]
    list_select_related = ["event"]
    search_fields = ["subscriber", "^event__name", "^event__about", "=event__request_id"]
    search_help_text = _("Event, subscriber, request, or what it is about (app.model:id)")
    show_full_result_count = False
    actions = ["try_these_again"]
    actions_detail = ["try_this_again"]
    fields = [
        "event_name", "about", "organizer", "content", "announced_at", "request_id", "subscriber",
        "queue", "status", "attempts", "failures", "retries", "wanted_at", "due_at", "done_at", "last_error",
    ]  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        return False

    def has_try_again_permission(self, request: HttpRequest, _object_id: Any = None) -> bool:
        return request.user.has_perm("core.change_delivery")

    @admin.display(description=_("event"), ordering="event__name")
    def event_name(self, delivery: Delivery) -> str:
        return str(delivery.event)

    @display(
        description=_("status"),
        ordering="status",
        label={
            DeliveryStatus.WAITING: "info",
            DeliveryStatus.HANDED_OVER: "info",
            DeliveryStatus.RUNNING: "warning",
            DeliveryStatus.DONE: "success",
            DeliveryStatus.DEAD: "danger",
        },
    )
    def status_label(self, delivery: Delivery) -> tuple[str, Any]:
        return delivery.status, delivery.get_status_display()

    @admin.display(description=_("about"))
    def about(self, delivery: Delivery) -> str:
        return delivery.event.about

    @admin.display(description=_("why"))
    def why(self, delivery: Delivery) -> str:
        return Truncator(delivery.last_error).chars(80)

    @admin.display(description=_("organizer"))
    def organizer(self, delivery: Delivery) -> Any:
        return delivery.event.organizer

    @admin.display(description=_("content"))
    def content(self, delivery: Delivery) -> Any:
        return delivery.event.body

    @admin.display(description=_("announced"))
    def announced_at(self, delivery: Delivery) -> Any:
        return delivery.event.announced_at

    @admin.display(description=_("request"))
    def request_id(self, delivery: Delivery) -> str:
        return delivery.event.request_id

    @admin.action(description=_("Try again"), permissions=["try_again"])
    def try_these_again(self, request: HttpRequest, chosen: "QuerySet[Delivery]") -> None:
        self.try_and_tell(request, chosen)

    @action(
        description=_("Try again"),
        url_path="try-again",
        icon="refresh",
        permissions=["try_again"],
        dialog={  # asks first, because a link must change nothing
            "title": _("Try again"),
            "description": _("It is delivered once more, with all attempts anew."),
            "form_submit_text": _("Try again"),
        },
    )
    def try_this_again(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        delivery = get_object_or_404(Delivery, pk=object_id)
        self.try_and_tell(request, Delivery.objects.filter(pk=delivery.pk))
        address = reverse("admin:core_delivery_change", args=[delivery.pk])
        if "HX-Request" in request.headers:
            return HttpResponse(headers={"HX-Redirect": address})
        return redirect(address)

    def try_and_tell(self, request: HttpRequest, chosen: "QuerySet[Delivery]") -> None:
        rows = Delivery.objects.filter(pk__in=list(chosen.values_list("pk", flat=True)))
        tried = try_again(rows, now=timezone.now())
        if tried:
            by: Any = request.user.pk
            LogEntry.objects.log_actions(
                by, rows.select_related("event"), CHANGE, gettext("Tried again.")
            )
            text = ngettext("%d delivery is tried again.", "%d deliveries are tried again.", tried)
            self.message_user(request, text % tried, messages.SUCCESS)
        else:
            self.message_user(
                request, _("Nothing of this waits or was given up."), messages.WARNING
            )
