"""Links in mails that prove who reads the mailbox.

A key is signed, short-lived and bound to the state of the account as it was when it was made:
using it changes that state (an address becomes verified, a password another), and so it works
once. Nothing is stored, and nothing that was stored before opens anything.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import is_verified
from ticketing.core.errors import InvalidInput
from ticketing.core.site import site_address


class Purpose(StrEnum):
    VERIFY = "accounts.verify"
    RESET = "accounts.reset"
    CHANGE_ADDRESS = "accounts.change-address"


PAGE_OF = {
    Purpose.VERIFY: "account_confirm_email",
    Purpose.RESET: "account_reset_password_from_key",
    Purpose.CHANGE_ADDRESS: "confirm_new_address",
}


class LinkInvalid(InvalidInput):
    code = "key_invalid"
    message = _("This link was used already, or is older than an hour. Please ask for a new one.")


@dataclass(frozen=True)
class MailLink:
    user: User
    facts: dict[str, Any]


def make_key(purpose: Purpose, user: User, **facts: Any) -> str:
    content = {"user": str(user.pk), "state": state_of(user), **facts}
    return signing.dumps(content, salt=purpose)


def read_key(purpose: Purpose, key: str) -> MailLink:
    """Who the key was made for, if it still holds. Locks that person, so that it is used once."""
    try:
        facts = signing.loads(key, salt=purpose, max_age=settings.LINK_LIFETIME)
    except signing.BadSignature:
        raise LinkInvalid from None
    user = User.objects.select_for_update().filter(pk=facts.pop("user"), is_active=True).first()
    if user is None or not constant_time_compare(facts.pop("state"), state_of(user)):
        raise LinkInvalid
    return MailLink(user, facts)


def state_of(user: User) -> str:
    """What a used link has changed."""
    state = f"{user.password} {user.email} {is_verified(user)}"
    return salted_hmac("accounts.mail-links", state, algorithm="sha256").hexdigest()[:32]


def address_of(purpose: Purpose, key: str, *, language: str) -> str:
    # In the query and not the path: servers on the way keep paths in their logs for longer.
    return f"{site_address(PAGE_OF[purpose], language=language)}?{urlencode({'key': key})}"
