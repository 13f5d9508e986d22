"""The authorization code flow with state, PKCE and nonce (RFC 6749, RFC 7636, RFC 9700)."""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Self
from urllib.parse import urlencode

import jwt
from django.utils.crypto import constant_time_compare

from accounts.domain.social import Identity, SocialRefused
from accounts.identity_providers.access_tokens import identity_of_access_token
from accounts.identity_providers.calls import call
from accounts.identity_providers.openid import identity_of_token
from accounts.identity_providers.providers import Provider

MINUTES_TO_COME_BACK = 10


@dataclass(frozen=True)
class Begun:
    """A sign-in on its way to a provider and back; kept in the browser's session meanwhile."""

    provider: str
    state: str
    nonce: str
    verifier: str
    began_at: float
    next: str = ""

    @classmethod
    def now(cls, provider: Provider, *, now: datetime, next: str) -> Self:  # noqa: A002 - the name that pages use
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(provider.name, state, nonce, verifier, now.timestamp(), next)

    def kept(self) -> dict[str, Any]:
        return asdict(self)

    def check(self, *, provider: Provider, state: str, now: datetime) -> None:
        """That this answer belongs to what this browser began, a short while ago."""
        age = timedelta(seconds=now.timestamp() - self.began_at)
        is_ours = self.provider == provider.name and constant_time_compare(self.state, state)
        if not is_ours or age > timedelta(minutes=MINUTES_TO_COME_BACK):
            raise SocialRefused


def address_to_begin_at(provider: Provider, begun: Begun, *, redirect_uri: str) -> str:
    challenge = urlsafe_b64encode(sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": provider.client_ids[0],
        "redirect_uri": redirect_uri,
        "scope": provider.scope,
        "state": begun.state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **({"nonce": begun.nonce} if provider.is_openid else {}),
        **provider.parameters,
    }
    return f"{provider.authorize_url}?{urlencode(query)}"


def identity_of_code(
    provider: Provider,
    code: str,
    *,
    verifier: str,
    redirect_uri: str,
    nonce: str | None,
    now: datetime,
) -> Identity:
    """Change a code for tokens and those for whom they name. Raises SocialRefused."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": provider.client_ids[0],
        "client_secret": secret_of(provider, now=now),
        "code_verifier": verifier,
    }
    tokens = call("POST", provider.exchange_url, form=form)
    try:
        if provider.is_openid:
            return identity_of_token(provider, tokens["id_token"], nonce=nonce)
        return identity_of_access_token(provider, tokens["access_token"])
    except (KeyError, TypeError):
        raise SocialRefused from None


def secret_of(provider: Provider, *, now: datetime) -> str:
    """Ours for this provider. Apple wants one that is signed anew.

    https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
    """
    if not provider.signs:
        return provider.client_secret
    claims = {
        "iss": provider.signs["team"],
        "sub": provider.client_ids[0],
        "aud": provider.issuer,
        "iat": now,
        "exp": now + timedelta(minutes=5),
    }
    headers = {"kid": provider.signs["key_id"]}
    return jwt.encode(claims, provider.signs["private_key"], algorithm="ES256", headers=headers)
