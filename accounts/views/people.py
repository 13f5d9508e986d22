"""One's own account: the pages that are ours. Log-in and second factor are allauth's."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView

from accounts import forms
from accounts.domain.email_addresses import ask_to_change_address, change_address
from accounts.domain.passwords import ask_for_reset, change_password, reset_password
from accounts.domain.pictures import change_picture, picture_as_data
from accounts.domain.profiles import PROFILE, ask_for_erasure, change_profile
from accounts.domain.second_factor import needs_second_factor
from accounts.domain.sessions import end_place, signed_in_places
from accounts.domain.sign_up import register, verify_address
from accounts.models import User
from accounts.notifications.forms import PreferencesForm
from accounts.notifications.queries import problems_of_address
from accounts.queries import has_second_factor, memberships_of, works_in_an_office
from ticketing.core.errors import DomainError
from ticketing.core.views import UseCaseView

secrets_stay_out_of_reports = method_decorator(sensitive_post_parameters(), name="dispatch")


class OwnPage(LoginRequiredMixin):
    request: HttpRequest

    @property
    def person(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user


@secrets_stay_out_of_reports
class SignUp(UseCaseView):
    template_name = "account/signup.html"
    form_class = forms.SignUpForm
    success_url = reverse_lazy("account_email_verification_sent")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            return redirect("account")
        return super().dispatch(request, *args, **kwargs)

    def act(self, form: Form) -> None:
        language = get_language() or ""
        register(**form.cleaned_data, locale=language, now=timezone.now())


class MailSent(TemplateView):
    template_name = "account/verification_sent.html"


class KeyView(UseCaseView):
    """A page that a link in a mail leads to: looking changes nothing, the button does."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(key=self.key, **kwargs)

    @property
    def key(self) -> str:
        return self.request.POST.get("key") or self.request.GET.get("key", "")

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(*args, **kwargs)
        # The address is a secret. "no-referrer" would hide where the form comes from as well, and
        # Django refuses a form from nowhere.
        response.headers["Referrer-Policy"] = "strict-origin"
        return response


class OpenAccount(KeyView):
    template_name = "account/email_confirm.html"
    form_class = Form

    def act(self, form: Form) -> HttpResponse:
        user = verify_address(self.key, now=timezone.now())
        messages.success(self.request, _("Your address is confirmed. Welcome."))
        record_authentication(self.request, user, method="mail_link")
        answer: HttpResponse = perform_login(self.request, Login(user=user, email=user.email))
        return answer


class ForgotPassword(UseCaseView):
    template_name = "account/password_reset.html"
    form_class = forms.ForgotPasswordForm
    success_url = reverse_lazy("account_reset_password_done")

    def act(self, form: Form) -> None:
        ask_for_reset(**form.cleaned_data)


class ResetAsked(TemplateView):
    template_name = "account/password_reset_done.html"


@secrets_stay_out_of_reports
class ResetPassword(KeyView):
    template_name = "account/password_reset_from_key.html"
    form_class = forms.NewPasswordForm
    success_url = reverse_lazy("account_login")

    def act(self, form: Form) -> None:
        reset_password(self.key, **form.cleaned_data, now=timezone.now())
        messages.success(self.request, _("Your password is changed. Please sign in with it."))


class Account(OwnPage, TemplateView):
    template_name = "account/me.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            has_second_factor=has_second_factor(self.person),
            needs_second_factor=needs_second_factor(self.person),
            address_problems=problems_of_address(self.person),
            teams=memberships_of(self.person),
            has_office=works_in_an_office(self.person),
            may_start=settings.ORGANIZER_SIGNUP != "closed",
            has_social=bool(settings.SOCIAL_PROVIDERS),
            **kwargs,
        )


class Profile(OwnPage, UseCaseView):
    template_name = "account/profile.html"
    form_class = forms.ProfileForm
    success_url = reverse_lazy("account")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(picture=picture_as_data(self.person), **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.person, name) for name in PROFILE}

    def act(self, form: Form) -> None:
        now, data = timezone.now(), form.cleaned_data
        if data["picture"] or data["remove_picture"]:
            change_picture(self.person, data["picture"], now=now)
        change_profile(self.person, **{name: data[name] for name in PROFILE}, now=now)
        messages.success(self.request, _("Your profile is changed."))


class Preferences(OwnPage, UseCaseView):
    template_name = "account/preferences.html"
    form_class = PreferencesForm
    success_url = reverse_lazy("account")

    def get_form(self, form_class: Any = None) -> PreferencesForm:
        return PreferencesForm(self.request.POST or None, user=self.person)

    def act(self, form: Any) -> None:
        form.save(now=timezone.now())
        messages.success(self.request, _("We write to you as you like it."))


@secrets_stay_out_of_reports
class ChangePassword(OwnPage, UseCaseView):
    template_name = "account/password_change.html"
    form_class = forms.ChangePasswordForm
    success_url = reverse_lazy("account")

    def act(self, form: Form) -> None:
        change_password(
            self.person,
            **form.cleaned_data,
            keep_session=self.request.session.session_key,
            now=timezone.now(),
        )
        update_session_auth_hash(self.request, self.person)
        # That gave the session another key, under which this browser is known from now on.
        UserSession.objects.create_from_request(self.request)
        messages.success(
            self.request, _("Your password is changed. Everywhere else you are signed out.")
        )


@secrets_stay_out_of_reports
class ChangeAddress(OwnPage, UseCaseView):
    template_name = "account/email_change.html"
    form_class = forms.ChangeAddressForm
    success_url = reverse_lazy("account")

    def act(self, form: Form) -> None:
        ask_to_change_address(self.person, **form.cleaned_data, now=timezone.now())
        messages.info(self.request, _("Please open the link in the mail to your new address."))


class ConfirmNewAddress(KeyView):
    template_name = "account/email_change_confirm.html"
    form_class = Form
    success_url = reverse_lazy("account")

    def act(self, form: Form) -> None:
        change_address(self.key, keep_session=self.request.session.session_key, now=timezone.now())
        messages.success(self.request, _("This is your address from now on."))


class Places(OwnPage, TemplateView):
    """Where one is signed in; a POST signs one of them out."""

    template_name = "account/places.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        places = signed_in_places(
            self.person, session_key=self.request.session.session_key, now=timezone.now()
        )
        return super().get_context_data(places=places, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            end_place(self.person, place=request.POST.get("place", ""), now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Signed out there."))
        return redirect("places")


@method_decorator(reauthentication_required(app="allauth.account"), name="dispatch")
class Erase(OwnPage, UseCaseView):
    template_name = "account/erase.html"
    form_class = forms.EraseForm
    success_url = reverse_lazy("account_login")

    def act(self, form: Form) -> None:
        ask_for_erasure(self.person, now=timezone.now())
        logout(self.request)
        messages.success(self.request, _("Your account is closed. We erase what may be erased."))
