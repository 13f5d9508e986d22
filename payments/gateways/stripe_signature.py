"""Whether Stripe signed a delivery.

Ours and not the library's, which knows one secret at a time and its own clock, and takes what was
signed in the future.
"""

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from payments.gateways.base import Forged

TOLERANCE = timedelta(minutes=5)
MOST_DIGITS = 11


def check(body: bytes, header: str, secrets: Sequence[str], *, now: datetime) -> None:
    """Over the bytes as they came; any of our secrets, any of its signatures. Raises Forged."""
    at, given = "", []
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name == "t":
            at = value
        elif name == "v1":  # v0 is for its own tests
            given.append(value.encode())
    if not (at.isascii() and at.isdigit() and len(at) <= MOST_DIGITS):
        raise Forged
    if abs(now - datetime.fromtimestamp(int(at), UTC)) > TOLERANCE:
        raise Forged
    signed = at.encode() + b"." + body
    due = [hmac.new(one.encode(), signed, sha256).hexdigest() for one in secrets if one]
    # All of them, so that how long it takes says nothing.
    matches = [hmac.compare_digest(one.encode(), sent) for one in due for sent in given]
    if not any(matches):
        raise Forged
