from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.domain.sign_in import MALFORMED, WrongCode, check_code, is_first_use
from accounts.models import User
from accounts.models.user import time_zones
from accounts.password_rules import LONGEST_TAKEN
from ticketing.core.errors import DomainError


def email_field(**kwargs: Any) -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})
    return forms.EmailField(label=_("E-mail address"), max_length=254, widget=widget, **kwargs)


def password_field(*, is_new: bool = False, **kwargs: Any) -> forms.CharField:
    token = "new-password" if is_new else "current-password"
    if is_new:
        kwargs.setdefault("help_text", _("Ten characters or more. A few words are good."))
    kwargs.setdefault("label", _("Password"))
    return forms.CharField(
        strip=False,
        max_length=LONGEST_TAKEN,
        widget=forms.PasswordInput(attrs={"autocomplete": token}),
        **kwargs,
    )


def name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        help_text=_("As it shall stand on your tickets."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class SignUpForm(forms.Form):
    name = name_field()
    email = email_field(help_text=_("We send you a link to it before anything else."))
    password = password_field(is_new=True)


class LogInForm(AllauthLoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = email_field()
        self.fields["password"] = password_field()


class ConfirmPasswordForm(AllauthReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password_field()


class CodeByOurRules(forms.Form):
    """One rule for codes on pages and in the API: held back when guessed, each good once."""

    user: User
    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("Code"),
            max_length=32,
            help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
            widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            self.authenticator = check_code(self.user, code=code, now=timezone.now())
        except DomainError as error:
            raise ValidationError(str(error)) from error
        return code


class SecondFactorForm(CodeByOurRules, AuthenticateForm):
    pass


class SecondFactorAgainForm(CodeByOurRules, ReauthenticateForm):
    pass


class AuthenticatorAppForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("Code"),
            max_length=12,
            help_text=_("The six digits that the app shows now."),
            widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        )

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()
        except ValidationError as error:
            wrong = error if error.code != "incorrect_code" else ValidationError(WrongCode.message)
            raise wrong from error
        # What was typed to set the app up signs nobody in: each code is good once.
        is_first_use(self.user.pk, code=code, now=timezone.now())
        return code


def passkey_name_field(**kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=_("What to call it"),
        max_length=100,
        help_text=_("So that you know it again: phone, laptop, key ring."),
        **kwargs,
    )


class PasskeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = passkey_name_field(required=False)
        del self.fields["passwordless"]  # every one of ours can: views/passkeys.py asks for that

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except MALFORMED as error:
            raise not_a_passkey() from error
        return cleaned


def not_a_passkey() -> ValidationError:
    error: ValidationError = get_adapter().validation_error("incorrect_code")
    return error


class AnyCredential(forms.Form):
    """What is sent as a passkey may be anything; allauth's parser lets some of it end in an error."""

    def clean_credential(self) -> Authenticator:
        try:
            authenticator: Authenticator = super().clean_credential()  # type: ignore[misc] # of the form it is mixed into
        except MALFORMED as error:
            raise not_a_passkey() from error
        return authenticator


class PasskeyLogInForm(AnyCredential, LoginWebAuthnForm):
    pass


class PasskeySecondForm(AnyCredential, AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(AnyCredential, ReauthenticateWebAuthnForm):
    pass


class PasskeyNameForm(EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = passkey_name_field()


class ForgotPasswordForm(forms.Form):
    email = email_field()


class NewPasswordForm(forms.Form):
    password = password_field(is_new=True, label=_("New password"))


class ChangePasswordForm(forms.Form):
    current = password_field(label=_("Present password"))
    new = password_field(is_new=True, label=_("New password"))


class ChangeAddressForm(forms.Form):
    email = email_field(help_text=_("We send a link there; until it is opened nothing changes."))
    password = password_field()


class ProfileForm(forms.Form):
    name = name_field()
    locale = forms.ChoiceField(label=_("Language of our mails"), choices=settings.LANGUAGES)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    picture = forms.ImageField(
        label=_("Picture"), required=False, help_text=_("JPEG, PNG or WebP, up to 5 MB.")
    )
    remove_picture = forms.BooleanField(label=_("Take the picture away"), required=False)


class EraseForm(forms.Form):
    is_sure = forms.BooleanField(
        label=_("Yes, close my account and erase what may be erased"),
    )


class OrganizerForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("The choir, club or hall, as it shall stand on posters."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
