"""Whether a form was sent from a page of ours.

Public pages are the same for everybody and carry no token; browsers themselves say where a
request comes from, and no page can make them lie (docs/adr/0002).
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def is_from_our_pages(request: HttpRequest) -> bool:
    """By Sec-Fetch-Site, else by Origin; what brings neither is no browser that we know."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = urlsplit(request.headers.get("Origin", ""))
    own = urlsplit(settings.SITE_URL)
    return (origin.scheme, origin.netloc) in {
        (own.scheme, own.netloc),
        (request.scheme, request.get_host()),
    } and bool(origin.netloc)
