"""Traces by OpenTelemetry: started by the server processes, never by settings, and only when
OTEL_EXPORTER_OTLP_ENDPOINT says where to send them."""

from django.conf import settings


def start_tracing() -> None:
    if not settings.TRACES_ENDPOINT:
        return
    # Imported here: without an endpoint these packages cost neither memory nor start-up time.
    from opentelemetry import trace  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.instrumentation.celery import CeleryInstrumentor  # noqa: PLC0415
    from opentelemetry.instrumentation.django import DjangoInstrumentor  # noqa: PLC0415
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor  # noqa: PLC0415
    from opentelemetry.instrumentation.redis import RedisInstrumentor  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": "ticketing"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    for instrumentor in (
        CeleryInstrumentor,
        DjangoInstrumentor,
        PsycopgInstrumentor,
        RedisInstrumentor,
    ):
        instrumentor().instrument()
