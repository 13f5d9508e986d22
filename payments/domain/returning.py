"""Where a gateway may send somebody back to: no other site's address goes through us."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ticketing.core.errors import InvalidInput


class NotOurs(InvalidInput):
    code = "return_url_not_allowed"
    message = _("Buyers come back to this site, or to an address that was agreed with it.")


def require_ours(address: str) -> str:
    """Of this site, or one that is named in the settings for its apps. Raises NotOurs."""
    is_here = address.startswith(f"{settings.SITE_URL}/")
    if not is_here and address not in settings.SOCIAL_REDIRECT_URIS:
        raise NotOurs(field="return_url")
    return address
