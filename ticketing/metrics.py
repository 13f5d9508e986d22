"""`/metrics` for Prometheus: there only when METRICS_TOKEN is set, and for its bearer alone."""

import os

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from ticketing.core.outbox.figures import OutboxCollector

# Asked of the database at each scrape: every process gives the same.
of_the_database = CollectorRegistry()
of_the_database.register(OutboxCollector())


def metrics(request: HttpRequest) -> HttpResponse:
    given = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not constant_time_compare(given, expected):
        raise Http404
    figures = generate_latest(registry()) + generate_latest(of_the_database)
    return HttpResponse(figures, content_type=CONTENT_TYPE_LATEST)


def registry() -> CollectorRegistry:
    """All workers' figures together; gunicorn.conf.py names the folder that they share."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call] # untyped upstream
    return together
