from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.admin.scoped import TeamScopedAdmin, person_of
from accounts.domain.permissions import scope
from accounts.models import Organizer
from accounts.permissions import Permission
from events.admin.fields import MarkdownInput, countries, keep_known, one_of, zones
from events.domain.venues import CHANGEABLE, change_venue, create_venue, delete_venue
from events.models import Venue
from ticketing.core.errors import DomainError
from ticketing.core.text import TextOrder
from ticketing.core.usecase_admin import UseCaseAdmin, UseCaseForm


class VenueForm(UseCaseForm):
    country = one_of(countries, label=_("country"))
    timezone = one_of(zones, label=_("time zone"), help_text=_("The clock of events there."))

    class Meta:
        model = Venue
        fields = "__all__"
        widgets = {"directions": MarkdownInput(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"country", "timezone"} & set(self.fields):
            self.fields[name].label = capfirst(str(self.fields[name].label))
            keep_known(self.fields[name], getattr(self.instance, name))  # type: ignore[arg-type] # declared above

    def validate_constraints(self) -> None:
        """The domain says it, in words."""

    def act(self, row: Venue | None) -> Venue:
        by, now = person_of(self.request), timezone.now()
        facts = {name: self.cleaned_data[name] for name in CHANGEABLE & set(self.cleaned_data)}
        if row is None:
            return create_venue(self.cleaned_data["organizer"], facts, by=by, now=now)
        change_venue(row, facts, by=by, now=now)
        return row


@admin.register(Venue)
class VenueAdmin(TeamScopedAdmin, UseCaseAdmin):
    form = VenueForm
    to_see, to_change = Permission.SEE_EVENTS, Permission.EDIT_EVENTS
    list_display = ("name", "city", "country", "timezone", "events_here", "organizer")
    list_filter = ("country",)
    list_select_related = ("organizer",)
    search_fields = ("name", "city", "street")
    ordering = (TextOrder("name"), "pk")
    fieldsets = (
        (None, {"fields": ["organizer", "name"]}),
        (
            _("Address"),
            {"fields": ["street", ("postal_code", "city"), ("country", "region"), "timezone"]},
        ),
        (
            _("For people on their way"),
            {"fields": [("latitude", "longitude"), "directions"]},
        ),
    )

    class Media:
        css = {"all": ["office/office.css"]}
        js = ("office/event.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Venue]:
        rows: QuerySet[Venue] = super().get_queryset(request)
        return rows.annotate(events_count=Count("events"))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return ["organizer"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """One's only team; the clock and country of the venue made last."""
        rows = scope(Organizer.objects.all(), person_of(request), self.to_change, organizer="")
        mine = list(rows[:2])
        only = {"organizer": mine[0].pk} if len(mine) == 1 else {}
        last = self.get_queryset(request).order_by("-id").first()
        like = {"timezone": last.timezone, "country": last.country} if last else {}
        own = {"timezone": person_of(request).timezone}
        return {**own, **like, **only, **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest | None, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        for can in ("add", "change", "delete", "view"):  # a team is made elsewhere
            setattr(field.widget, f"can_{can}_related", False)
        return field

    @admin.display(description=_("events"), ordering="events_count")
    def events_here(self, venue: Any) -> int:
        return int(venue.events_count)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        try:
            answer: HttpResponse = super().delete_view(request, object_id, extra_context)
        except DomainError as error:
            messages.error(request, str(error))
            answer = self.response_post_save_change(request, None)
        return answer

    def delete_model(self, request: HttpRequest, obj: Venue) -> None:
        delete_venue(obj, by=person_of(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Venue]) -> None:
        for venue in queryset:
            try:
                self.delete_model(request, venue)
            except DomainError as error:
                messages.error(request, f"{venue}: {error}")
