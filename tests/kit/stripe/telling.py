"""Telling the product: signed by each secret, again and again until it says that it arrived."""

import hmac
import json
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from payments.simulator.faults import Faults
from tests.kit.stripe.books import Books

type Post = Callable[[bytes, dict[str, str]], int]
REST = 0.02  # seconds between looks
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 300.0


def signed_header(secret: str, body: bytes, at: int) -> str:
    """With a signature of the scheme for tests beside it, which nobody may believe."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()
    return f"t={at},v1={signed},v0={'0' * 64}"


class Teller:
    def __init__(self, books: Books, faults: Faults, secret: str) -> None:
        self.books, self.faults, self.secret = books, faults, secret
        self.is_over = threading.Event()

    def start(self, url: str) -> None:
        """In the background, to an address."""

        def run() -> None:
            while not self.is_over.wait(REST):
                self.tell_due(lambda body, headers: post(url, body, headers))

        threading.Thread(target=run, daemon=True).start()

    def stop(self) -> None:
        self.is_over.set()

    def tell_due(self, send: Post) -> int:
        """All that is due, once; what did not arrive comes again later. How many arrived."""
        with self.books.lock:
            for account in self.books.things:
                self.books.mature(account)
            due = [one for one in self.books.told if one["due_at"] <= self.books.now()]
            self.books.told = [one for one in self.books.told if one not in due]
        arrived = 0
        for one in due:
            if self.tell(json.dumps(one["event"]).encode(), send):
                arrived += 1
                continue
            pause = min(FIRST_PAUSE * 2 ** one["tries"], LONGEST_PAUSE)
            later = {**one, "tries": one["tries"] + 1, "due_at": self.books.now() + pause}
            with self.books.lock:
                self.books.told.append(later)
        return arrived

    def tell(self, body: bytes, send: Post) -> bool:
        fault = self.faults.next("notice") or {"kind": ""}
        if fault["kind"] == "lose":
            return True
        if fault["kind"] == "hold":
            time.sleep(float(fault["seconds"]))
        secret = "not the secret" if fault["kind"] == "forge" else self.secret
        headers = {
            "Content-Type": "application/json",
            "Stripe-Signature": signed_header(secret, body, int(self.books.now())),
        }
        if fault["kind"] == "double":
            send(body, headers)
        return 200 <= send(body, headers) < 300


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(url)
    line = HTTPConnection(parts.netloc, timeout=10)
    try:
        line.request("POST", parts.path, body, headers)
        return line.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        line.close()
