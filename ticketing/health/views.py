import time
from threading import Lock

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from ticketing.health.probes import Health, deciding_parts, reported_parts

SECONDS_AN_ANSWER_LASTS = 2.0


class Examination:
    """Probes at most every two seconds per process, however many ask."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.made_at = float("-inf")
        self.deciding: list[Health] = []
        self.reported: list[Health] = []

    def current(self) -> tuple[list[Health], list[Health]]:
        with self.lock:
            if time.monotonic() - self.made_at > SECONDS_AN_ANSWER_LASTS:
                self.deciding, self.reported = deciding_parts(), reported_parts()
                self.made_at = time.monotonic()
            return self.deciding, self.reported


examination = Examination()


def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    deciding, reported = examination.current()
    is_ready = all(part.is_ok for part in deciding)
    body = {
        "status": "ready" if is_ready else "not_ready",
        "parts": {part.part: part.state for part in [*deciding, *reported]},
    }
    return JsonResponse(body, status=200 if is_ready else 503)


def for_people(request: HttpRequest) -> HttpResponse:
    deciding, reported = examination.current()
    context = {"parts": [*deciding, *reported], "is_ready": all(part.is_ok for part in deciding)}
    return render(request, "health.html", context, status=200 if context["is_ready"] else 503)
