"""Under which key a request's page is kept: all that its answer may depend on, and no more."""

from typing import Any

from django.conf import settings

from ticketing.core.languages import is_negotiated, negotiated_language

# One slot for all keys, so that the scripts also run on a Redis cluster.
KEYS = "{pages}"
LONGEST_QUERY = 500
# What others append to our addresses to follow people; no page of ours depends on it.
APPENDED = ("utm_", "fbclid=", "gclid=", "msclkid=", "mc_cid=", "mc_eid=")
# Who shows one of these asks as somebody.
BY_SOMEBODY = ("HTTP_AUTHORIZATION", "HTTP_X_ACCESS_CODE", "HTTP_X_BOOKING_TOKEN")


def key_of(environ: dict[str, Any]) -> str | None:
    """Where the page would be kept, or None where none may be.

    Only hosts that Django let pass are ever stored, so a foreign one finds nothing.
    """
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return None
    if any(name in environ for name in BY_SOMEBODY):
        return None
    query = asked_of(environ)
    if len(query) > LONGEST_QUERY:
        return None
    forwarded = environ.get("HTTP_X_FORWARDED_PROTO", "") if settings.TRUSTED_PROXIES else ""
    host, path = environ.get("HTTP_HOST", ""), environ.get("PATH_INFO", "")
    key = f"{KEYS}:{environ['wsgi.url_scheme']}:{forwarded}://{host}{path}"
    if is_negotiated(path):
        key += f" {negotiated_language(environ.get('HTTP_ACCEPT_LANGUAGE', ''))}"
    return f"{key}?{query}" if query else key


def asked_of(environ: dict[str, Any]) -> str:
    """The query in one order, without what others appended."""
    query: str = environ.get("QUERY_STRING", "")
    if not query:
        return ""
    return "&".join(sorted(part for part in query.split("&") if not part.startswith(APPENDED)))


def names_in(query: str) -> list[str]:
    return [part.partition("=")[0] for part in query.split("&") if part]
