from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.announcements import PersonVerified
from accounts.audit.domain.records import record
from accounts.domain.mail_links import Purpose, address_of, make_key, read_key
from accounts.models import User
from accounts.notifications.domain.messages import notify
from accounts.queries import is_verified
from ticketing.core.errors import InvalidInput
from ticketing.core.outbox import announce
from ticketing.core.site import site_address

KEPT_UNOPENED = timedelta(days=30)


class WeakPassword(InvalidInput):
    code = "password_too_weak"
    message = _("Please choose another password.")


def check_new_password(password: str, *, user: User, field: str = "password") -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), field=field) from None


def register(*, email: str, password: str, name: str, locale: str, now: datetime) -> None:
    """Begin an account, which its owner opens by the link in a mail.

    Whether the address was known shows in the mail alone: answer and work are the same. An
    account that nobody ever opened is replaced, so that who registers somebody else's address
    beforehand has nothing: the owner's link opens the owner's password.
    """
    email = email.strip().lower()
    locale = locale if locale in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    check_new_password(password, user=User(email=email, name=name))
    hashed = make_password(password)
    try:
        with transaction.atomic():
            known = User.objects.select_for_update().filter(email=email).first()
            if known is not None and (is_verified(known) or not known.is_active):
                tell_who_has_an_account(known, now=now)
                return
            if known is not None:
                known.delete()
            user = User(email=email, name=name, locale=locale, password=hashed)
            user.save(force_insert=True)
            EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)
            record(action="people.registered", by=user, on=user, now=now)
            send_verification(user, now=now)
    except IntegrityError:
        # Somebody registered the same address at this very moment, and got the mail.
        return


def send_verification(user: User, *, now: datetime) -> None:
    key = make_key(Purpose.VERIFY, user)
    link = address_of(Purpose.VERIFY, key, language=user.locale)
    notify(
        "verify_email",
        to=user,
        key=f"verify-email:{user.pk}:{now:%Y%m%d%H%M}",
        context={"name": str(user), "link": link},
        now=now,
    )


def tell_who_has_an_account(user: User, *, now: datetime) -> None:
    context = {
        "link_login": site_address("account_login", language=user.locale),
        "link_reset": site_address("account_reset_password", language=user.locale),
    }
    notify(
        "account_exists",
        to=user,
        key=f"account-exists:{user.pk}:{now:%Y%m%d%H%M}",
        context=context,
        now=now,
    )


@transaction.atomic
def verify_address(key: str, *, now: datetime) -> User:
    """Open an account by the key of its mail. Raises LinkInvalid; locks the person."""
    user = read_key(Purpose.VERIFY, key).user
    mark_verified(user, now=now)
    return user


def mark_verified(user: User, *, now: datetime) -> None:
    EmailAddress.objects.filter(user=user, email=user.email).update(verified=True)
    record(action="people.address_verified", by=user, on=user, now=now)
    announce(PersonVerified(person_id=user.pk, email=user.email), about=user)


def forget_unopened_accounts(*, now: datetime) -> int:
    """Delete accounts that nobody opened: their addresses may be somebody else's."""
    opened = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    unopened = User.objects.filter(
        ~Exists(opened), joined_at__lt=now - KEPT_UNOPENED, last_login=None, is_staff=False
    )
    number = 0
    for user in unopened:
        user.delete()
        number += 1
    return number
