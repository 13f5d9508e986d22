"""One flight at a time: of all who want a page that is not there, one makes it.

The others repeat the copy that has just run out, or wait for the new one. Who makes it holds a key
in Redis for a moment, so that one that dies on the way holds nobody up for long.
"""

import secrets
import time

from django.http import HttpRequest, HttpResponse

from ticketing.core.metrics import cached_pages
from ticketing.core.pages.storing import FOUND, StoredPage, find
from ticketing.core.redis import ask_redis, redis_client

LONGEST_FLIGHT = 5.0
LONGEST_WAIT = 3.0
BETWEEN_LOOKS = 0.02
FLIGHT = "ticketing.flight"
# Only the flight's own key is given back: it may have run out and be another's by now.
LAND = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
"""


def in_flight(request: HttpRequest) -> HttpResponse | None:
    """The page as somebody else has made it meanwhile, or None for who is to make it."""
    found: tuple[str, StoredPage | None] | None = request.META.get(FOUND)
    if found is None:
        return None
    key, page = found
    name = f"{key} flight"
    if take_off(request, name):
        return None
    if page is not None:
        cached_pages.labels("stale").inc()
        return page.response(request)
    landed = wait_for(key, name)
    if landed is None:
        take_off(request, name)
        return None
    cached_pages.labels("waited").inc()
    return landed.response(request)


def take_off(request: HttpRequest, name: str) -> bool:
    """While Redis is away everybody makes pages for themselves."""
    token = secrets.token_hex(8)
    ours = ask_redis(
        lambda: redis_client().set(name, token, nx=True, px=int(LONGEST_FLIGHT * 1000)),
        otherwise=True,
    )
    if ours:
        request.META[FLIGHT] = (name, token)
    return bool(ours)


def land(request: HttpRequest) -> None:
    """The page is kept, or there is none to keep: the next may look."""
    if flight := request.META.pop(FLIGHT, None):
        name, token = flight
        ask_redis(lambda: redis_client().eval(LAND, 1, name, token), otherwise=None)


def wait_for(key: str, name: str) -> StoredPage | None:
    """The page once it is there; None if the flight ended without one."""
    end = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < end:
        time.sleep(BETWEEN_LOOKS)
        page = find(key)
        if page and page.is_fresh:
            return page
        if not ask_redis(lambda: redis_client().exists(name), otherwise=0):
            page = find(key)
            return page if page and page.is_fresh else None
    return None
