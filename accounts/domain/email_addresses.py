from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.announcements import PersonVerified
from accounts.audit.domain.records import record
from accounts.domain.mail_links import LinkInvalid, Purpose, address_of, make_key, read_key
from accounts.domain.passwords import confirm_password
from accounts.domain.sessions import end_other_sessions
from accounts.models import User
from accounts.notifications.domain.messages import notify
from ticketing.core.outbox import announce


@transaction.atomic
def ask_to_change_address(user: User, *, email: str, password: str, now: datetime) -> None:
    """Ask the new address by mail whether it is theirs, and tell the present one.

    An address that has an account gets no link, and the answer is the same all the same.
    """
    confirm_password(user, password)
    email = email.strip().lower()
    if not User.objects.filter(email=email).exists():
        key = make_key(Purpose.CHANGE_ADDRESS, user, email=email)
        notify(
            "email_change_verify",
            to=email,
            key=f"change-address:{user.pk}:{now.isoformat()}",
            context={
                "name": str(user),
                "link": address_of(Purpose.CHANGE_ADDRESS, key, language=user.locale),
            },
            locale=user.locale,
            now=now,
        )
    notify(
        "email_change_notice",
        to=user,
        key=f"change-address-notice:{user.pk}:{now.isoformat()}",
        context={"name": str(user), "new_address": email},
        now=now,
    )


@transaction.atomic
def change_address(
    key: str, *, keep_session: str | None = None, keep_family: UUID | None = None, now: datetime
) -> User:
    """Take the address whose mailbox was opened. Locks the person; others are signed out."""
    link = read_key(Purpose.CHANGE_ADDRESS, key)
    user, before = link.user, link.user.email
    user.email = link.facts["email"]
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
            EmailAddress.objects.filter(user=user).delete()
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    except IntegrityError:
        raise LinkInvalid from None  # it has become somebody else's meanwhile
    record(
        action="people.address_changed",
        by=user,
        on=user,
        before={"email": before},
        after={"email": user.email},
        now=now,
    )
    announce(PersonVerified(person_id=user.pk, email=user.email), about=user)
    end_other_sessions(user, keep_session=keep_session, keep_family=keep_family, now=now)
    return user
