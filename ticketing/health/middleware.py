from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from ticketing.health.views import live, ready


class HealthMiddleware:
    """Answers load balancers, which ask by IP address, before the Host header is judged."""

    probes = {"/health/live": live, "/health/ready": ready}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = self.probes.get(request.path_info, self.get_response)
        return view(request)
