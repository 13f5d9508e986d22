"""What the lists of bookings, tickets and entries share: whose rows, and how they are narrowed."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.contrib.filters.forms import AutocompleteDropdownForm

from accounts.admin.scoped import TeamScopedAdmin, person_of
from accounts.domain.permissions import scope
from accounts.models import Organizer
from accounts.permissions import Permission
from bookings.models import Booking
from bookings.queries.office import came_in
from events.admin.listing import when_in_words
from events.models import Event, TicketType
from events.showing.moments import locale_of
from events.slots import office_links
from ticketing.core.keyset_admin import KeysetAdmin
from ticketing.core.money import Money

Choices = list[tuple[str, Any]]


def teams_with(permission: Permission, request: HttpRequest) -> frozenset[UUID] | None:
    """The organizers that give the person this permission, asked once per request; None: all."""
    person = person_of(request)
    if person.is_staff:
        return None
    known: dict[Permission, frozenset[UUID]] = request.__dict__.setdefault("teams_with", {})
    if permission not in known:
        mine = scope(Organizer.objects.all(), person, permission, organizer="")
        known[permission] = frozenset(mine.values_list("pk", flat=True))
    return known[permission]


def may_in(permission: Permission, request: HttpRequest, organizer: UUID) -> bool:
    teams = teams_with(permission, request)
    return teams is None or organizer in teams


def events_of_teams(permission: Permission, request: HttpRequest) -> QuerySet[Event]:
    teams = teams_with(permission, request)
    return Event.objects.all() if teams is None else Event.objects.filter(organizer__in=teams)


def links_of(request: HttpRequest, event: Event | None) -> list[tuple[Any, str]]:
    """The pages of an event that this person may open, but for the one that is open."""
    if event is None:
        return []
    there = [(link.title, link.address(request, event)) for link in office_links]
    here = request.get_full_path()
    return [(title, address) for title, address in there if address and address not in here]


class TeamRows(TeamScopedAdmin):
    """By the ids of one's organizers, so that an index leads to them in tables of any length."""

    to_see, to_change = Permission.SEE_BOOKINGS, Permission.EDIT_BOOKINGS

    def rows_with(self, permission: Permission, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super(TeamScopedAdmin, self).get_queryset(request)
        teams = teams_with(permission, request)
        return rows if teams is None else rows.filter(organizer__in=teams)


class LongList(TeamRows, KeysetAdmin):
    """Only to look at; what is done with a row asks first, on a page of its own."""

    list_filter_submit = True
    list_before_template = "admin/bookings/event_links.html"
    actions = None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Narrowed to an event, it leads to what else there is of it."""
        event = uuid_in(request.GET.get(EventFilter.parameter_name))
        rows = events_of_teams(self.to_see, request).filter(pk=event) if event else None
        links = links_of(request, rows.first()) if rows is not None else []
        return super().changelist_view(request, {"links": links, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class EventFilter(admin.SimpleListFilter):
    """Found by what is typed, among the events of one's teams (ticketing/backoffice.py)."""

    title, parameter_name = _("event"), "event"
    template = "unfold/filters/filters_field.html"
    needs = Permission.SEE_BOOKINGS
    path = "event"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.form = AutocompleteDropdownForm(
            request=request,
            name=self.parameter_name,
            label=gettext("By %(name)s") % {"name": self.title},
            choices=(),
            field=Booking._meta.get_field("event"),
            model_admin=model_admin,
            data={self.parameter_name: uuid_in(self.value())},
        )
        field: Any = self.form.fields[self.parameter_name]
        field.queryset = events_of_teams(self.needs, request)
        field.label_from_instance = named

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return []

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield {"form": self.form}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        event = uuid_in(self.value())
        return queryset.none() if event is None else queryset.filter(**{self.path: event})


class TicketTypeFilter(DropdownFilter):
    """Those of the event that is chosen."""

    title, parameter_name = _("ticket type"), "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        event = uuid_in(request.GET.get(EventFilter.parameter_name))
        if event is None:
            return []
        theirs = events_of_teams(Permission.SEE_BOOKINGS, request).filter(pk=event)
        types = TicketType.objects.filter(event__in=theirs).order_by("position", "pk")
        return [(str(one.pk), one.name) for one in types]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        chosen = uuid_in(self.value())
        return queryset.none() if chosen is None else queryset.filter(ticket_type=chosen)


class CameInFilter(admin.SimpleListFilter):
    title, parameter_name = _("checked in"), "in"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("yes", _("Came in")), ("no", _("Not yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {"yes", "no"}:
            return queryset
        return came_in(queryset, has=self.value() == "yes")


def uuid_in(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def named(event: Event) -> str:
    title, when = Truncator(event.title).chars(60), when_in_words(event)
    return f"{title} · {when}" if when else title


def price_in_words(minor: int, currency: str) -> str:
    return Money(minor, currency).format(locale_of(get_language() or "en"))
