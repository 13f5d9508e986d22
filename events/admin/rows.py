"""What the rows below an event have in common."""

from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelect2MultipleWidget

from accounts.admin.scoped import person_of
from accounts.models import User
from events.admin.fields import FIELDS
from events.admin.on_page import currency_on, set_on_page
from events.models import Event, TicketType
from ticketing.core.usecase_admin import PageForm, RowInline


class EventRow(PageForm):
    parent: Event

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_on_page(self.fields, currency=currency_on(self.request, self.event_shown))

    @property
    def event_shown(self) -> Event | None:
        """The event of the page, None while it is a new one."""
        shown: Event | None = getattr(self.request, "event_shown", None)
        return shown

    @property
    def by(self) -> User:
        return person_of(self.request)

    def facts(self, names: frozenset[str] | set[str]) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in names & set(self.cleaned_data)}


class SomeTicketTypes(PageForm):
    """A row that is about some ticket types, or about all when none is chosen."""

    some_types = forms.ModelMultipleChoiceField(
        TicketType.objects.none(),
        label=_("ticket types"),
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget(),
        help_text=_("None chosen means all."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        event: Event | None = getattr(self.request, "event_shown", None)
        if event is None or "some_types" not in self.fields:
            return
        field = self.fields["some_types"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = event.ticket_types.offered()
        if not self.instance._state.adding:
            self.initial["some_types"] = list(self.instance.ticket_types.all())


class EventInline(RowInline):
    """Rows of one event; what they point to is of the same event."""

    formfield_overrides = FIELDS
    shown_instead: dict[str, str | None] = {}
    """For who only looks: what stands where the form has a field of its own."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc] # of Django's
        return rows.filter(withdrawn_at=None) if self.can_be_withdrawn else rows

    @property
    def can_be_withdrawn(self) -> bool:
        return any(field.name == "withdrawn_at" for field in self.model._meta.fields)  # type: ignore[attr-defined] # of Django's

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self.only_of_the_event(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc] # of Django's

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self.only_of_the_event(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc] # of Django's

    def only_of_the_event(self, db_field: Any, request: HttpRequest, kwargs: Any) -> None:
        model: type[Model] = db_field.related_model
        event = getattr(request, "event_shown", None)
        rows = (
            model._default_manager.filter(event=event) if event else model._default_manager.none()
        )
        if any(field.name == "withdrawn_at" for field in model._meta.fields):
            rows = rows.filter(withdrawn_at=None)
        kwargs["queryset"] = rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = super().get_readonly_fields(request, obj)  # type: ignore[misc] # of Django's
        if self.has_change_permission(request, obj):
            return shown
        return [*shown, *filter(None, self.shown_instead.values())]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc] # of Django's
        if self.has_change_permission(request, obj):
            return fieldsets
        return [(name, looked_at(options, self.shown_instead)) for name, options in fieldsets]


def looked_at(options: dict[str, Any], shown_instead: dict[str, str | None]) -> dict[str, Any]:
    """A fieldset for who only looks: other names for some fields, and some left out."""

    def other(field: Any) -> Any:
        if isinstance(field, (list, tuple)):
            return tuple(filter(None, map(other, field)))
        return shown_instead.get(field, field)

    return {**options, "fields": [one for one in map(other, options["fields"]) if one]}
