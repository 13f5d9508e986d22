from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.sessions import end_other_sessions
from accounts.models import User
from accounts.notifications.domain.messages import notify
from accounts.queries import has_second_factor, is_owner_somewhere
from ticketing.core.errors import NotAllowed

WORDS = {
    (Authenticator.Type.TOTP, "added"): _("an authenticator app was added"),
    (Authenticator.Type.TOTP, "removed"): _("the authenticator app was removed"),
    (Authenticator.Type.WEBAUTHN, "added"): _("a passkey was added"),
    (Authenticator.Type.WEBAUTHN, "removed"): _("a passkey was removed"),
    (Authenticator.Type.RECOVERY_CODES, "added"): _("recovery codes were made"),
    (Authenticator.Type.RECOVERY_CODES, "removed"): _("the recovery codes were removed"),
    (Authenticator.Type.RECOVERY_CODES, "renewed"): _("new recovery codes were made"),
}


class SecondFactorRequired(NotAllowed):
    code = "mfa_setup_required"
    message = _("Please set up a second factor first: an authenticator app or a passkey.")


@transaction.atomic
def second_factor_changed(
    user: User, *, kind: str, change: str, keep_session: str | None, now: datetime
) -> None:
    """Tell the person, write it down, and sign out everywhere else."""
    record(action=f"people.second_factor_{change}", by=user, on=user, after={"kind": kind}, now=now)
    with translation.override(user.locale):
        what = str(WORDS.get((Authenticator.Type(kind), change), kind))
    notify(
        "mfa_changed",
        to=user,
        key=f"mfa-changed:{user.pk}:{kind}:{change}:{now.isoformat()}",
        context={"name": str(user), "what": what},
        now=now,
    )
    end_other_sessions(user, keep_session=keep_session, now=now)


def needs_second_factor(user: User) -> bool:
    """Whether this person may act only with one, and has none yet."""
    if not settings.REQUIRE_MFA:
        return False
    return (user.is_staff or is_owner_somewhere(user)) and not has_second_factor(user)


def require_second_factor(user: User) -> None:
    if needs_second_factor(user):
        raise SecondFactorRequired
