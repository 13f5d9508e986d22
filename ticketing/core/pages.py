"""Public pages: the same for everybody, answered from memory or Redis before anything else.

A view says `@public_page(...)`; its answer is then kept under its address, with a copy in this
process for a second. Whoever changes what such a page shows calls `forget_pages(tag)`.
When the database is away, a copy that has run out is better than no page.
"""

import gzip
import hashlib
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from http import HTTPStatus
from typing import Any, Self

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import has_vary_header

from ticketing.core.metrics import cached_pages
from ticketing.core.redis import ask_redis, redis_client
from ticketing.core.requests import id_of

SECONDS_IN_MEMORY = 1.0
SECONDS_AS_LAST_RESORT = 24 * 3600
MOST_PAGES_IN_MEMORY = 500

# One slot for all keys, so that the scripts below also run on a Redis cluster.
KEYS = "{pages}"
EPOCH = f"{KEYS}:epoch"
# A page is kept only if nothing was forgotten since its making began: a page made from what
# was true before the change would else outlive the change.
KEEP = """
if (redis.call('GET', KEYS[1]) or '0') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
for i = 3, #KEYS do
  redis.call('SADD', KEYS[i], KEYS[2])
  redis.call('EXPIRE', KEYS[i], ARGV[3])
end
return 1
"""
FORGET = """
redis.call('INCR', KEYS[1])
for i = 2, #KEYS do
  for _, page in ipairs(redis.call('SMEMBERS', KEYS[i])) do redis.call('DEL', page) end
  redis.call('DEL', KEYS[i])
end
"""


@dataclass(frozen=True)
class Freshness:
    """How long an answer may be repeated, in seconds, and what it was made from."""

    shared: int
    tags: tuple[str, ...]

    @property
    def header(self) -> str:
        return f"public, max-age=0, s-maxage={self.shared}, stale-while-revalidate={self.shared}"


def public_page(*, shared: int = 30, tags: tuple[str, ...] = ()) -> Callable[..., Any]:
    """Declare that a view's answer is the same for everybody."""
    freshness = Freshness(shared, tags)

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            response.headers["Cache-Control"] = freshness.header
            response.freshness = freshness  # type: ignore[attr-defined] # read just below
            return response

        return marked

    return decorate


def forget_pages(*tags: str) -> None:
    """Drop the pages made from these, once the change is committed."""
    keys = [EPOCH, *(f"{KEYS}:tag:{tag}" for tag in tags)]
    transaction.on_commit(
        lambda: ask_redis(lambda: redis_client().eval(FORGET, len(keys), *keys), otherwise=None)
    )


type Headers = list[tuple[str, str]]
type Reply = tuple[str, Headers, bytes]


