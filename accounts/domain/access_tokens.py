"""Access tokens: short-lived, signed with Ed25519 by a key whose public half everybody may have.

What a token claims is looked up again at each request (`who_bears`), so that signing out,
a new password or deactivation end it at once and not when it runs out.
"""

from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from accounts.models import RefreshFamily

ALGORITHM = "EdDSA"
TYPE = "at+jwt"
AUDIENCE = "api"
CLAIMS = ["iss", "aud", "sub", "fam", "iat", "exp"]


@dataclass(frozen=True)
class SigningKey:
    kid: str
    private: Ed25519PrivateKey
    public: Ed25519PublicKey
    public_bytes: bytes


@cache
def key_ring(encoded: tuple[str, ...]) -> dict[str, SigningKey]:
    """By `kid`, in the order of the setting: the first signs."""
    ring = {}
    for text in encoded:
        private = Ed25519PrivateKey.from_private_bytes(b64decode(text))
        public = private.public_key()
        public_bytes = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        kid = sha256(public_bytes).hexdigest()[:16]
        ring[kid] = SigningKey(kid, private, public, public_bytes)
    return ring


def keys() -> dict[str, SigningKey]:
    return key_ring(tuple(settings.TOKEN_KEYS))


def public_keys() -> dict[str, Any]:
    """The JSON Web Key Set by which others can believe our tokens (RFC 8037)."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "use": "sig",
                "alg": ALGORITHM,
                "kid": key.kid,
                "x": urlsafe_b64encode(key.public_bytes).rstrip(b"=").decode(),
            }
            for key in keys().values()
        ]
    }


def issue_access_token(family: RefreshFamily, *, now: datetime) -> str:
    key = next(iter(keys().values()))
    lifetime = timedelta(seconds=settings.ACCESS_TOKEN_LIFETIME)
    claims = {
        "iss": settings.SITE_URL,
        "aud": AUDIENCE,
        "sub": str(family.user_id),
        "fam": str(family.pk),
        "iat": now,
        "exp": min(now + lifetime, family.expires_at),
    }
    headers = {"kid": key.kid, "typ": TYPE}
    return jwt.encode(claims, key.private, algorithm=ALGORITHM, headers=headers)


def who_bears(token: str, *, now: datetime) -> RefreshFamily | None:
    """The signed-in device (with its person) that a token speaks for; None if for nobody."""
    claims = claims_of(token, now=now)
    if claims is None:
        return None
    return (
        RefreshFamily.objects.select_related("user")
        .filter(
            pk=UUID(claims["fam"]),
            user=UUID(claims["sub"]),
            user__is_active=True,
            ended_at=None,
            expires_at__gt=now,
        )
        .first()
    )


def claims_of(token: str, *, now: datetime) -> dict[str, Any] | None:
    """What one of our own keys signed for this audience and this moment."""
    try:
        header = jwt.get_unverified_header(token)
        key = keys().get(str(header.get("kid")))
        if key is None or header.get("typ") != TYPE:
            return None
        claims: dict[str, Any] = jwt.decode(
            token,
            key.public,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=settings.SITE_URL,
            # The moment is compared below with the caller's clock, which tests can set.
            options={"require": CLAIMS, "verify_exp": False, "verify_iat": False},
        )
    except jwt.PyJWTError:
        return None
    has_ended = claims["exp"] <= now.timestamp()
    return None if has_ended else claims
