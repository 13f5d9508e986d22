"""An organizer's own endpoint: where it is, its secret, and what was delivered there."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from accounts.admin.scoped import permissions_somewhere, person_of
from accounts.audit.admin import DayFilter
from accounts.domain.permissions import scope
from accounts.models import Organizer, User
from accounts.permissions import Permission
from bookings.admin.asking import Deed, DeedAdmin, always, said
from bookings.admin.bookings import moment
from bookings.admin.listing import EventFilter, LongList, may_in
from bookings.domain.endpoints import rotate_secret, set_endpoint
from bookings.domain.fulfilling import replay_post
from bookings.enums import PostState
from bookings.models import FulfillmentEndpoint, FulfillmentPost
from bookings.models.fulfillment import LONGEST_URL
from ticketing.core.errors import DomainError
from ticketing.core.problems import add_to_form

COLOURS = {
    PostState.WAITING: "info",
    PostState.DELIVERED: "success",
    PostState.FAILED: "danger",
}


def again(row: FulfillmentPost, _facts: dict[str, Any], by: User, now: datetime) -> None:
    replay_post(row, by=by, now=now)


DEEDS = (
    Deed(
        "again",
        gettext_lazy("Deliver again"),
        "replay",
        gettext_lazy("Deliver it again"),
        again,
        gettext_lazy("It is delivered again."),
        said(
            gettext_lazy("It goes to the endpoint as it is now, with what is so now."),
            gettext_lazy("It has the same id: a receiver that has it already passes it over."),
        ),
        always,
    ),
)


class EndpointForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("address"),
        max_length=LONGEST_URL,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "url", "placeholder": "https://"}),
        help_text=gettext_lazy(
            "Every confirmed, changed and cancelled booking is posted there, with names and"
            " addresses of people."
        ),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("in use"), required=False, initial=True, widget=UnfoldBooleanWidget()
    )


@admin.register(FulfillmentPost)
class FulfillmentPostAdmin(DeedAdmin, LongList):
    deeds = DEEDS
    list_display = ("of", "event", "what", "status", "tries", "said", "took", "tried")
    list_filter = (
        EventFilter,
        ("state", ChoicesDropdownFilter),
        ("what", ChoicesDropdownFilter),
        ("wanted_at", DayFilter),
    )
    list_select_related = ("event", "booking")
    search_fields = ("booking__reference",)
    search_help_text = gettext_lazy("Reference of the booking")
    list_before_template = "admin/bookings/posts_head.html"
    fields = (
        ("of", "event"),
        ("id", "what"),
        ("status", "tries"),
        ("said", "took"),
        ("tried", "delivered"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[FulfillmentPost]:
        rows: QuerySet[FulfillmentPost] = super().get_queryset(request)
        return rows.select_related("event", "booking")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("of", "id", "status", "said", "took", "tried", "delivered")

    @admin.display(description=gettext_lazy("booking"))
    def of(self, post: FulfillmentPost) -> str:
        address = reverse("admin:bookings_booking_change", args=[post.booking_id])
        return format_html('<a href="{}">{}</a>', address, post.booking.reference)

    @display(description=gettext_lazy("state"), label=COLOURS)
    def status(self, post: FulfillmentPost) -> tuple[str, Any]:
        return post.state, post.get_state_display()

    @admin.display(description=gettext_lazy("last answer"))
    def said(self, post: FulfillmentPost) -> str:
        parts = [str(post.answer) if post.answer else "", post.problem]
        return " · ".join(one for one in parts if one) or "–"

    @admin.display(description=gettext_lazy("took"))
    def took(self, post: FulfillmentPost) -> str:
        return "–" if post.milliseconds is None else f"{post.milliseconds} ms"

    @admin.display(description=gettext_lazy("last tried"))
    def tried(self, post: FulfillmentPost) -> str:
        return moment(post.tried_at) if post.tried_at else "–"

    @admin.display(description=gettext_lazy("delivered"))
    def delivered(self, post: FulfillmentPost) -> str:
        return moment(post.delivered_at) if post.delivered_at else "–"

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "endpoint/<uuid:organizer>/",
                self.admin_site.admin_view(self.endpoint_view),
                name="bookings_fulfillmentpost_endpoint",
            )
        ]
        theirs: list[URLPattern] = super().get_urls()
        return own + theirs

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        shown = {"endpoints": endpoints_of(request), **(extra_context or {})}
        return super().changelist_view(request, shown)

    def endpoint_view(self, request: HttpRequest, organizer: UUID) -> HttpResponse:
        row = organizer_for(request, organizer)
        endpoint = FulfillmentEndpoint.objects.filter(organizer=row).first()
        initial = {"url": endpoint.url, "is_active": endpoint.is_active} if endpoint else {}
        is_rotating = request.method == "POST" and "rotate" in request.POST
        form = EndpointForm(
            request.POST if request.method == "POST" and not is_rotating else None, initial=initial
        )
        secret = ""
        if is_rotating and endpoint is not None:
            secret = self.rotate(request, endpoint)
        elif request.method == "POST" and form.is_valid():
            secret = self.keep(request, row, form)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Endpoint for bookings"),
            "subtitle": row.name,
            "form": form,
            "secret": secret,
            "endpoint": FulfillmentEndpoint.objects.filter(organizer=row).first(),
            "address": reverse("admin:bookings_fulfillmentpost_changelist"),
        }
        return TemplateResponse(request, "admin/bookings/endpoint.html", context)

    def keep(self, request: HttpRequest, organizer: Organizer, form: EndpointForm) -> str:
        try:
            secret = set_endpoint(
                organizer, **form.cleaned_data, by=person_of(request), now=timezone.now()
            )
        except DomainError as error:
            add_to_form(form, error)
            return ""
        messages.success(request, _("It is kept."))
        return secret

    def rotate(self, request: HttpRequest, endpoint: FulfillmentEndpoint) -> str:
        try:
            return rotate_secret(endpoint, by=person_of(request), now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
            return ""


def organizer_for(request: HttpRequest, organizer: UUID) -> Organizer:
    """One whose bookings one sees and that one may change. Raises Http404, PermissionDenied."""
    if not may_in(Permission.SEE_BOOKINGS, request, organizer):
        raise Http404
    if not may_in(Permission.EDIT_ORGANIZER, request, organizer):
        raise PermissionDenied
    row = Organizer.objects.filter(pk=organizer).first()
    if row is None:
        raise Http404
    return row


def endpoints_of(request: HttpRequest) -> list[tuple[Organizer, str, str]]:
    """The organizers that one may change: their endpoint, and the way to it."""
    if Permission.EDIT_ORGANIZER not in permissions_somewhere(request):
        return []
    person = person_of(request)
    mine = scope(Organizer.objects.all(), person, Permission.EDIT_ORGANIZER, organizer="")
    rows = list(mine.order_by("name")[:100])
    urls = dict(
        FulfillmentEndpoint.objects.filter(organizer__in=rows).values_list("organizer", "url")
    )
    page = "admin:bookings_fulfillmentpost_endpoint"
    return [(one, urls.get(one.pk, ""), reverse(page, args=[one.pk])) for one in rows]
