"""Where a person is signed in: browsers (a session each) and devices (a refresh family each)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.devices import device_name
from accounts.domain.refresh_tokens import end_families
from accounts.enums import EndReason
from accounts.models import RefreshFamily, User
from ticketing.core.errors import NotThere


class SessionGone(NotThere):
    code = "not_found"
    message = _("You are not signed in there any more.")


@dataclass(frozen=True)
class SignedInPlace:
    id: str
    kind: str
    """`browser` or `app`."""
    device: str
    address: str
    started_at: datetime
    last_used_at: datetime
    is_current: bool

    @property
    def name(self) -> str:
        return device_name(self.device)


def signed_in_places(
    user: User, *, session_key: str | None = None, family: UUID | None = None, now: datetime
) -> list[SignedInPlace]:
    browsers = [
        SignedInPlace(
            f"b{one.pk}",
            "browser",
            one.user_agent,
            one.ip,
            one.created_at,
            one.last_seen_at,
            one.session_key == session_key,
        )
        for one in living_browsers(user, now=now)
    ]
    apps = [
        SignedInPlace(
            str(one.pk),
            "app",
            one.device,
            one.address,
            one.started_at,
            one.rotated_at,
            one.pk == family,
        )
        for one in RefreshFamily.objects.filter(user=user, ended_at=None, expires_at__gt=now)
    ]
    return sorted([*browsers, *apps], key=lambda place: place.last_used_at, reverse=True)


def living_browsers(user: User, *, now: datetime) -> list[UserSession]:
    """Browsers whose session still signs the person in; those that do not any more are forgotten.

    allauth's own list asks twice for each browser; this asks once for all of them.
    """
    browsers = list(UserSession.objects.filter(user=user))
    hashes = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    sessions = Session.objects.filter(
        session_key__in=[browser.session_key for browser in browsers], expire_date__gt=now
    )
    living = {
        session.session_key
        for session in sessions
        if session.get_decoded().get(HASH_SESSION_KEY) in hashes
    }
    dead = [browser.pk for browser in browsers if browser.session_key not in living]
    if dead:
        UserSession.objects.filter(pk__in=dead).delete()
    return [browser for browser in browsers if browser.session_key in living]


@transaction.atomic
def end_place(user: User, *, place: str, now: datetime) -> None:
    """Sign one's own browser or device out. Raises SessionGone for what is not one's own."""
    if place.startswith("b") and place[1:].isdigit():
        session = UserSession.objects.filter(user=user, pk=int(place[1:])).first()
        if session is None:
            raise SessionGone
        session.end()
    else:
        family = family_id(place)
        if not end_families(user, because=EndReason.REVOKED, now=now, only=family):
            raise SessionGone
    record(action="people.signed_out_elsewhere", by=user, on=user, now=now)


def family_id(place: str) -> UUID:
    try:
        return UUID(place)
    except ValueError:
        raise SessionGone from None


def end_other_sessions(
    user: User,
    *,
    keep_session: str | None = None,
    keep_family: UUID | None = None,
    now: datetime,
) -> None:
    """After what changes who may sign in: everywhere else the person has to sign in again."""
    for session in UserSession.objects.filter(user=user):
        if session.session_key != keep_session:
            session.end()
    end_families(user, because=EndReason.SECURITY, keep=keep_family, now=now)
