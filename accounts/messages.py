"""What accounts writes to people. The words are in templates/mails/."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.notifications.enums import Topic
from accounts.notifications.kinds import MessageKind

NAME = {"name": "Ada"}

KINDS = [
    MessageKind(
        name="verify_email",
        title=_("Confirm an address"),
        topic=Topic.SECURITY,
        placeholders={"link": "/account/confirm/MQ-c2u9-7c31f0/", **NAME},
        optional=frozenset(NAME),
        is_secret=True,
        expires_after=timedelta(hours=1),
    ),
    MessageKind(
        name="account_exists",
        title=_("Sign-up with a known address"),
        topic=Topic.SECURITY,
        placeholders={"link_login": "/account/login/", "link_reset": "/account/reset/", **NAME},
        optional=frozenset(NAME),
        expires_after=timedelta(days=1),
    ),
    MessageKind(
        name="reset_password",
        title=_("Choose a new password"),
        topic=Topic.SECURITY,
        placeholders={"link": "/account/reset/MQ-c2u9-7c31f0/", **NAME},
        optional=frozenset(NAME),
        is_secret=True,
        expires_after=timedelta(hours=1),
    ),
    MessageKind(
        name="password_changed",
        title=_("The password was changed"),
        topic=Topic.SECURITY,
        placeholders={"link_reset": "/account/reset/", **NAME},
        optional=frozenset({"link_reset", *NAME}),
    ),
    MessageKind(
        name="email_change_verify",
        title=_("Confirm a new address"),
        topic=Topic.SECURITY,
        placeholders={"link": "/account/confirm/MQ-c2u9-7c31f0/", **NAME},
        optional=frozenset(NAME),
        is_secret=True,
        expires_after=timedelta(hours=1),
    ),
    MessageKind(
        name="email_change_notice",
        title=_("The address is to change (to the former address)"),
        topic=Topic.SECURITY,
        placeholders={
            "new_address": "ada.lovelace@example.org",
            "link_reset": "/account/reset/",
            **NAME,
        },
        optional=frozenset({"link_reset", *NAME}),
    ),
    MessageKind(
        name="token_reused",
        title=_("A device was signed out for safety"),
        topic=Topic.SECURITY,
        placeholders={"link_sessions": "/account/sessions/", **NAME},
        optional=frozenset({"link_sessions", *NAME}),
    ),
    MessageKind(
        name="mfa_changed",
        title=_("How somebody signs in was changed"),
        topic=Topic.SECURITY,
        placeholders={
            "what": _("A passkey was added."),
            "link_security": "/account/security/",
            **NAME,
        },
        optional=frozenset({"link_security", *NAME}),
    ),
    MessageKind(
        name="invitation",
        title=_("Invitation to a team"),
        topic=Topic.SECURITY,  # whoever is invited has no account yet in which to choose
        placeholders={
            "link": "/invitations/MQ-c2u9-7c31f0/",
            "organizer": "Le Lieu",
            "role": pgettext_lazy("role in a team", "manager"),
            "invited_by": "Oumar",
        },
        is_secret=True,
        expires_after=timedelta(days=7),
    ),
]
