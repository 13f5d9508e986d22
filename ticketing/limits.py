"""How often each address of the site may be asked by one client. Every public address stands
here; tests/architecture/test_urls.py fails for one that does not.

Pages from the cache are answered before anything is counted, so these numbers are for the asking
that costs something. RATE_LIMIT_SCALE multiplies all of them.
"""

from ticketing.core.limits import Limit

PAGE = Limit(calls=120, seconds=60)

RATE_LIMITS = {
    "home": PAGE,
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
    "no-such-call": PAGE,
    # Guessing passwords: ten tries, then one every half minute.
    "admin:login": Limit(calls=10, seconds=300, methods=frozenset({"POST"})),
}
# Asked by machines every few seconds, and answered before limits are looked at.
UNLIMITED = {"health-live", "health-ready"}
