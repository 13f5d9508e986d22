"""Calls to providers: only to the addresses of the table, without redirects, short and small."""

from collections.abc import Mapping
from typing import Any

import requests
from django.utils.translation import gettext_lazy as _

from accounts.domain.social import SocialRefused
from ticketing.core.errors import TryLater

SECONDS = 5
LARGEST_ANSWER = 1024 * 1024


class ProviderAway(TryLater):
    code = "provider_away"
    message = _("The other site does not answer just now. Please try again, or use your password.")


def call(
    method: str,
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    json: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    login: tuple[str, str] | None = None,
) -> Any:
    """The JSON of an answer. A refusal (4xx) is SocialRefused, silence is ProviderAway."""
    try:
        answer = requests.request(
            method,
            url,
            data=form,
            json=json,
            headers={"Accept": "application/json", **(headers or {})},
            auth=login,
            timeout=SECONDS,
            allow_redirects=False,
            stream=True,
        )
        content = answer.raw.read(LARGEST_ANSWER + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise ProviderAway from error
    if answer.status_code >= 500:
        raise ProviderAway
    if answer.status_code != 200 or len(content) > LARGEST_ANSWER:
        raise SocialRefused
    answer._content = content  # noqa: SLF001 - read above, under a limit that requests has not
    try:
        return answer.json()
    except ValueError:
        raise SocialRefused from None
