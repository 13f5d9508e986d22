from allauth.account import views as allauth
from django.urls import include, path

from accounts.enums import LegalKind
from accounts.views import passkeys, people, social, teams
from accounts.views.legal import legal_page

# Names that start with account_ are those that allauth leads to.
account = [
    path("", people.Account.as_view(), name="account"),
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("signup/", people.SignUp.as_view(), name="account_signup"),
    path("open/", people.OpenAccount.as_view(), name="account_confirm_email"),
    path("open/sent/", people.MailSent.as_view(), name="account_email_verification_sent"),
    path("password/", people.ChangePassword.as_view(), name="account_change_password"),
    path("password/forgot/", people.ForgotPassword.as_view(), name="account_reset_password"),
    path("password/forgot/sent/", people.ResetAsked.as_view(), name="account_reset_password_done"),
    path("password/new/", people.ResetPassword.as_view(), name="account_reset_password_from_key"),
    path("address/", people.ChangeAddress.as_view(), name="account_email"),
    path("address/confirm/", people.ConfirmNewAddress.as_view(), name="confirm_new_address"),
    path("profile/", people.Profile.as_view(), name="profile"),
    path("preferences/", people.Preferences.as_view(), name="preferences"),
    path("places/", people.Places.as_view(), name="places"),
    path("connections/", social.Connections.as_view(), name="connections"),
    path("erase/", people.Erase.as_view(), name="erase"),
    # allauth's own addresses; where a view of ours stands in front, the first one answers.
    path("second-factor/webauthn/add/", passkeys.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("second-factor/webauthn/login/", passkeys.LogIn.as_view(), name="mfa_login_webauthn"),
    path(
        "second-factor/webauthn/reauthenticate/",
        passkeys.Confirm.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("second-factor/", include("allauth.mfa.urls")),
]

urlpatterns = [
    *(path(f"{kind}/", legal_page, {"kind": kind}, name=kind) for kind in LegalKind.values),
    path("account/", include(account)),
    path("invitations/<str:key>/", teams.AcceptInvitation.as_view(), name="invitation"),
    path("organizers/new/", teams.StartOrganizer.as_view(), name="start_organizer"),
]

# One address for all languages: it is registered with the providers.
without_language = [
    path("account/social/<str:provider>/", social.BeginSocial.as_view(), name="social_begin"),
    path(
        "account/social/<str:provider>/callback/",
        social.SocialCallback.as_view(),
        name="social_callback",
    ),
]
