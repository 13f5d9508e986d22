"""The signature under what is posted to organizers' endpoints (docs/fulfillment.md).

    Ticketing-Signature: t=1794614400,v1=5257a869e7…

`v1` is HMAC-SHA256 over the moment, a dot and the raw body, with the endpoint's secret. While a
secret is being changed there are two of them, and one that fits is enough.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "tks_"


def new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def signature(body: bytes, *, with_secrets: Sequence[str], at: int) -> str:
    parts = [f"t={at}", *(f"v1={digest(body, secret=one, at=at)}" for one in with_secrets)]
    return ",".join(parts)


def digest(body: bytes, *, secret: str, at: int) -> str:
    return hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
