"""`/api/v1/events` and `/api/v1/events/` are one call: clients of the API may write either."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from ticketing.core.problems import API_PATH


class OptionalSlashMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API_PATH):
            request.path_info = request.path_info.rstrip("/") or "/"
        return self.get_response(request)
