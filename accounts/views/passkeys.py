"""allauth's pages for passkeys, where ours differ."""

from typing import Any

from allauth.account.mixins import NextRedirectMixin
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
)
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse


class AddPasskey(AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Every passkey of ours can sign in alone: its device knows whose it is, and asks for them."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = begin_registration(self.request.user, passwordless=True)
        return {**context, **kwargs, "js_data": {"creation_options": options}}


class LogIn(NextRedirectMixin, LoginWebAuthnView):
    def form_invalid(self, form: Form) -> HttpResponse:
        """Back to the log-in, which still knows where the person wanted to go."""
        super().form_invalid(form)
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_login")))


class Confirm(ReauthenticateWebAuthnView):
    def form_invalid(self, form: Form) -> HttpResponse:
        """The same page again; allauth's leads to the log-in, where somebody signed in is lost."""
        again: HttpResponse = self.render_to_response({**self.get_context_data(), "form": form})
        return again
