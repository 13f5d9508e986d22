"""What the models that are not ours say about people. Some of them may not be installed."""

from ticketing.core.privacy import (
    UNTIL_ERASED,
    Basis,
    Declaration,
    Kind,
    days,
    nothing_personal,
    our_secrets,
    personal,
)

whose = personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED)
address = personal(Kind.CONTACT, basis=Basis.CONTRACT, kept=UNTIL_ERASED)
habit = personal(Kind.BEHAVIOUR, basis=Basis.CONTRACT, kept=UNTIL_ERASED)
secret = personal(Kind.IDENTITY, basis=Basis.CONTRACT, kept=UNTIL_ERASED, is_secret=True)
# Somebody signed in somewhere: kept against abuse, and gone with the session.
session = personal(Kind.BEHAVIOUR, basis=Basis.INTEREST, kept=days(90, after="last_seen_at"))
# Who did what in the back office.
act = personal(Kind.BEHAVIOUR, basis=Basis.INTEREST, kept=days(365, after="action_time"))

OF_OTHERS: dict[str, Declaration] = {
    "admin.LogEntry": nothing_personal("id", "content_type", "action_flag")
    | dict.fromkeys(["user", "action_time", "object_id", "object_repr", "change_message"], act),
    "auth.Group": nothing_personal("id", "name", "permissions"),
    "auth.Permission": nothing_personal("id", "name", "content_type", "codename"),
    "contenttypes.ContentType": nothing_personal("id", "app_label", "model"),
    "sessions.Session": nothing_personal("expire_date")
    | dict.fromkeys(
        ["session_key", "session_data"],
        personal(
            Kind.BEHAVIOUR,
            basis=Basis.CONTRACT,
            kept=days(1, after="expire_date"),
            is_secret=True,
        ),
    ),
    "sites.Site": nothing_personal("id", "domain", "name"),
    # django-allauth
    "account.EmailAddress": nothing_personal("id", "verified", "primary")
    | {"user": whose, "email": address},
    "account.EmailConfirmation": nothing_personal("id", "created", "sent")
    | {"email_address": address, "key": secret},
    "mfa.Authenticator": nothing_personal("id", "type")
    | {"user": whose, "data": secret, "created_at": habit, "last_used_at": habit},
    "socialaccount.SocialAccount": nothing_personal("id", "provider")
    | {
        "user": whose,
        "uid": whose,
        "last_login": habit,
        "date_joined": habit,
        "extra_data": whose,
    },
    "socialaccount.SocialApp": nothing_personal(
        "id", "provider", "provider_id", "name", "client_id", "settings"
    )
    | our_secrets("secret", "key"),
    "socialaccount.SocialToken": nothing_personal("id", "app", "expires_at")
    | {"account": whose, "token": secret, "token_secret": secret},
    "usersessions.UserSession": nothing_personal("id")
    | {
        "user": whose,
        "created_at": session,
        "ip": personal(Kind.LOCATION, basis=Basis.INTEREST, kept=days(90, after="last_seen_at")),
        "last_seen_at": session,
        "session_key": secret,
        "user_agent": session,
        "data": session,
    },
}
