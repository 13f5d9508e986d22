from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter, TextFilter
from unfold.utils import parse_date_str

from accounts.audit.domain.changes import changes_between, stored
from accounts.audit.domain.records import record
from accounts.audit.enums import Part
from accounts.audit.models import Entry
from accounts.audit.queries import differences_of, matching, visible_entries, words_of

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


class AuditedAdmin(Base):
    """Records what is added, changed and deleted here; goes before the other bases.

    For models without domain functions of their own: those record by themselves, and an admin
    whose `save_model` calls one is not recorded twice as long as it does not call `super()`.
    """

    def organizer_of(self, obj: Any) -> UUID | None:
        """Whose chain the acts on a row belong in."""
        return None

    @transaction.atomic
    def save_model(
        self, request: HttpRequest, obj: Model, form: "ModelForm[Any]", change: Any
    ) -> None:
        before = stored(obj) if change else None
        super().save_model(request, obj, form, change)
        changes = changes_between(before, obj)
        if changes["after"] or not change:
            self.write_down(request, obj, "changed" if change else "added", **changes)

    @transaction.atomic
    def save_related(
        self, request: HttpRequest, form: "ModelForm[Any]", formsets: Any, change: Any
    ) -> None:
        many = [f.name for f in self.opts.many_to_many if f.name in form.changed_data]
        before = linked(form.instance, many)
        super().save_related(request, form, formsets, change)
        if many:
            after = linked(form.instance, many)
            self.write_down(request, form.instance, "changed", before=before, after=after)

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.write_down(request, obj, "deleted", **changes_between(obj, None))
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            self.write_down(request, obj, "deleted", **changes_between(obj, None))
        super().delete_queryset(request, queryset)

    def write_down(self, request: HttpRequest, obj: Model, verb: str, **changes: Any) -> None:
        record(
            action=f"{self.opts.app_label}.{self.opts.model_name}_{verb}",
            by=request.user,
            on=obj,
            organizer=self.organizer_of(obj),
            now=timezone.now(),
            **changes,
        )


def linked(obj: Model, names: list[str]) -> dict[str, list[str]]:
    return {name: sorted(str(one) for one in getattr(obj, name).all()) for name in names}


class DayFilter(RangeDateFilter):
    """From one day to another, both included; Unfold's own compares without a time zone."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        moment = self.parameter_name
        first, last = (
            parse_date_str(self.used_parameters.get(f"{moment}_{end}") or "")
            for end in ("from", "to")
        )
        if first:
            queryset = queryset.filter(**{f"{moment}__gte": midnight(first)})
        if last:
            after = midnight(last + timedelta(days=1))
            queryset = queryset.filter(**{f"{moment}__lt": after})
        return queryset


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class ActionFilter(TextFilter):
    title, parameter_name = _("action"), "action"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(action__startswith=self.value()) if self.value() else queryset


class OrganizerFilter(TextFilter):
    title, parameter_name = _("organizer"), "organizer"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        if not self.value():
            return queryset
        try:
            return queryset.filter(organizer=UUID(self.value()))
        except ValueError:
            return queryset.none()


@admin.register(Entry)
class EntryAdmin(ModelAdmin):
    """Only to read: the database itself lets nobody write here."""

    list_display = ["when", "action", "actor", "thing", "number"]
    list_filter = [("occurred_at", DayFilter), ActionFilter, OrganizerFilter]
    list_filter_submit = True
    search_fields = ["action"]  # shows the field; `matching` says what is searched
    search_help_text = _("An id, or the beginning of an action or of a mail address")
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ["when", "action", "actor", "thing", "organizer"]}),
        (_("What changed"), {"fields": ["changes"]}),
        (_("From where"), {"fields": ["address", "user_agent", "request_id"]}),
        (_("Seal"), {"fields": ["number", "hash", "sealed_at"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return visible_entries(request.user)

    def get_search_results(
        self,
        request: HttpRequest,
        queryset: QuerySet[Entry],
        search_term: str,
    ) -> tuple[QuerySet[Entry], bool]:
        return matching(queryset, search_term), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    @admin.display(description=_("when"), ordering="id")
    def when(self, entry: Entry) -> str:
        return to_the_second(entry.occurred_at)

    @admin.display(description=_("who"))
    def actor(self, entry: Entry) -> str:
        if not entry.actor_id:
            return str(_("the product itself"))
        return str(words_of(entry, Part.ORIGIN).get("name") or entry.actor_id)

    @admin.display(description=_("on what"))
    def thing(self, entry: Entry) -> str:
        name = words_of(entry, Part.CHANGE).get("name") or entry.object_id
        return f"{name} ({entry.object_type})" if entry.object_type else ""

    @admin.display(description=_("changes"))
    def changes(self, entry: Entry) -> SafeString:
        was_erased = bool(entry.change_digest) and not words_of(entry, Part.CHANGE)
        return render_to_string(
            "audit/changes.html",
            {"differences": differences_of(entry), "was_erased": was_erased},
        )

    @admin.display(description=_("address"))
    def address(self, entry: Entry) -> str:
        return str(words_of(entry, Part.ORIGIN).get("address", ""))

    @admin.display(description=_("browser"))
    def user_agent(self, entry: Entry) -> str:
        return str(words_of(entry, Part.ORIGIN).get("user_agent", ""))

    @admin.display(description=_("number in the chain"))
    def number(self, entry: Entry) -> str:
        return str(entry.seal.seq) if hasattr(entry, "seal") else str(_("not sealed yet"))

    @admin.display(description=_("hash"))
    def hash(self, entry: Entry) -> str:
        return entry.seal.hash if hasattr(entry, "seal") else ""

    @admin.display(description=_("sealed"))
    def sealed_at(self, entry: Entry) -> str:
        return to_the_second(entry.seal.sealed_at) if hasattr(entry, "seal") else ""


def to_the_second(at: datetime) -> str:
    return date_format(timezone.localtime(at), "Y-m-d H:i:s T")
