from django.urls import path

from accounts.api import auth, organizers, people, social

app_name = "api"
urlpatterns = [
    path("auth/register", auth.Register.as_view(), name="register"),
    path("auth/verify-email", auth.VerifyEmail.as_view(), name="verify-email"),
    path("auth/login", auth.Login.as_view(), name="login"),
    path("auth/mfa", auth.SecondFactor.as_view(), name="mfa"),
    path("auth/passkey/options", auth.PasskeyOptions.as_view(), name="passkey-options"),
    path("auth/passkey", auth.Passkey.as_view(), name="passkey"),
    path("auth/refresh", auth.Refresh.as_view(), name="refresh"),
    path("auth/logout", auth.Logout.as_view(), name="logout"),
    path("auth/password/forgot", auth.ForgotPassword.as_view(), name="forgot-password"),
    path("auth/password/reset", auth.ResetPassword.as_view(), name="reset-password"),
    path("auth/password/change", auth.ChangePassword.as_view(), name="change-password"),
    path("auth/social/<str:provider>", social.Social.as_view(), name="social"),
    path("auth/jwks", auth.KeySet.as_view(), name="jwks"),
    path("me", people.Me.as_view(), name="me"),
    path("me/email", people.Address.as_view(), name="my-address"),
    path("me/sessions", people.Sessions.as_view(), name="my-sessions"),
    path("me/sessions/<str:place>", people.Session.as_view(), name="my-session"),
    path("me/preferences", people.Preferences.as_view(), name="my-preferences"),
    path("me/devices", people.Devices.as_view(), name="my-devices"),
    path("organizers", organizers.Organizers.as_view(), name="organizers"),
    path("organizers/<slug:slug>", organizers.OneOrganizer.as_view(), name="organizer"),
    path("organizers/<slug:slug>/team", organizers.Team.as_view(), name="team"),
    path("organizers/<slug:slug>/team/<int:member>", organizers.Member.as_view(), name="member"),
    path(
        "invitations/<str:key>/accept",
        organizers.AcceptInvitation.as_view(),
        name="accept-invitation",
    ),
]
