"""The back office: for the platform's staff and for teams, with a second factor where required."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.sites import UnfoldAdminSite

from accounts.domain.second_factor import needs_second_factor
from accounts.models import User
from accounts.queries import works_in_an_office
from ticketing.core.security import ADMIN_PATH

# What the host of the back office serves beside it: signing in, and what its pages load.
BESIDE = ("/account/", "/fr/account/", "/static/", "/health", "/csp-report", "/jsi18n")


class BackOffice(UnfoldAdminSite):
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
