"""To a provider and back."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView

from accounts.domain.social import SocialRefused, connect, disconnect, person_of
from accounts.enums import SocialProvider
from accounts.identity_providers.code_flow import Begun, address_to_begin_at, identity_of_code
from accounts.identity_providers.providers import Provider, offered_providers
from accounts.models import User
from accounts.queries import social_accounts_of
from accounts.views.people import OwnPage
from ticketing.core.errors import DomainError

SESSION_KEY = "social"


def provider_or_404(name: str) -> Provider:
    known = name in SocialProvider.values
    provider = offered_providers().get(SocialProvider(name)) if known else None
    if provider is None:
        raise Http404
    return provider


def redirect_uri(provider: Provider) -> str:
    """Exactly what is registered there: the site's own name, one address for all languages."""
    return settings.SITE_URL + reverse("social_callback", args=[provider.name])


def safe_next(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    hosts = {request.get_host()}
    return wanted if url_has_allowed_host_and_scheme(wanted, hosts, settings.IS_HTTPS) else ""


class BeginSocial(View):
    def get(self, request: HttpRequest, provider: str) -> HttpResponse:
        chosen = provider_or_404(provider)
        begun = Begun.now(chosen, now=timezone.now(), next=safe_next(request))
        request.session[SESSION_KEY] = begun.kept()
        return redirect(address_to_begin_at(chosen, begun, redirect_uri=redirect_uri(chosen)))


@method_decorator(csrf_exempt, name="dispatch")  # `state` is the token of this form
class SocialCallback(View):
    """Where providers send people back to, signed in or to be connected."""

    def post(self, request: HttpRequest, provider: str) -> HttpResponse:
        """Apple posts. A post from elsewhere carries no session, so come again by a GET."""
        kept = {
            name: request.POST[name] for name in ("code", "state", "error") if name in request.POST
        }
        return redirect(f"{request.path}?{urlencode(kept)}")

    def get(self, request: HttpRequest, provider: str) -> HttpResponse:
        chosen = provider_or_404(provider)
        try:
            begun = self.begun(chosen)
            identity = identity_of_code(
                chosen,
                request.GET["code"],
                verifier=begun.verifier,
                redirect_uri=redirect_uri(chosen),
                nonce=begun.nonce if chosen.is_openid else None,
                now=timezone.now(),
            )
            if isinstance(request.user, User):
                connect(identity, user=request.user, now=timezone.now())
                messages.success(request, _("Connected. You can sign in with it from now on."))
                return redirect("connections")
            user = person_of(identity, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("connections" if request.user.is_authenticated else "account_login")
        record_authentication(request, user, method="socialaccount", provider=chosen.name)
        login = Login(user=user, email=user.email, redirect_url=begun.next or None)
        answer: HttpResponse = perform_login(request, login)
        return answer

    def begun(self, provider: Provider) -> Begun:
        """What this browser began; it is used up by coming back, whatever comes of it."""
        kept: dict[str, Any] | None = self.request.session.pop(SESSION_KEY, None)
        if kept is None or "code" not in self.request.GET:
            raise SocialRefused
        begun = Begun(**kept)
        begun.check(provider=provider, state=self.request.GET.get("state", ""), now=timezone.now())
        return begun


class Connections(OwnPage, TemplateView):
    """Accounts elsewhere that open this one; a POST takes one away."""

    template_name = "account/connections.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        connected = list(social_accounts_of(self.person))
        missing = set(offered_providers()) - {SocialProvider(one.provider) for one in connected}
        offered = [one for one in offered_providers() if one in missing]
        return super().get_context_data(connected=connected, offered=offered, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        given = request.POST.get("link", "")
        try:
            disconnect(self.person, link=int(given) if given.isdigit() else 0, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Not connected any more."))
        return redirect("connections")
