"""The fake over HTTP, and from the side of who tests: buyers, banks, faults, another time."""

import json
import threading
import time
from datetime import datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from payments.simulator.faults import Faults
from tests.kit.stripe.arguments import NotUnderstood, understood
from tests.kit.stripe.books import PAYS, Books, Refusal, Thing
from tests.kit.stripe.calls import CALLS, Call, shown
from tests.kit.stripe.telling import Teller, signed_header

HOST = "127.0.0.1"
KEY_LIFETIME = 24 * 3600.0
MOST_KEY = 255
DOWN = {"error": {"type": "api_error", "message": "An unknown error occurred"}}
IN_USE = "There is currently another in-progress request using this Idempotent Key"
OTHERWISE = "Keys for idempotent requests can only be used with the same parameters"


class Dropped(Exception):
    """The line goes dead."""


class StripeFake(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(
        self, *, secret_key: str = "sk_test_fake", webhook_secret: str = "whsec_fake"
    ) -> None:
        self.secret_key, self.webhook_secret = secret_key, webhook_secret
        self.books, self.faults, self.answers = Books(), Faults(), Answers()
        self.asked: list[tuple[str, str, str, Thing]] = []  # method, path, account, what was said
        self.teller = Teller(self.books, self.faults, webhook_secret)
        super().__init__((HOST, 0), Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_port}"

    def stop(self) -> None:
        self.teller.stop()
        self.shutdown()
        self.server_close()

    # --- Buyers, banks, time ----------------------------------------------------------------------

    def pay(
        self, reference: str, card: str = PAYS, *, account: str = "", is_confirmed: bool = False
    ) -> str:
        """What the buyer does on the page, or in the app."""
        with self.books.lock:
            if reference.startswith("pi_"):
                intent = self.books.get(account, reference, "payment_intent")
                return self.books.pay(account, intent, card, is_confirmed=is_confirmed)
            page = self.books.get(account, reference, "checkout.session")
            return self.books.pay_page(account, page, card, is_confirmed=is_confirmed)

    def intent_of(self, reference: str, account: str = "") -> Thing:
        with self.books.lock:
            thing = self.books.things[account][reference]
            if thing["object"] == "checkout.session":
                thing = self.books.things[account][thing["payment_intent"]]
            return thing

    def end_dispute(self, reference: str, status: str, *, account: str = "") -> None:
        with self.books.lock:
            intent = self.intent_of(reference, account)
            self.books.end_dispute(account, intent["id"], status)

    def end_refund(self, reference: str, status: str, *, account: str = "") -> None:
        with self.books.lock:
            refund = self.books.get(account, reference, "refund")
            self.books.end_refund(account, refund, status)

    def fail(self, kind: str, call: str = "", *, times: int = 1, seconds: float = 0) -> None:
        self.faults.order({"kind": kind, "call": call, "times": times, "seconds": seconds})

    def mend(self) -> None:
        self.faults.forget()
        self.books.ahead = 0.0

    def at(self, moment: datetime) -> None:
        self.books.ahead = moment.timestamp() - time.time()

    def said_to(self, path: str) -> list[Thing]:
        """What was asked of such a call, in order."""
        return [said for _method, asked, _account, said in self.asked if asked == path]

    def signed(
        self, event: Thing, *, at: datetime, secret: str = ""
    ) -> tuple[bytes, dict[str, str]]:
        body = json.dumps(event).encode()
        secret = secret or self.webhook_secret
        header = signed_header(secret, body, int(at.timestamp()))
        return body, {"Stripe-Signature": header}


class Answers:
    """The first answer to each key is the answer, for a day; other words under it are refused."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], tuple[float, str, int, str]] = {}
        self.running: set[tuple[str, str]] = set()
        self.lock = threading.Lock()

    def begin(self, key: tuple[str, str], asked: str, now: float) -> tuple[int, str] | None:
        if len(key[1]) > MOST_KEY:
            raise Refusal("Idempotency keys are at most 255 characters long.")
        with self.lock:
            if key in self.running:
                raise Refusal(
                    IN_USE, kind="idempotency_error", code="idempotency_key_in_use", status=409
                )
            known = self.known.get(key)
            if known and known[0] + KEY_LIFETIME > now:
                if known[1] != asked:
                    raise Refusal(OTHERWISE, kind="idempotency_error")
                return known[2], known[3]
            self.running.add(key)
            return None

    def end(
        self, key: tuple[str, str], asked: str, now: float, answer: tuple[int, str] | None
    ) -> None:
        with self.lock:
            self.running.discard(key)
            if answer:
                self.known[key] = (now, asked, *answer)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StripeFake

    def do_GET(self) -> None:
        self.work()

    def do_POST(self) -> None:
        self.work()

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def work(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        try:
            self.answered(body)
        except (Dropped, BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        except Refusal as no:
            self.answer(no.status, json.dumps({"error": no.error}))

    def answered(self, body: str) -> None:
        parts = urlsplit(self.path)
        self.check_key()
        account = self.headers.get("Stripe-Account", "")
        if account not in self.server.books.things:
            raise Refusal(
                f"The provided key does not have access to account '{account}'",
                code="account_invalid", status=403,
            )  # fmt: skip
        for one in CALLS:
            if one.method == self.command and (match := one.path.match(parts.path)):
                text = parts.query if self.command == "GET" else body
                return self.called(one, account, match.groupdict().get("id") or "", text)
        raise Refusal(f"Unrecognized request URL ({self.command}: {parts.path}).", status=404)

    def check_key(self) -> None:
        given = self.headers.get("Authorization", "")
        if given != f"Bearer {self.server.secret_key}":
            raise Refusal("Invalid API Key provided", status=401)

    def called(self, call: Call, account: str, thing: str, text: str) -> None:
        """With the fault that was ordered. One before the work leaves no trace of it; the answer
        that came of one after it is kept under its key, as the real one keeps its own."""
        fault = self.server.faults.next(call.fault) or {"kind": ""}
        if fault["kind"] == "drop":
            raise Dropped
        if fault["kind"] == "error_before":
            return self.answer(500, json.dumps(DOWN))
        status, said = self.once(call, account, thing, text, fault)
        if fault["kind"] == "accept_then_drop":
            raise Dropped
        return self.answer(status, said[: len(said) // 2] if fault["kind"] == "truncated" else said)

    def once(
        self, call: Call, account: str, thing: str, text: str, fault: Thing
    ) -> tuple[int, str]:
        books, answers = self.server.books, self.server.answers
        try:
            said = understood(text, call.params)
        except NotUnderstood as no:
            raise Refusal(str(no), code=no.code, param=no.param) from no
        path = urlsplit(self.path).path
        self.server.asked.append((call.method, path, account, said))
        name = self.headers.get("Idempotency-Key", "") if call.method == "POST" else ""
        key, asked = (account, name), sha256(f"{path}\0{text}".encode()).hexdigest()
        if name and (known := answers.begin(key, asked, books.now())):
            return known
        answer = None
        try:
            answer = self.acted(call, account, thing, said)
            if fault["kind"] == "error_after":
                answer = 500, json.dumps(DOWN)
            if fault["kind"] == "slow":
                time.sleep(float(fault["seconds"]))
            return answer
        finally:
            answers.end(key, asked, books.now(), answer if name else None)

    def acted(self, call: Call, account: str, thing: str, said: Thing) -> tuple[int, str]:
        books = self.server.books
        expand = said.pop("expand", [])
        with books.lock:
            try:
                made = call.act(books, account, thing, said)
                return 200, json.dumps(shown(books, account, made, expand))
            except Refusal as no:
                return no.status, json.dumps({"error": no.error})

    def answer(self, status: int, text: str) -> None:
        sent = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.send_header("Request-Id", "req_test")
        self.end_headers()
        self.wfile.write(sent)
