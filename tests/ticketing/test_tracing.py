"""Traces, sent to a collector on loopback by a process of their own."""

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.core.test_environment import BASE_DIR

ASK = """
from ticketing.wsgi import application
from django.test import RequestFactory
b"".join(application(RequestFactory().get("/robots.txt").environ, lambda *_: None))
from opentelemetry import trace
trace.get_tracer_provider().shutdown()
"""


@pytest.fixture
def collector():
    bodies = []

    class Collect(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Collect) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", bodies
        server.shutdown()


def test_a_request_is_traced_when_an_endpoint_is_configured(collector):
    endpoint, bodies = collector

    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK],
        cwd=BASE_DIR,
        env={**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint},
        check=True,
    )

    assert [path for path, _ in bodies] == ["/v1/traces"]
    assert b"GET robots.txt" in bodies[0][1]
    assert b"ticketing" in bodies[0][1]


def test_without_an_endpoint_nothing_of_it_is_loaded():
    code = "import ticketing.wsgi, sys; print([m for m in sys.modules if m.startswith('opentelemetry.inst')])"

    loaded = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout == "[]\n"


def test_relay_is_traced_when_an_endpoint_is_configured(collector):
    endpoint, _ = collector
    code = (
        "import django; django.setup(); from ticketing.core.outbox.relay import relay_starting;"
        "print(len(relay_starting.receivers))"
    )

    receivers = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=BASE_DIR,
        env={**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint},
        check=True,
        capture_output=True,
        text=True,
    )

    assert receivers.stdout == "1\n"
