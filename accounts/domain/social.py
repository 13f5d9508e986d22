"""From an account elsewhere to the one here. Talking to providers is identity_providers' part."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.announcements import PersonVerified
from accounts.audit.domain.records import record
from accounts.domain.sign_in import SignedIn, let_in
from accounts.enums import SocialProvider
from accounts.models import SocialAccount, User
from accounts.queries import is_verified
from ticketing.core.errors import Conflict, InvalidInput, NotSignedIn, NotThere
from ticketing.core.outbox import announce


class SocialRefused(NotSignedIn):
    code = "social_refused"
    message = _("We could not make sure who you are there. Please try again.")


class AddressMissing(InvalidInput):
    code = "email_missing"
    message = _("Your account there gives us no e-mail address. Please sign up with one here.")


class AccountExists(Conflict):
    code = "account_exists"
    message = _(
        "There is an account with this e-mail address already. Sign in to it first, then connect "
        "the other one in your account."
    )


class LinkedElsewhere(Conflict):
    code = "linked_elsewhere"
    message = _("This account is connected to another account of ours already.")


class LastWayIn(Conflict):
    code = "last_way_in"
    message = _("This is your only way to sign in. Set a password or a passkey first.")


class NotConnected(NotThere):
    code = "not_found"
    message = _("This account is not connected.")


@dataclass(frozen=True)
class Identity:
    """Whom a provider has vouched for, after its answer was verified."""

    provider: SocialProvider
    issuer: str
    subject: str
    email: str = ""
    is_email_verified: bool = False
    """Only when the provider itself asks the mailbox, and names nobody else's."""
    name: str = ""
    locale: str = ""


@transaction.atomic
def person_of(identity: Identity, *, now: datetime) -> User:
    """Who this is here: by issuer and subject; else a new account; else one whose mailbox the
    provider has verified as we have.

    An address that the provider has not verified opens no account that exists (`AccountExists`).
    """
    link = SocialAccount.objects.select_related("user").filter(
        issuer=identity.issuer, subject=identity.subject
    ).first()  # fmt: skip
    if link is not None:
        if not link.user.is_active:
            raise SocialRefused
        SocialAccount.objects.filter(pk=link.pk).update(used_at=now)
        return link.user
    if not identity.email:
        raise AddressMissing
    user = person_with_address(identity, now=now)
    connect(identity, user=user, now=now)
    return user


def person_with_address(identity: Identity, *, now: datetime) -> User:
    email = identity.email.lower()
    known = User.objects.select_for_update().filter(email=email).first()
    if known is None:
        return new_person(identity, now=now)
    if not identity.is_email_verified or not known.is_active:
        raise AccountExists
    if is_verified(known):
        return known
    known.delete()  # nobody ever opened it: whoever began it had not shown that the mailbox is theirs
    return new_person(identity, now=now)


def new_person(identity: Identity, *, now: datetime) -> User:
    is_spoken = identity.locale in dict(settings.LANGUAGES)
    user = User(
        email=identity.email.lower(),
        name=identity.name[:200],
        locale=identity.locale if is_spoken else settings.LANGUAGE_CODE,
    )
    user.set_unusable_password()
    user.save(force_insert=True)
    EmailAddress.objects.create(
        user=user, email=user.email, primary=True, verified=identity.is_email_verified
    )
    after = {"provider": identity.provider}
    record(action="people.registered", by=user, on=user, after=after, now=now)
    if identity.is_email_verified:
        announce(PersonVerified(person_id=user.pk, email=user.email), about=user)
    return user


@transaction.atomic
def connect(identity: Identity, *, user: User, now: datetime) -> SocialAccount:
    """Let an account elsewhere open this one from now on. Raises LinkedElsewhere."""
    link, is_new = SocialAccount.objects.get_or_create(
        issuer=identity.issuer,
        subject=identity.subject,
        defaults={
            "user": user,
            "provider": identity.provider,
            "label": identity.email or identity.name,
            "linked_at": now,
            "used_at": now,
        },
    )
    if link.user_id != user.pk:
        raise LinkedElsewhere
    if is_new:
        after = {"provider": identity.provider}
        record(action="people.social_connected", by=user, on=user, after=after, now=now)
    return link


@transaction.atomic
def disconnect(user: User, *, link: int, now: datetime) -> None:
    """Take a connection away. Raises NotConnected, LastWayIn."""
    User.objects.select_for_update().get(pk=user.pk)
    found = SocialAccount.objects.filter(user=user, pk=link).first()
    if found is None:
        raise NotConnected
    others = SocialAccount.objects.filter(user=user).exclude(pk=link).exists()
    passkeys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()
    if not (others or passkeys or user.has_usable_password()):
        raise LastWayIn
    found.delete()
    before = {"provider": found.provider}
    record(action="people.social_disconnected", by=user, on=user, before=before, now=now)


def sign_in_with_identity(
    identity: Identity, *, device: str, address: str, now: datetime
) -> SignedIn:
    """Tokens for whom a provider vouches; a second factor of ours is still asked for."""
    user = person_of(identity, now=now)
    return let_in(user, device=device, address=address, now=now)
