"""Pages that are there are answered before anything else; what can be kept is kept."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import has_vary_header

from ticketing.core.metrics import cached_pages
from ticketing.core.pages.addresses import key_of
from ticketing.core.pages.flights import land
from ticketing.core.pages.storing import FOUND, StoredPage, epoch, find, keep

_hits = cached_pages.labels("hit")


class CachedPages:
    """Stands before Django: a page that is there costs nothing of Django's own."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        page = look_for(environ)
        if page is None or not page.is_fresh:
            return self.application(environ, start_response)
        _hits.inc()
        status, headers, body = page.reply(environ)
        start_response(status, headers)
        return (body,)


class PageCacheMiddleware:
    """Keeps what may be kept, and shows the last copy when a page cannot be made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = request.META[FOUND][1] if FOUND in request.META else look_for(request.META)
        if FOUND not in request.META:
            return self.get_response(request)
        if page and page.is_fresh:
            _hits.inc()
            return page.response(request)
        try:
            return self.make(request, *request.META[FOUND])
        finally:
            land(request)

    def make(self, request: HttpRequest, key: str, last_resort: StoredPage | None) -> HttpResponse:
        made_in = epoch()
        response = self.get_response(request)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and last_resort:
            cached_pages.labels("last_resort").inc()
            return last_resort.response(request)
        freshness = getattr(response, "freshness", None)
        if freshness is None or not is_same_for_everybody(response):
            return response
        cached_pages.labels("miss").inc()
        page = StoredPage.of(response, freshness)
        keep(key, page, tags=freshness.tags, made_in=made_in)
        return page.response(request)


def look_for(environ: dict[str, Any]) -> StoredPage | None:
    """The page that is kept for a request; noted with it, so that nobody looks twice."""
    key = key_of(environ)
    if key is None:
        return None
    page = find(key)
    environ[FOUND] = (key, page)
    return page


def is_same_for_everybody(response: HttpResponse) -> bool:
    """Refuse what must not be repeated, whatever the view declared."""
    return (
        response.status_code == HTTPStatus.OK
        and not response.streaming
        and not response.cookies
        and not has_vary_header(response, "Cookie")
        and "nonce-" not in response.get("Content-Security-Policy", "")
    )
