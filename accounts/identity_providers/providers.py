"""The providers as data: where they are, what they are asked, and how far their word goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings

from accounts.enums import SocialProvider


@dataclass(frozen=True)
class Provider:
    name: SocialProvider
    authorize_url: str
    exchange_url: str
    scope: str
    issuer: str = ""
    """What `iss` must be; `{tenant}` stands for the token's own tenant. Empty without OpenID."""
    keys_url: str = ""
    verifies_addresses: bool = False
    """Whether `email_verified` of this provider means that it has asked the mailbox."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    client_ids: Sequence[str] = ()
    """Ours, the website's first; those after it are of mobile apps."""
    client_secret: str = ""
    signs: Mapping[str, str] = field(default_factory=dict)
    """Apple's way: `team`, `key_id` and `private_key` sign a short-lived secret."""
    api_url: str = ""
    """Where an access token is shown to be ours, for providers whose word comes that way."""

    @property
    def is_openid(self) -> bool:
        return bool(self.keys_url)


KNOWN = [
    Provider(
        name=SocialProvider.GOOGLE,
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        exchange_url="https://oauth2.googleapis.com/token",
        scope="openid email profile",
        issuer="https://accounts.google.com",
        keys_url="https://www.googleapis.com/oauth2/v3/certs",
        verifies_addresses=True,
    ),
    Provider(
        name=SocialProvider.APPLE,
        authorize_url="https://appleid.apple.com/auth/authorize",
        exchange_url="https://appleid.apple.com/auth/token",
        scope="openid email name",
        issuer="https://appleid.apple.com",
        keys_url="https://appleid.apple.com/auth/keys",
        verifies_addresses=True,
        parameters={"response_mode": "form_post"},  # asked for whenever name or address are
    ),
    Provider(
        name=SocialProvider.MICROSOFT,
        authorize_url="https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        exchange_url="https://login.microsoftonline.com/common/oauth2/v2.0/token",
        scope="openid email profile",
        issuer="https://login.microsoftonline.com/{tenant}/v2.0",
        keys_url="https://login.microsoftonline.com/common/discovery/v2.0/keys",
        # An administrator of any tenant writes any address into `email`.
        verifies_addresses=False,
    ),
    Provider(
        name=SocialProvider.FACEBOOK,
        authorize_url="https://www.facebook.com/v21.0/dialog/oauth",
        exchange_url="https://graph.facebook.com/v21.0/oauth/access_token",
        scope="openid email public_profile",
        issuer="https://www.facebook.com",
        keys_url="https://www.facebook.com/.well-known/oauth/openid/jwks/",
        verifies_addresses=False,
        api_url="https://graph.facebook.com/v21.0",
    ),
    Provider(
        name=SocialProvider.GITHUB,
        authorize_url="https://github.com/login/oauth/authorize",
        exchange_url="https://github.com/login/oauth/access_token",
        scope="read:user user:email",
        verifies_addresses=True,
        api_url="https://api.github.com",
    ),
]


def offered_providers() -> dict[SocialProvider, Provider]:
    """The providers that are configured, in the order their buttons appear."""
    offered = {}
    for known in KNOWN:
        configured = settings.SOCIAL_PROVIDERS.get(known.name.value)
        if configured:
            offered[known.name] = replace(known, **configured)
    return offered
