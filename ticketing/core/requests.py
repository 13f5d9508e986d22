"""Every request has an id, a log line and a measurement."""

import logging
import re
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from ticketing.core.ids import new_id
from ticketing.core.logs import request_id
from ticketing.core.metrics import requests_seconds
from ticketing.core.origin import acts_come_from

logger = logging.getLogger(__name__)

HEALTH_PATH = "/health/"
WELL_FORMED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

View = Callable[[HttpRequest], HttpResponse]


def id_of(environ: dict[str, Any]) -> str:
    """The caller's X-Request-ID if it is well formed, else a new one."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return given if WELL_FORMED_ID.fullmatch(given) else new_id().hex


class RequestMiddleware:
    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = id_of(request.META)
        token = request_id.set(name)
        started = time.perf_counter()
        try:
            with acts_come_from(request):
                response = self.get_response(request)
            self.write_down(request, response, time.perf_counter() - started)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = name
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, Http404 | PermissionDenied):
            return  # an answer, not a failure
        logger.error("request_failed", exc_info=exception, extra={"route": route_of(request)})

    @staticmethod
    def write_down(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        # The route and not the path: paths carry keys and names of people.
        route, status = route_of(request), response.status_code
        requests_seconds.labels(request.method, route, status).observe(seconds)
        if route.startswith(HEALTH_PATH) and response.status_code == HTTPStatus.OK:
            return  # asked every few seconds, and only news when it is bad
        logger.info(
            "request",
            extra={
                "method": request.method,
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 1),
            },
        )


def route_of(request: HttpRequest) -> str:
    if request.path_info.startswith(HEALTH_PATH):
        return request.path_info
    match = request.resolver_match
    return f"/{match.route}" if match else "unmatched"
