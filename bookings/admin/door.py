"""The door: who is let in where, the scanners, and what they wrote down."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.scoped import person_of
from accounts.audit.admin import DayFilter
from accounts.permissions import Permission
from bookings.admin.asking import Deed, DeedAdmin, said
from bookings.admin.bookings import moment
from bookings.admin.listing import EventFilter, LongList, TeamRows, events_of_teams
from bookings.domain.devices import (
    PIN,
    change_list,
    create_list,
    device_link,
    register_device,
    revoke_device,
    withdraw_list,
)
from bookings.domain.door_desk import undo_by_office
from bookings.enums import EntryKind, EntryResult
from bookings.models import CheckInList, Device, DoorEntry
from bookings.queries.office import standing
from events.admin.fields import FIELDS
from events.models import TicketType
from ticketing.core.usecase_admin import UseCaseAdmin, UseCaseForm

RESULT_COLOURS = {
    EntryResult.ADMITTED: "success",
    EntryResult.REFUSED: "danger",
    EntryResult.CONFLICT: "warning",
}


def several(label: Any, help_text: Any) -> Any:
    return ModelMultipleChoiceField(
        queryset=TicketType.objects.none(),
        label=label,
        required=False,
        help_text=help_text,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )


class OfTheDoorAdmin(TeamRows, UseCaseAdmin):
    """What the organizer sets up, of events that are on."""

    to_see, to_change = Permission.SEE_EVENTS, Permission.EDIT_EVENTS
    formfield_overrides = FIELDS
    autocomplete_fields = ("event",)
    list_per_page = 50
    show_full_result_count = False
    actions = None

    class Media:
        css = {"all": ["office/office.css"]}

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest | None, **kwargs: Any
    ) -> Any:
        if request is not None and db_field.name == "event":
            events = events_of_teams(self.to_change, request)
            kwargs["queryset"] = events.order_by("-starts_at", "-pk")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        for can in ("add", "change", "delete", "view"):
            setattr(field.widget, f"can_{can}_related", False)
        return field


class ListForm(UseCaseForm):
    types = several(_("Ticket types"), _("Those it lets in; none chosen means all."))
    pin = forms.RegexField(
        PIN,
        label=_("PIN"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Four to eight digits, for looking people up and taking entries back. Empty:"
                    " as it is."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types: Any = self.fields.get("types")
        if types is not None and not self.instance._state.adding:
            types.queryset = TicketType.objects.filter(event=self.instance.event_id)
            types.initial = [one.ticket_type_id for one in self.instance.lets_in.all()]

    def act(self, row: CheckInList | None) -> CheckInList:
        given, by, now = dict(self.cleaned_data), person_of(self.request), timezone.now()
        event, types = given.pop("event", None), given.pop("types", None)
        if not given.get("pin"):
            given.pop("pin", None)
        if row is None:
            assert event is not None
            return create_list(event, given, by=by, now=now)
        change_list(row, given, ticket_types=types, by=by, now=now)
        return row


@admin.register(CheckInList)
class CheckInListAdmin(OfTheDoorAdmin):
    form = ListForm
    list_display = ("name", "event", "entries", "opens_at", "closes_at", "has_pin", "is_used")
    list_filter = (EventFilter,)
    list_filter_submit = True
    list_select_related = ("event",)
    search_fields = ("name", "event__title")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        first = ["event", "name", "entries", "opens_at", "closes_at"]
        if obj is None:
            return [*first, "pin"]
        if self.has_change_permission(request, obj):
            return [*first, "types", "pin"]
        return first

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["event"] if obj else []

    @display(description=_("PIN"), boolean=True)
    def has_pin(self, row: CheckInList) -> bool:
        return bool(row.pin_digest)

    @display(description=_("in use"), boolean=True)
    def is_used(self, row: CheckInList) -> bool:
        return row.withdrawn_at is None

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        is_used = not isinstance(obj, CheckInList) or obj.withdrawn_at is None
        return is_used and super().has_change_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: CheckInList) -> None:
        """Nobody is let in by it any more; what was written at it stays."""
        withdraw_list(obj, by=person_of(request), now=timezone.now())

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Nothing goes with it."""
        return [str(one) for one in objs], {}, set(), []


