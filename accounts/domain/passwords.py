from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.announcements import ResetAsked
from accounts.audit.domain.records import record
from accounts.domain.guessing import count_guess, forget_guesses, password_of
from accounts.domain.mail_links import Purpose, address_of, make_key, read_key
from accounts.domain.sessions import end_other_sessions
from accounts.domain.sign_up import check_new_password, mark_verified, send_verification
from accounts.models import User
from accounts.notifications.domain.messages import notify
from accounts.queries import is_verified
from ticketing.core.errors import InvalidInput
from ticketing.core.ids import new_id
from ticketing.core.outbox import announce


class WrongPassword(InvalidInput):
    code = "password_wrong"
    message = _("This is not your present password.")


@transaction.atomic
def ask_for_reset(*, email: str) -> None:
    """Have a link for a new password sent, if there is an account.

    Whether there is one is looked up by a worker: the call does the same for every address.
    """
    ask = new_id()
    announce(ResetAsked(ask=ask, email=email.strip().lower()), about=f"accounts.reset:{ask}")


@transaction.atomic
def send_reset_link(*, email: str, asked: UUID, now: datetime) -> None:
    """Send the link; who never opened the account gets the link that does. Once per `asked`."""
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None:
        return
    if not is_verified(user):
        send_verification(user, now=now)
        return
    link = address_of(Purpose.RESET, make_key(Purpose.RESET, user), language=user.locale)
    notify(
        "reset_password",
        to=user,
        key=f"reset-password:{asked}",
        context={"name": str(user), "link": link},
        now=now,
    )


@transaction.atomic
def reset_password(key: str, *, password: str, now: datetime) -> User:
    """Set a new password by the key of a mail; every session and device is signed out."""
    user = read_key(Purpose.RESET, key).user
    set_password(user, password, now=now)
    end_other_sessions(user, now=now)
    if not is_verified(user):
        mark_verified(user, now=now)  # the mail was read, which is what verifying asks
    return user


@transaction.atomic
def change_password(
    user: User,
    *,
    current: str,
    new: str,
    keep_family: UUID | None = None,
    keep_session: str | None = None,
    now: datetime,
) -> None:
    """Change the password of somebody who knows the present one; others are signed out."""
    confirm_password(user, current, field="current")
    set_password(user, new, now=now, field="new")
    end_other_sessions(user, keep_family=keep_family, keep_session=keep_session, now=now)


def confirm_password(user: User, password: str, *, field: str = "password") -> None:
    about = password_of(user.email)
    count_guess(about)
    if not user.check_password(password):
        raise WrongPassword(field=field)
    forget_guesses(about)


def set_password(user: User, password: str, *, now: datetime, field: str = "password") -> None:
    check_new_password(password, user=user, field=field)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(action="people.password_changed", by=user, on=user, now=now)
    notify(
        "password_changed",
        to=user,
        key=f"password-changed:{user.pk}:{now.isoformat()}",
        context={"name": str(user)},
        now=now,
    )
