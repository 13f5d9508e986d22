"""Providers whose access token says who somebody is: it is shown to have been given to us first.

One that was given to another site opens nothing here (the confused deputy of OAuth).
"""

from collections.abc import Callable
from typing import Any

from accounts.domain.social import Identity, SocialRefused
from accounts.enums import SocialProvider
from accounts.identity_providers.calls import call
from accounts.identity_providers.providers import Provider

GITHUB = "https://github.com"


def identity_of_access_token(provider: Provider, token: str) -> Identity:
    """Whom an access token of ours stands for. Raises SocialRefused for all others."""
    ask = READERS.get(provider.name)
    if ask is None:
        raise SocialRefused
    try:
        return ask(provider, token)
    except (KeyError, TypeError, AttributeError):  # an answer of another shape is no answer
        raise SocialRefused from None


def from_github(provider: Provider, token: str) -> Identity:
    """GitHub has no OpenID. https://docs.github.com/rest/apps/oauth-applications#check-a-token"""
    ours = provider.client_ids[0]
    login = (ours, provider.client_secret)
    address = f"{provider.api_url}/applications/{ours}/token"
    checked = call("POST", address, json={"access_token": token}, login=login)
    if checked["app"]["client_id"] != ours:
        raise SocialRefused
    headers = {"Authorization": f"Bearer {token}"}
    user = call("GET", f"{provider.api_url}/user", headers=headers)
    addresses = call("GET", f"{provider.api_url}/user/emails", headers=headers)
    primary: dict[str, Any] = next((one for one in addresses if one["primary"]), {})
    return Identity(
        provider=provider.name,
        issuer=GITHUB,
        subject=str(user["id"]),
        email=str(primary.get("email") or ""),
        is_email_verified=primary.get("verified") is True,
        name=str(user.get("name") or ""),
    )


def from_facebook(provider: Provider, token: str) -> Identity:
    """https://developers.facebook.com/docs/facebook-login/guides/access-tokens/debugging"""
    ours = provider.client_ids[0]
    form = {"input_token": token, "access_token": f"{ours}|{provider.client_secret}"}
    checked = call("POST", f"{provider.api_url}/debug_token?method=GET", form=form)["data"]
    if checked["app_id"] != ours or checked["is_valid"] is not True:
        raise SocialRefused
    headers = {"Authorization": f"Bearer {token}"}
    user = call("GET", f"{provider.api_url}/me?fields=id,name,email", headers=headers)
    return Identity(
        provider=provider.name,
        issuer=provider.issuer,
        subject=str(user["id"]),
        email=str(user.get("email") or ""),
        name=str(user.get("name") or ""),
    )


READERS: dict[SocialProvider, Callable[[Provider, str], Identity]] = {
    SocialProvider.GITHUB: from_github,
    SocialProvider.FACEBOOK: from_facebook,
}
