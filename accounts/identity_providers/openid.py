"""OpenID Connect: tokens in which a provider states, signed, who somebody is and for whom.

The signature is always verified, also of tokens that came straight from the provider; issuer,
audience, time and nonce too. https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
"""

import json
from typing import Any

import jwt
from django.core.cache import cache
from django.utils.crypto import constant_time_compare

from accounts.domain.social import Identity, SocialRefused
from accounts.identity_providers.calls import call
from accounts.identity_providers.providers import Provider

ALGORITHMS = ["RS256", "ES256"]
KEYS_KEPT_FOR = 3600  # seconds; an unknown `kid` asks anew at once
CLOCKS_DIFFER_BY = 60  # seconds


def identity_of_token(provider: Provider, token: str, *, nonce: str | None) -> Identity:
    """Whom an ID token names. Raises SocialRefused whatever is wrong with it.

    With a `nonce` the token must carry it: it was made for the very sign-in that we began.
    """
    claims = verified_claims(provider, token)
    if nonce is not None and not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise SocialRefused
    email = str(claims.get("email") or "")
    is_verified = str(claims.get("email_verified", "")).lower() == "true"
    return Identity(
        provider=provider.name,
        issuer=claims["iss"],
        subject=str(claims["sub"]),
        email=email,
        is_email_verified=bool(email) and is_verified and provider.verifies_addresses,
        name=str(claims.get("name") or ""),
        locale=str(claims.get("locale") or "")[:2],
    )


def verified_claims(provider: Provider, token: str) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
        key = key_of(provider, str(header.get("kid", "")))
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=list(provider.client_ids),
            leeway=CLOCKS_DIFFER_BY,
            options={"require": ["iss", "aud", "sub", "exp", "iat"]},
        )
    except (jwt.PyJWTError, ValueError) as error:
        raise SocialRefused from error
    tenant = str(claims.get("tid", ""))
    if claims["iss"] != provider.issuer.replace("{tenant}", tenant):
        raise SocialRefused
    # Of a token for several audiences only the authorised party says for whom it was made.
    if not claims["sub"] or claims.get("azp", claims["aud"]) not in list(provider.client_ids):
        raise SocialRefused
    return claims


def key_of(provider: Provider, kid: str) -> Any:
    """The provider's key of this name; asked for again when it is not among those we know."""
    known = cache.get(cache_key(provider))
    if not known or kid not in known:
        answer = call("GET", provider.keys_url)
        known = {one["kid"]: json.dumps(one) for one in answer.get("keys", []) if "kid" in one}
        cache.set(cache_key(provider), known, timeout=KEYS_KEPT_FOR)
    if kid not in known:
        raise SocialRefused
    return jwt.PyJWK.from_json(known[kid]).key


def cache_key(provider: Provider) -> str:
    return f"keys-of:{provider.name}:{provider.keys_url}"
