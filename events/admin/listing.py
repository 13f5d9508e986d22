"""The list of events: what it shows, how it is narrowed down, what is done with several at once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import Case, Q, QuerySet, When
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from accounts.admin.scoped import TeamScopedAdmin, person_of
from events.admin.counts import with_capacity, with_places_taken
from events.domain.copies import duplicate_event
from events.domain.lifecycle import (
    archive_event,
    pause_sales,
    publish_event,
    resume_sales,
    unpublish_event,
)
from events.enums import EventStatus
from events.models import Category, Event
from ticketing.core.errors import DomainError

STATUS_COLOURS = {
    EventStatus.DRAFT: "info",
    EventStatus.PUBLISHED: "success",
    EventStatus.UNPUBLISHED: "warning",
    EventStatus.CANCELLED: "danger",
    EventStatus.FINISHED: "default",
    EventStatus.ARCHIVED: "default",
    "postponed": "warning",
    "paused": "warning",
}


def state_of(event: Event) -> tuple[str, Any]:
    """The status, or what is true beside it and matters more."""
    if event.is_open and event.awaits_new_date:
        return "postponed", _("Postponed, no date")
    if event.status == EventStatus.PUBLISHED and event.sales_paused_at:
        return "paused", _("Sales paused")
    return event.status, event.get_status_display()


def when_in_words(event: Event, *, with_zone: bool = False) -> str:
    """On the clock of the place."""
    if event.starts_at is None:
        return ""
    local = event.starts_at.astimezone(event.zone)
    words = date_format(local, "D j N Y, H:i", use_l10n=True)
    return f"{words} {local:%Z}" if with_zone else words


class WhenFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("date"), "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("coming", gettext_lazy("Still to come")),
            ("past", gettext_lazy("Past")),
            ("none", gettext_lazy("Without a date")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        now = timezone.now()
        wanted = {
            "coming": Q(ends_at__gt=now) | Q(ends_at=None, starts_at__gt=now),
            "past": Q(ends_at__lte=now) | Q(ends_at=None, starts_at__lte=now),
            "none": Q(starts_at=None),
        }
        chosen = self.value()
        return queryset.filter(wanted[chosen]) if chosen in wanted else queryset


class CategoryFilter(admin.SimpleListFilter):
    """Names come with the categories: two questions however many there are."""

    title, parameter_name = gettext_lazy("category"), "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        categories = Category.objects.prefetch_related("names")
        return [(one.slug, str(one)) for one in categories]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(category__slug=self.value()) if self.value() else queryset


class EventList(TeamScopedAdmin):
    list_display = ("title_and_place", "state", "when", "fullness", "who_finds_it", "organizer")
    list_filter = ("status", WhenFilter, CategoryFilter, "visibility")
    list_select_related = ("organizer", "venue", "category", "series")
    list_per_page = 50
    search_fields = ("title", "summary", "venue__name", "venue__city", "slug", "series__title")
    search_help_text = gettext_lazy("Title, venue, city or address")
    date_hierarchy = "starts_at"
    show_full_result_count = False
    # The next one first, what is over last.
    ordering = (Case(When(ends_at__lte=Now(), then=1), default=0).asc(), "starts_at", "-id")
    actions = (
        "publish_these",
        "unpublish_these",
        "pause_these",
        "resume_these",
        "archive_these",
        "duplicate_these",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        rows: QuerySet[Event] = super().get_queryset(request)
        return with_places_taken(with_capacity(rows))

    @display(description=gettext_lazy("event"), ordering="title", header=True)
    def title_and_place(self, event: Event) -> tuple[str, str]:
        place = str(event.venue) if event.venue else ""
        return event.title, place or (_("online") if event.is_online else _("no place yet"))

    @display(description=gettext_lazy("status"), label=STATUS_COLOURS, ordering="status")
    def state(self, event: Event) -> tuple[str, Any]:
        return state_of(event)

    @admin.display(description=gettext_lazy("begins"), ordering="starts_at")
    def when(self, event: Event) -> str:
        words = when_in_words(event, with_zone=True)
        return format_html('<span class="office-when">{}</span>', words)

    @admin.display(description=gettext_lazy("places taken"), ordering="places_taken")
    def fullness(self, event: Any) -> str:
        if event.has_unlimited_pool:
            return format_html("{} / ∞", event.places_taken)
        if not event.capacity:
            return "–"
        return format_html(
            '<span class="office-full">{} / {}<progress max="{}" value="{}"></progress></span>',
            event.places_taken, event.capacity, event.capacity, event.places_taken,
        )  # fmt: skip

    @admin.display(description=gettext_lazy("who finds it"), ordering="visibility")
    def who_finds_it(self, event: Event) -> str:
        return event.get_visibility_display()

    @admin.action(description=gettext_lazy("Publish"), permissions=["change"])
    def publish_these(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        self.do_with_each(request, events, publish_event)

    @admin.action(description=gettext_lazy("Take off the site"), permissions=["change"])
    def unpublish_these(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        self.do_with_each(request, events, unpublish_event)

    @admin.action(description=gettext_lazy("Pause sales"), permissions=["change"])
    def pause_these(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        self.do_with_each(request, events, pause_sales)

    @admin.action(description=gettext_lazy("Resume sales"), permissions=["change"])
    def resume_these(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        self.do_with_each(request, events, resume_sales)

    @admin.action(description=gettext_lazy("Archive"), permissions=["change"])
    def archive_these(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        self.do_with_each(request, events, archive_event)

    @admin.action(description=gettext_lazy("Duplicate, without a date"), permissions=["change"])
    def duplicate_these(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        self.do_with_each(request, events, duplicate_event)

    def do_with_each(
        self, request: HttpRequest, events: QuerySet[Event], act: Callable[..., object]
    ) -> None:
        """One by one: what the domain refuses is said of each, the others go on."""
        done, now = 0, timezone.now()
        for event in Event.objects.filter(pk__in=[one.pk for one in events]).order_by("starts_at"):
            try:
                act(event, by=person_of(request), now=now)
            except DomainError as error:
                messages.error(request, f"{event.title}: {in_full(error)}")
            else:
                self.tell_history(request, event, now)
                done += 1
        if done:
            text = ngettext("Done for %(n)d event.", "Done for %(n)d events.", done)
            messages.success(request, text % {"n": done})

    def tell_history(self, request: HttpRequest, event: Event, _now: datetime) -> None:
        action = self.get_actions(request)[request.POST["action"]]
        self.log_change(request, event, str(action.description))


def in_full(error: DomainError) -> str:
    """With what is missing, where the error knows it."""
    missing = error.facts.get("missing", [])
    return " ".join([str(error), *(one["words"] for one in missing)])
