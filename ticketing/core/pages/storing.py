"""Where pages are kept: in Redis for all, and for a second in the memory of each process."""

import gzip
import hashlib
import json
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from ticketing.core.pages.addresses import KEYS
from ticketing.core.redis import ask_redis, redis_client
from ticketing.core.requests import id_of

if TYPE_CHECKING:
    from ticketing.core.pages.declaring import Freshness

SECONDS_IN_MEMORY = 1.0
SECONDS_AS_LAST_RESORT = 24 * 3600
# Anybody can ask anything: what was asked with a query is not worth keeping for a bad day.
SECONDS_WITH_QUERY = 120
MOST_PAGES_IN_MEMORY = 500

EPOCH = f"{KEYS}:epoch"
# Where a request carries its key and what was already looked up for it.
FOUND = "ticketing.page"
# A page is kept only if nothing was forgotten since its making began: a page made from what
# was true before the change would else outlive the change.
KEEP = """
if (redis.call('GET', KEYS[1]) or '0') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
for i = 3, #KEYS do
  redis.call('SADD', KEYS[i], KEYS[2])
  redis.call('EXPIRE', KEYS[i], ARGV[4])
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
    def of(cls, response: HttpResponse, freshness: "Freshness") -> Self:
        headers = dict(response.items())
        for name in ("X-Request-ID", "Content-Length"):
            headers.pop(name, None)
        headers["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:20]}"'
        # Languages are told apart by the key.
        headers["Vary"] = ", ".join(["Accept-Encoding", *vary_beside_encoding(response)])
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
_memory_of_queries: dict[str, StoredPage] = {}
_AWAY = object()


def vary_beside_encoding(response: HttpResponse) -> list[str]:
    names = (name.strip() for name in response.get("Vary", "").split(","))
    return [name for name in names if name and name.lower() != "accept-encoding"]


def memory_for(key: str) -> dict[str, StoredPage]:
    """A shelf of their own for pages with a query, so that inventing some clears no other."""
    return _memory_of_queries if "?" in key else _memory


def find(key: str) -> StoredPage | None:
    """The page as this process or Redis has it, perhaps one that has run out."""
    page = memory_for(key).get(key)
    if page and page.is_known:
        return page
    data = ask_redis(lambda: redis_client().get(key), otherwise=_AWAY)
    if data is _AWAY:
        return page
    memory_for(key).pop(key, None)
    if not isinstance(data, bytes):
        return None
    page = StoredPage.from_bytes(data)
    remember(key, page)
    return page


def remember(key: str, page: StoredPage) -> None:
    memory = memory_for(key)
    if len(memory) >= MOST_PAGES_IN_MEMORY:
        memory.clear()
    memory[key] = page


def forget_everything_in_memory() -> None:
    _memory.clear()
    _memory_of_queries.clear()


def epoch() -> Any:
    """Raised whenever something is forgotten; taken before a page is made."""
    return ask_redis(lambda: redis_client().get(EPOCH), otherwise=None)


def keep(key: str, page: StoredPage, *, tags: tuple[str, ...], made_in: Any) -> None:
    remember(key, page)
    keys = [EPOCH, key, *(f"{KEYS}:tag:{tag}" for tag in tags)]
    seconds = SECONDS_WITH_QUERY if "?" in key else SECONDS_AS_LAST_RESORT
    values = [made_in or b"0", page.to_bytes(), seconds, SECONDS_AS_LAST_RESORT]
    ask_redis(lambda: redis_client().eval(KEEP, len(keys), *keys, *values), otherwise=None)


def forget_pages(*tags: str) -> None:
    """Drop the pages made from these, once the change is committed."""
    keys = [EPOCH, *(f"{KEYS}:tag:{tag}" for tag in tags)]
    transaction.on_commit(
        lambda: ask_redis(lambda: redis_client().eval(FORGET, len(keys), *keys), otherwise=None)
    )
