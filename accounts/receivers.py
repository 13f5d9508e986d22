"""What follows when somebody has signed in, or when a second factor has changed."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.domain.second_factor import second_factor_changed
from accounts.models import User


@receiver(user_logged_in)
def on_signed_in(sender: type[User], request: HttpRequest, user: User, **_: Any) -> None:
    """Know every browser that is signed in, whichever page it came in by, so that it can be ended."""
    request.user = user
    UserSession.objects.create_from_request(request)


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def on_second_factor_changed(
    sender: type[Authenticator],
    request: HttpRequest,
    user: User,
    authenticator: Authenticator,
    signal: Any,
    **_: Any,
) -> None:
    verbs = {authenticator_added: "added", authenticator_removed: "removed"}
    second_factor_changed(
        user,
        kind=authenticator.type,
        change=verbs.get(signal, "renewed"),
        keep_session=request.session.session_key,
        now=timezone.now(),
    )