@dataclass(frozen=True)
class StoredPage:
    body: bytes
    zipped: bytes
    headers: dict[str, str]
    stored_at: float
    shared: int
    known_at: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, response: HttpResponse, freshness: Freshness) -> Self:
        headers = dict(response.items())
        for name in ("X-Request-ID", "Content-Length"):
            headers.pop(name, None)
        headers["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:20]}"'
        headers["Vary"] = "Accept-Encoding"
        zipped = gzip.compress(response.content, compresslevel=9, mtime=0)
        return cls(response.content, zipped, headers, time.time(), freshness.shared)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        head, _, rest = data.partition(b"\n")
        facts = json.loads(head)
        size = facts.pop("size")
        return cls(rest[:size], rest[size:], **facts)

    def to_bytes(self) -> bytes:
        facts = {
            "size": len(self.body),
            "headers": self.headers,
            "stored_at": self.stored_at,
            "shared": self.shared,
        }
        return json.dumps(facts).encode() + b"\n" + self.body + self.zipped

    @property
    def is_fresh(self) -> bool:
        return time.time() - self.stored_at < self.shared

    @property
    def is_known(self) -> bool:
        """Whether this copy was compared with Redis within the last second."""
        return time.monotonic() - self.known_at < SECONDS_IN_MEMORY

    # The three replies are put together once, not for every reader.

    @cached_property
    def plain(self) -> Reply:
        length = ("Content-Length", str(len(self.body)))
        return "200 OK", [*self.headers.items(), length], self.body

    @cached_property
    def compressed(self) -> Reply:
        length = ("Content-Length", str(len(self.zipped)))
        headers = [*self.headers.items(), length, ("Content-Encoding", "gzip")]
        return "200 OK", headers, self.zipped

    @cached_property
    def unchanged(self) -> Reply:
        return "304 Not Modified", list(self.headers.items()), b""

    def reply(self, environ: dict[str, Any]) -> Reply:
        if self.headers["ETag"] in environ.get("HTTP_IF_NONE_MATCH", ""):
            status, headers, body = self.unchanged
        elif "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            status, headers, body = self.compressed
        else:
            status, headers, body = self.plain
        return status, [*headers, ("X-Request-ID", id_of(environ))], body

    def response(self, request: HttpRequest) -> HttpResponse:
        status, headers, body = self.reply(request.META)
        return HttpResponse(body, status=int(status[:3]), headers=dict(headers))


_memory: dict[str, StoredPage] = {}
_AWAY = object()
# Where a request carries what was already looked up for it.
FOUND = "ticketing.page"
_hits = cached_pages.labels("hit")


def key_of(environ: dict[str, Any]) -> str | None:
    """Where a request's page would be kept: all that Django would judge the address by.

    Only hosts that Django let pass are ever stored, so a foreign one finds nothing.
    """
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or environ.get("QUERY_STRING"):
        return None
    forwarded = environ.get("HTTP_X_FORWARDED_PROTO", "") if settings.TRUSTED_PROXIES else ""
    host, path = environ.get("HTTP_HOST", ""), environ.get("PATH_INFO", "")
    return f"{KEYS}:{environ['wsgi.url_scheme']}:{forwarded}://{host}{path}"


def find(key: str) -> StoredPage | None:
    """The page as this process or Redis has it, perhaps one that has run out."""
    page = _memory.get(key)
    if page and page.is_known:
        return page
    data = ask_redis(lambda: redis_client().get(key), otherwise=_AWAY)
    if data is _AWAY:
        return page
    _memory.pop(key, None)
    if not isinstance(data, bytes):
        return None
    page = StoredPage.from_bytes(data)
    remember(key, page)
    return page


def remember(key: str, page: StoredPage) -> None:
    if len(_memory) >= MOST_PAGES_IN_MEMORY:
        _memory.clear()
    _memory[key] = page


def forget_everything_in_memory() -> None:
    _memory.clear()


class CachedPages:
    """Stands before Django: a page that is there costs nothing of Django's own."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        key = key_of(environ)
        page = environ[FOUND] = find(key) if key else None
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
        key = key_of(request.META)
        if key is None:
            return self.get_response(request)
        page = request.META[FOUND] if FOUND in request.META else find(key)
        if page and page.is_fresh:
            _hits.inc()
            return page.response(request)
        return self.make(request, key, page)

    def make(self, request: HttpRequest, key: str, last_resort: StoredPage | None) -> HttpResponse:
        epoch = ask_redis(lambda: redis_client().get(EPOCH), otherwise=None)
        response = self.get_response(request)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and last_resort:
            cached_pages.labels("last_resort").inc()
            return last_resort.response(request)
        freshness = getattr(response, "freshness", None)
        if freshness is None or not is_same_for_everybody(response):
            return response
        cached_pages.labels("miss").inc()
        page = StoredPage.of(response, freshness)
        remember(key, page)
        keys = [EPOCH, key, *(f"{KEYS}:tag:{tag}" for tag in freshness.tags)]
        values = [epoch or b"0", page.to_bytes(), SECONDS_AS_LAST_RESORT]
        ask_redis(lambda: redis_client().eval(KEEP, len(keys), *keys, *values), otherwise=None)
        return page.response(request)


def is_same_for_everybody(response: HttpResponse) -> bool:
    """Refuse what must not be repeated, whatever the view declared."""
    return (
        response.status_code == HTTPStatus.OK
        and not response.streaming
        and not response.cookies
        and not has_vary_header(response, "Cookie")
        and "nonce-" not in response.get("Content-Security-Policy", "")
    )
