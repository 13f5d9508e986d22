"""An organizer's endpoint for tests: a real HTTP server on loopback that keeps what it was sent and
answers as it is told."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    url: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Of the next calls, in order; then 200."""
    seconds: float = 0.0
    """Before it answers."""
    trickles: bool = False
    """It answers a byte now and then, and never ends."""
    page: bytes = b""
    """What it shows to who only asks."""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


def trickle(handler: BaseHTTPRequestHandler) -> None:
    try:
        for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 500:
            handler.wfile.write(bytes([letter]))
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        handler.close_connection = True


@contextmanager
def receiver(*, page: bytes = b"") -> Iterator[Receiver]:
    known = Receiver(page=page)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known.got.append((dict(self.headers), body))
            time.sleep(known.seconds)
            if known.trickles:
                trickle(self)
                return
            self.answer(b"")

        def do_GET(self) -> None:
            self.answer(known.page)

        def answer(self, body: bytes) -> None:
            status, headers = known.answers.pop(0) if known.answers else (200, {})
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name
            """Tests are quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Who hangs up is no news."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    known.url = f"http://127.0.0.1:{server.server_port}/bookings?for=us"
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
