"""How often somebody may ask: token buckets in Redis, stricter ones in memory without it.

A `Limit` names how many calls may come at once and how long the bucket takes to fill up again.
Which address of the site has which limit is data, in the roof's table (`RATE_LIMITS`).
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string
from django.utils.translation import ngettext

from ticketing.core.problems import error_answer
from ticketing.core.redis import ask_redis, redis_client

# Without Redis each process counts for itself; a tenth each keeps the sum below the real limit.
SHARE_WITHOUT_REDIS = 0.1
MOST_BUCKETS_IN_MEMORY = 10_000
PREFIX_OF_A_HOME = 64  # an IPv6 subscriber has a whole network of this size

# One step, so that two calls at once cannot take the same token. Redis's own clock is used:
# those of the web servers differ.
TAKE = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1e6
local burst, per_second = tonumber(ARGV[1]), tonumber(ARGV[2])
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(bucket[1]) or burst
tokens = math.min(burst, tokens + math.max(0, now - (tonumber(bucket[2]) or now)) * per_second)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = (1 - tokens) / per_second end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], math.ceil(burst / per_second) + 1)
return tostring(wait)
"""


@dataclass(frozen=True)
class Limit:
    """`calls` may come at once; an empty bucket is full again after `seconds`."""

    calls: int
    seconds: int
    methods: frozenset[str] = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})

    def take(self, name: str, who: str) -> float:
        """Take one token; returns the seconds to wait, 0 if there was one."""
        burst = self.calls * settings.RATE_LIMIT_SCALE
        key = key_of(name, who)
        arguments = [burst, burst / self.seconds]
        wait = ask_redis(lambda: redis_client().eval(TAKE, 1, key, *arguments), otherwise=None)
        if wait is None:
            return take_in_memory(key, burst * SHARE_WITHOUT_REDIS, self.seconds)
        return float(wait)

    def fill(self, name: str, who: str) -> None:
        """Let the one start anew, as if nothing had been taken."""
        key = key_of(name, who)
        _buckets.pop(key, None)
        ask_redis(lambda: redis_client().delete(key), otherwise=None)


def key_of(name: str, who: str) -> str:
    return f"limit:{name}:{salted_hmac('limits', who, algorithm='sha256').hexdigest()[:24]}"


_buckets: dict[str, tuple[float, float]] = {}


def take_in_memory(key: str, burst: float, seconds: float) -> float:
    """The same bucket in this process, where nobody else sees it."""
    if len(_buckets) >= MOST_BUCKETS_IN_MEMORY:
        _buckets.clear()
    burst = max(1.0, burst)
    now = time.monotonic()
    tokens, at = _buckets.get(key, (burst, now))
    tokens = min(burst, tokens + (now - at) * burst / seconds)
    has_one = tokens >= 1
    _buckets[key] = (tokens - 1 if has_one else tokens, now)
    return 0.0 if has_one else (1 - tokens) * seconds / burst


def forget_buckets_in_memory() -> None:
    _buckets.clear()


def client_address(request: HttpRequest) -> str:
    """Who asks, as the outermost of exactly our own proxies saw it.

    Each proxy appends the address it was called from; what stands further left was written by
    the caller and proves nothing.
    """
    seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES and len(seen) >= settings.TRUSTED_PROXIES:
        address = seen[-settings.TRUSTED_PROXIES]
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(ip_network(f"{parsed}/{PREFIX_OF_A_HOME}", strict=False))
    return str(parsed)


class LimitMiddleware:
    """Holds back who asks too often, before the view begins."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.table: Mapping[str, Limit] = import_string(settings.RATE_LIMITS)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        match = request.resolver_match
        limit = self.table.get(match.view_name) if match else None
        if match is None or limit is None or request.method not in limit.methods:
            return None
        wait = limit.take(match.view_name, client_address(request))
        return too_often(request, math.ceil(wait)) if wait else None


def too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    detail = ngettext(
        "You asked more often than we can answer. Please try again in %(seconds)s second.",
        "You asked more often than we can answer. Please try again in %(seconds)s seconds.",
        seconds,
    ) % {"seconds": seconds}
    return error_answer(request, 429, "too_often", detail, retry_after=seconds)
