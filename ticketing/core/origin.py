"""Where an act comes from: the caller's address, browser and request, for records of it.

Nothing is computed until somebody asks, so that requests which record nothing pay nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from ticketing.core.limits import client_address
from ticketing.core.logs import request_id

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


@dataclass(frozen=True)
class Origin:
    address: str = ""
    user_agent: str = ""
    """A digest that tells browsers apart and says nothing about them."""
    request_id: str = ""


@contextmanager
def acts_come_from(request: HttpRequest) -> Iterator[None]:
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def origin() -> Origin:
    """Where the act at hand comes from; outside of a request that is nowhere."""
    request = _request.get()
    if request is None:
        return Origin(request_id=request_id.get())
    return Origin(client_address(request), digest_of_user_agent(request), request_id.get())


def digest_of_user_agent(request: HttpRequest) -> str:
    name = request.META.get("HTTP_USER_AGENT", "")
    return salted_hmac("user agent", name, algorithm="sha256").hexdigest()[:16] if name else ""
