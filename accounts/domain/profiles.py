from datetime import datetime
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.sessions import end_other_sessions
from accounts.models import User
from ticketing.core.errors import InvalidInput

PROFILE = ("name", "locale", "timezone")


class UnknownLanguage(InvalidInput):
    code = "language_unknown"
    message = _("We do not speak this language yet.")


class UnknownZone(InvalidInput):
    code = "timezone_unknown"
    message = _("There is no such time zone; one of them is Europe/Paris.")


@transaction.atomic
def change_profile(user: User, *, now: datetime, **changes: str) -> None:
    """Change name, language or time zone; what is not named stays."""
    if changes.get("locale", user.locale) not in dict(settings.LANGUAGES):
        raise UnknownLanguage(field="locale")
    if changes.get("timezone", user.timezone) not in available_timezones():
        raise UnknownZone(field="timezone")
    changed = [name for name in PROFILE if name in changes and changes[name] != getattr(user, name)]
    if not changed:
        return
    before = {name: getattr(user, name) for name in changed}
    for name in changed:
        setattr(user, name, changes[name])
    user.save(update_fields=changed)
    after = {name: getattr(user, name) for name in changed}
    record(action="people.profile_changed", by=user, on=user, before=before, after=after, now=now)


@transaction.atomic
def ask_for_erasure(user: User, *, now: datetime) -> None:
    """Close the account at once and note that its data is to go.

    What the law keeps (invoices) stays until it may go; the rest is erased by the platform's
    staff, who see who asked and when.
    """
    user.is_active = False
    user.erasure_asked_at = now
    user.save(update_fields=["is_active", "erasure_asked_at"])
    record(action="people.erasure_asked", by=user, on=user, now=now)
    end_other_sessions(user, now=now)
