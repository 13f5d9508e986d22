"""An event from nothing to published, and what is done with it afterwards."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from accounts.admin.scoped import person_of
from accounts.domain.permissions import scope
from accounts.models import Organizer
from accounts.permissions import Permission
from events.admin.codes import CodeInline
from events.admin.deeds import BY_NAME, DEEDS, Deed
from events.admin.event_form import EventForm
from events.admin.fees import FeeInline
from events.admin.fields import FIELDS
from events.admin.listing import EventList, state_of, when_in_words
from events.admin.on_page import usual_currency, zone_on
from events.admin.pictures import PictureInline
from events.admin.questions import QuestionInline
from events.admin.rows import looked_at
from events.admin.steps import PLANS, check_list, fieldsets_of, missing_in, steps_of
from events.admin.texts import EventTextInline, QuestionTextInline, TicketTypeTextInline
from events.admin.tickets import PoolInline, TicketTypeInline
from events.enums import EventStatus
from events.models import Category, Event, Venue
from events.slots import office_links
from ticketing.core.errors import DomainError
from ticketing.core.markdown import render_markdown
from ticketing.core.problems import add_to_form
from ticketing.core.usecase_admin import PageAdmin


@admin.register(Event)
class EventAdmin(EventList, PageAdmin):
    form = EventForm
    to_see, to_change = Permission.SEE_EVENTS, Permission.EDIT_EVENTS
    formfield_overrides = FIELDS
    inlines = (
        PoolInline,
        TicketTypeInline,
        QuestionInline,
        CodeInline,
        FeeInline,
        EventTextInline,
        TicketTypeTextInline,
        QuestionTextInline,
        PictureInline,
    )
    autocomplete_fields = ("venue",)
    change_form_template = "admin/events/event/change_form.html"
    warn_unsaved_form = True

    class Media:
        css = {"all": ["office/office.css"]}
        js = ("office/event.js",)

    # --- Whose it is

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        is_open = not isinstance(obj, Event) or obj.is_open
        return is_open and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # a draft is deleted by a deed that says what goes with it

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest | None, **kwargs: Any
    ) -> Any:
        if request is not None and db_field.name == "venue":
            kwargs["queryset"] = scope(Venue.objects.all(), person_of(request), self.to_change)
        if db_field.name == "category":
            kwargs["queryset"] = Category.objects.prefetch_related("names")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name in {"organizer", "category"}:  # made elsewhere, and seldom
            for can in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{can}_related", False)
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """One's only team, the currency of last time, one's own language."""
        rows = scope(Organizer.objects.all(), person_of(request), self.to_change, organizer="")
        mine = list(rows[:2])
        only = {"organizer": mine[0].pk} if len(mine) == 1 else {}
        usual = {"currency": usual_currency(request), "language": person_of(request).locale or "en"}
        return {**usual, **only, **super().get_changeform_initial_data(request)}

    # --- The page

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is said in other languages is about something that is there already."""
        later = {EventTextInline, TicketTypeTextInline, QuestionTextInline}
        return [one for one in self.inlines if obj or one not in later]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = fieldsets_of(PLANS)
        if obj is None:
            later: dict[str, str | None] = {"slug": None, "notice": None, "hold_minutes": None}
            return [(name, looked_at(options, later)) for name, options in fieldsets]
        if self.has_change_permission(request, obj):
            return fieldsets
        looks = {"access_code": None, "description": "shown_description", "terms": "shown_terms"}
        return [(name, looked_at(options, looks)) for name, options in fieldsets]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["organizer"] if obj else []

    @admin.display(description=_("description"))
    def shown_description(self, event: Event) -> str:
        return render_markdown(event.description)

    @admin.display(description=_("terms"))
    def shown_terms(self, event: Event) -> str:
        return render_markdown(event.terms)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        event = self.get_object(request, object_id) if object_id else None
        request.event_shown = event  # type: ignore[attr-defined] # for this request alone
        with timezone.override(zone_on(request, event)):
            answer = super().changeform_view(request, object_id, form_url, extra_context)
            if isinstance(answer, TemplateResponse):
                answer.render()  # while the clock is that of the place
        return answer

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        event: Event | None = context.get("original")
        can_change = event is None or self.has_change_permission(request, event)
        missing = missing_in(event) if can_change else []
        context["steps"] = steps_of(context["adminform"], context["inline_admin_formsets"], missing)
        context["check_list"] = check_list(event) if can_change else []
        context["is_draft"] = event is not None and event.status == EventStatus.DRAFT
        if event is not None:
            context["state"], context["state_words"] = state_of(event)
            context["event"] = event
            context["when"] = when_in_words(event, with_zone=True)
            context["preview_address"] = preview_address(event)
            context["actions_detail"] = self.buttons(request, event)
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """What was just begun is gone on with: there is more to fill in."""
        return redirect(event_address(obj))

    # --- What is done with it

    def get_urls(self) -> list[URLPattern]:
        def wrap(view: Callable[..., Any]) -> Any:
            return self.admin_site.admin_view(view)

        own = [
            path("markdown/", wrap(self.markdown_view), name="events_event_markdown"),
            *(
                path(
                    f"<path:object_id>/{deed.name}/",
                    wrap(self.deed_view),
                    {"name": deed.name},
                    name=f"events_event_{deed.name}",
                )
                for deed in DEEDS
            ),
        ]
        theirs: list[URLPattern] = super().get_urls()
        return own + theirs

    def buttons(self, request: HttpRequest, event: Event) -> list[dict[str, Any]]:
        """What makes sense now: the next thing as a button, the rest in a menu."""
        found: list[dict[str, Any]] = []
        if address := preview_address(event):
            found.append(button(_("Preview"), "visibility", address))
        there = [(link, link.address(request, event)) for link in office_links]
        found += [button(link.title, link.icon, address) for link, address in there if address]
        if not self.may_act(request, event):
            return found
        deeds = [deed for deed in DEEDS if deed.is_for(event)]
        items = [button(deed.title, deed.icon, deed_address(event, deed), deed) for deed in deeds]
        if deeds and deeds[0].name == "publish":
            first, *items = items
            found.append({**first, "variant": ActionVariant.PRIMARY})
        if items:
            more = {"title": _("More"), "icon": "more_horiz", "variant": ActionVariant.DEFAULT}
            found.append({**more, "items": items})
        return found

    def may_act(self, request: HttpRequest, event: Event) -> bool:
        return self.has(self.to_change, request, event)

    def deed_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        event = self.get_object(request, object_id)
        if event is None:
            raise Http404
        if not self.may_act(request, event):
            raise PermissionDenied
        deed = BY_NAME[name]
        with timezone.override(event.zone):
            form = deed.form(request.POST or None, event=event)
            is_sure = request.method == "POST" and form.is_valid()
            if is_sure and (answer := self.do(deed, event, form, request)):
                return answer
            return self.ask(request, deed, event, form).render()

    def ask(self, request: HttpRequest, deed: Deed, event: Event, form: Any) -> TemplateResponse:
        event = Event.objects.select_related("organizer", "venue").get(pk=event.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": deed.title,
            "subtitle": event.title,
            "event": event,
            "deed": deed,
            "form": form,
            "words": deed.words(event),
            "is_possible": deed.is_for(event),
            "check_list": check_list(event) if deed.name == "publish" else [],
            "when": when_in_words(event, with_zone=True),
            "address": event_address(event),
        }
        return TemplateResponse(request, "admin/events/event/deed.html", context)

    def do(self, deed: Deed, event: Event, form: Any, request: HttpRequest) -> HttpResponse | None:
        title, address = event.title, event_address(event)
        try:
            with transaction.atomic():
                made = deed.act(event, form.cleaned_data, person_of(request), timezone.now())
                if deed.name != "delete-draft":
                    self.log_change(request, event, str(deed.title))
        except DomainError as error:
            add_to_form(form, error)
            return None
        messages.success(request, f"{title}: {deed.done}")
        if deed.name == "delete-draft":
            return redirect("admin:events_event_changelist")
        return redirect(event_address(made) if made else address)

    def markdown_view(self, request: HttpRequest) -> HttpResponse:
        """What is being typed, as it will be shown."""
        if request.method != "POST":
            raise Http404
        if not self.has_module_permission(request):
            raise PermissionDenied
        return HttpResponse(render_markdown(request.POST.get("text", "")[:50_000]))


def event_address(event: Event) -> str:
    return reverse("admin:events_event_change", args=[event.pk])


def deed_address(event: Event, deed: Deed) -> str:
    return reverse(f"admin:events_event_{deed.name}", args=[event.pk])


def preview_address(event: Event) -> str | None:
    """The page as who attends sees it: for a draft, the one that its team alone may open."""
    is_public = event.status in {
        EventStatus.PUBLISHED, EventStatus.CANCELLED, EventStatus.FINISHED,
    }  # fmt: skip
    try:
        return reverse("event" if is_public else "event-preview", kwargs={"slug": event.slug})
    except NoReverseMatch:
        return None


def button(title: Any, icon: str, address: str, deed: Deed | None = None) -> dict[str, Any]:
    is_dangerous = deed is not None and deed.is_dangerous
    variant = ActionVariant.DANGER if is_dangerous else ActionVariant.DEFAULT
    return {"title": title, "icon": icon, "path": address, "variant": variant, "attrs": {}}