class ScannerForm(UseCaseForm):
    def act(self, row: Device | None) -> Device:
        assert row is None
        device, token = register_device(
            self.cleaned_data["event"],
            name=self.cleaned_data["name"],
            gate=self.cleaned_data.get("gate", ""),
            by=person_of(self.request),
            now=timezone.now(),
        )
        self.request.__dict__["scanner_link"] = device_link(device.event, token)
        return device


@admin.register(Device)
class DeviceAdmin(OfTheDoorAdmin):
    form = ScannerForm
    list_display = ("name", "gate", "event", "last_seen_at", "works")
    list_filter = (EventFilter,)
    list_filter_submit = True
    list_select_related = ("event",)
    search_fields = ("name", "gate", "event__title")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        last = ["last_seen_at", "revoked_at"] if obj else []
        return ["event", "name", "gate", *last]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["last_seen_at", "revoked_at"]

    @display(description=_("works"), boolean=True)
    def works(self, row: Device) -> bool:
        return row.revoked_at is None

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # its token is known to the scanner alone; another is registered anew

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        works = not isinstance(obj, Device) or obj.revoked_at is None
        return works and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Device) -> None:
        revoke_device(obj, by=person_of(request), now=timezone.now())

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Nothing goes with it: what it wrote stays."""
        return [str(one) for one in objs], {}, set(), []

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kw: Any) -> HttpResponse:
        link = request.__dict__.get("scanner_link", "")
        answer: HttpResponse = super().response_add(request, obj, *args, **kw)
        text = _("Open this on the scanner; it is shown this once: %(link)s")
        messages.warning(request, text % {"link": link})
        return answer


def undo(entry: DoorEntry, _facts: Any, by: Any, now: Any) -> None:
    undo_by_office(entry, by=by, now=now)


UNDO = Deed(
    "undo",
    _("Take this entry back"),
    "undo",
    _("Take it back"),
    undo,
    _("It is as if nobody had come in with it."),
    said(_("The ticket lets somebody in again."), _("The entry stays in the list, as undone.")),
    lambda entry: entry.kind == EntryKind.IN and entry.result == EntryResult.ADMITTED,
)


@admin.register(DoorEntry)
class DoorEntryAdmin(DeedAdmin, LongList):
    to_change = Permission.EDIT_EVENTS
    deeds = (UNDO,)
    list_display = ("when", "result_shown", "kind", "ticket_shown", "check_in_list", "gate", "why")
    list_filter = (EventFilter, "result", "kind", ("occurred_at", DayFilter))
    list_select_related = ("ticket__booking", "check_in_list", "event")
    search_fields = ("gate",)
    search_help_text = _("Gate")
    fields = (
        ("when", "result", "kind"),
        ("ticket_shown", "check_in_list", "event"),
        ("device", "gate", "why"),
        ("is_offline", "is_by_hand"),
    )
    readonly_fields = ("when", "ticket_shown", "why")

    @admin.display(description=_("when"))
    def when(self, entry: DoorEntry) -> str:
        return moment(entry.occurred_at)

    @display(description=_("result"), label=RESULT_COLOURS)
    def result_shown(self, entry: DoorEntry) -> tuple[str, Any]:
        return entry.result, entry.get_result_display()

    @admin.display(description=_("ticket"))
    def ticket_shown(self, entry: DoorEntry) -> str:
        if entry.ticket is None:
            return "–"
        parts = (entry.ticket.serial, entry.ticket.attendee_name)
        return " · ".join(part for part in parts if part)

    @admin.display(description=_("why not"))
    def why(self, entry: DoorEntry) -> str:
        return entry.reason or "–"

    def buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        is_standing = standing(DoorEntry.objects.filter(pk=row.pk)).exists()
        return super().buttons(request, row) if is_standing else []
