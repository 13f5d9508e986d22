"""How often each address of the site may be asked by one client. Every public address stands
here; tests/architecture/test_urls.py fails for one that does not.

Pages from the cache are answered before anything is counted, so these numbers are for the asking
that costs something. RATE_LIMIT_SCALE multiplies all of them.
"""

from ticketing.core.limits import Limit

PAGE = Limit(calls=120, seconds=60)
CALL = Limit(calls=300, seconds=60)
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Guessing secrets: ten tries, then one every half minute. Looking at the page is not counted.
GUESS = Limit(calls=10, seconds=300, methods=WRITES)
# What sends a mail to somebody who may not have asked for it.
MAIL = Limit(calls=10, seconds=600, methods=WRITES)
FORM = Limit(calls=30, seconds=60, methods=WRITES)

RATE_LIMITS = {
    "home": PAGE,
    "event-list": PAGE,
    "event-feed": PAGE,
    "category": PAGE,
    "category-feed": PAGE,
    "organizer": PAGE,
    "organizer-feed": PAGE,
    "event": PAGE,
    # Asked every few seconds by who looks at a sale, and answered from the cache but for the first.
    "event-tickets": CALL,
    "event-open": GUESS,
    "event-inside": PAGE,
    "event-preview": PAGE,
    "event-picture": PAGE,
    "event-calendar": PAGE,
    "event-look": CALL,
    "sitemap": PAGE,
    "sitemap-pages": PAGE,
    "sitemap-events": PAGE,
    "gallery": PAGE,
    "imprint": PAGE,
    "terms": PAGE,
    "privacy": PAGE,
    "gallery-mails": PAGE,
    "gallery-mail": PAGE,
    "gallery-mail-html": PAGE,
    "unsubscribe": PAGE,
    # SNS tells of every mail, and of many at a time.
    "webhook-mail-ses": Limit(calls=3000, seconds=60),
    "robots": PAGE,
    "health": PAGE,
    "metrics": PAGE,
    "csp-report": Limit(calls=30, seconds=60),
    "beacon": Limit(calls=60, seconds=60),
    "no-such-call": PAGE,
    "admin:login": GUESS,
    "account": PAGE,
    "account_login": GUESS,
    "account_logout": FORM,
    "account_inactive": PAGE,
    "account_reauthenticate": GUESS,
    "account_signup": MAIL,
    "account_confirm_email": GUESS,
    "account_email_verification_sent": PAGE,
    "account_change_password": GUESS,
    "account_reset_password": MAIL,
    "account_reset_password_done": PAGE,
    "account_reset_password_from_key": GUESS,
    "account_email": MAIL,
    "confirm_new_address": GUESS,
    "profile": FORM,
    "places": FORM,
    "erase": GUESS,
    "mfa_index": PAGE,
    "mfa_authenticate": GUESS,
    "mfa_reauthenticate": GUESS,
    "mfa_activate_totp": GUESS,
    "mfa_deactivate_totp": GUESS,
    "mfa_view_recovery_codes": PAGE,
    "mfa_generate_recovery_codes": GUESS,
    "mfa_download_recovery_codes": PAGE,
    "mfa_list_webauthn": PAGE,
    "mfa_add_webauthn": GUESS,
    "mfa_reauthenticate_webauthn": GUESS,
    "mfa_remove_webauthn": GUESS,
    "mfa_edit_webauthn": FORM,
    "mfa_login_webauthn": FORM,
    "connections": FORM,
    "social_begin": Limit(calls=30, seconds=300),
    "social_callback": Limit(calls=30, seconds=300),
    "api:social": GUESS,
    "invitation": GUESS,
    "start_organizer": FORM,
    "api:organizers": FORM,
    "api:organizer": CALL,
    "api:team": CALL,
    "api:member": CALL,
    "api:accept-invitation": GUESS,
    "schema": PAGE,
    "api-docs": PAGE,
    "api:register": MAIL,
    "api:verify-email": GUESS,
    "api:login": GUESS,
    "api:mfa": GUESS,
    "api:passkey-options": CALL,
    "api:passkey": GUESS,
    "api:refresh": Limit(calls=60, seconds=60),
    "api:logout": FORM,
    "api:forgot-password": MAIL,
    "api:reset-password": GUESS,
    "api:change-password": GUESS,
    "api:jwks": CALL,
    "api:me": CALL,
    "api:my-address": MAIL,
    "api:my-preferences": CALL,
    "api:my-devices": FORM,
    "preferences": FORM,
    "api:my-sessions": CALL,
    "api:my-session": CALL,
}
# Asked by machines every few seconds, and answered before limits are looked at.
UNLIMITED = {"health-live", "health-ready"}
