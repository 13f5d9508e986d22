"""The back office: for the platform's staff and for teams, with a second factor where required."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.sites import UnfoldAdminSite

from accounts.domain.second_factor import needs_second_factor
from accounts.models import User
from accounts.queries import works_in_an_office
from events.models import Event
from ticketing.core.dashboard import cards_for
from ticketing.core.security import ADMIN_PATH

# What the host of the back office serves beside it: signing in, and what its pages load.
BESIDE = ("/account/", "/fr/account/", "/static/", "/health", "/csp-report", "/jsi18n")


# The menu: each group with its models and their signs (names of Material Symbols).
MENU = (
    (
        _lazy("What is on"),
        (("events.event", "event"), ("events.venue", "location_on")),
    ),
    (
        _lazy("Who comes"),
        (
            ("bookings.booking", "receipt_long"),
            ("bookings.ticket", "confirmation_number"),
            ("bookings.doorentry", "how_to_reg"),
            ("bookings.checkinlist", "checklist"),
            ("bookings.device", "qr_code_scanner"),
            ("bookings.fulfillmentpost", "outbox"),
        ),
    ),
    (
        _lazy("Money"),
        (
            ("payments.case", "report"),
            ("payments.payment", "payments"),
            ("payments.refund", "undo"),
            ("payments.massrefund", "event_busy"),
            ("payments.invoice", "request_quote"),
            ("payments.payout", "account_balance"),
            ("payments.seller", "storefront"),
            ("payments.approvallimit", "rule"),
            ("payments.route", "alt_route"),
            ("payments.notice", "notifications"),
        ),
    ),
    (
        _lazy("Your team"),
        (
            ("accounts.organizer", "groups"),
            ("events.logo", "branding_watermark"),
            ("accounts.membership", "badge"),
            ("accounts.invitation", "mail"),
        ),
    ),
    (
        _lazy("The platform"),
        (
            ("accounts.user", "person"),
            ("events.category", "category"),
            ("events.taxrate", "percent"),
            ("events.rate", "currency_exchange"),
            ("accounts.legaltext", "gavel"),
        ),
    ),
)


def entry(title: Any, icon: str, address: str, *, is_active: bool) -> dict[str, Any]:
    facts = {"title": title, "icon": icon, "link": address, "active": is_active}
    return {**facts, "has_permission": True}


class Suggestions(AutocompleteJsonView):
    """What is found while somebody types: dates of a series have one title, so events say when."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        from bookings.admin.listing import named  # noqa: PLC0415 - its neighbours need this site

        found: dict[str, str] = super().serialize_result(obj, to_field_name)
        return found | {"text": named(obj)} if isinstance(obj, Event) else found


class BackOffice(UnfoldAdminSite):
    index_title = _lazy("Overview")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return (
            isinstance(user, User)
            and user.is_active
            and (user.is_staff or works_in_an_office(user))
        )

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's own signature
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            user = request.user
            if isinstance(user, User) and needs_second_factor(user):
                messages.warning(
                    request, _("Please set up a second factor. Then the back office opens.")
                )
                return redirect("mfa_index")
            return inner(request, *args, **kwargs)

        return guarded

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        return Suggestions.as_view(admin_site=self)(request)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        cards = {"cards": cards_for(request)}
        answer: TemplateResponse = super().index(request, {**cards, **(extra_context or {})})
        return answer

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """What the person may open, in groups; what has no place in them comes under its app."""
        here = reverse("admin:index")
        first = entry(_("Overview"), "space_dashboard", here, is_active=request.path == here)
        report = reverse("admin:payments_payment_report")
        is_report = request.path.startswith(report)
        groups: dict[Any, list[dict[str, Any]]] = {"": [first]}
        known = {name: (title, icon) for title, models in MENU for name, icon in models}
        order = list(known)
        shown = [
            (model["model"]._meta.label_lower, model, app)
            for app in self.get_app_list(request)
            for model in app["models"]
            if model["admin_url"]
        ]
        if any(name == "bookings.booking" for name, _model, _app in shown):
            groups[""].append(entry(_("Report"), "bar_chart", report, is_active=is_report))
        shown.sort(key=lambda one: order.index(one[0]) if one[0] in known else len(order))
        for name, model, app in shown:
            title, icon = known.get(name, (app["name"], "list"))
            address = model["admin_url"]
            is_active = not is_report and request.path.startswith(address)
            item = entry(capfirst(str(model["name"])), icon, address, is_active=is_active)
            groups.setdefault(str(title), []).append(item)
        return [{"title": title, "items": items} for title, items in groups.items()]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Signing in is the same for everybody; who has no business here is told so."""
        if request.user.is_authenticated:
            if not self.has_permission(request):
                raise PermissionDenied
            return redirect("admin:index")
        wanted = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")


class BackOfficeHostMiddleware:
    """With ADMIN_HOST the back office is at that host alone, and nothing else is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_args: Any) -> HttpResponse | None:
        if not settings.ADMIN_HOST:
            return None
        is_office_host = request.get_host().partition(":")[0] == settings.ADMIN_HOST
        is_office = request.path_info.startswith(ADMIN_PATH)
        if is_office and not is_office_host:
            raise Http404
        if is_office_host and not is_office and not request.path_info.startswith(BESIDE):
            return redirect(f"{settings.SITE_URL}{request.path_info}")
        return None
