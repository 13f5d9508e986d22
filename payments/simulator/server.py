"""The simulator's calls and pages over HTTP."""

import json
import time
from decimal import Decimal
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import compare_digest
from typing import Any
from urllib.parse import parse_qs, urlsplit

from iso4217 import Currency

from payments.simulator import pages
from payments.simulator.faults import Faults
from payments.simulator.ledger import Forbidden, Ledger
from payments.simulator.notices import Teller

MOST_BYTES = 100_000
SHOWN_TROUBLE = {"declined", "insufficient_funds", "card_unknown", "challenge_refused"}


class Simulator(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(
        self, address: tuple[str, int], ledger: Ledger, faults: Faults, secret: str
    ) -> None:
        self.ledger, self.faults, self.secret = ledger, faults, secret
        super().__init__(address, Handler)


def serve(books: Path | str, *, host: str, port: int, secret: str, notices: str) -> Simulator:
    ledger, faults = Ledger(books), Faults()
    Teller(ledger, faults, url=notices, secret=secret).start()
    return Simulator((host, port), ledger, faults, secret)


class Dropped(Exception):
    """The line goes dead."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are written one after the other: the second would wait 40 ms for an answer.
    disable_nagle_algorithm = True
    server: Simulator

    def do_GET(self) -> None:
        self.work()

    def do_POST(self) -> None:
        self.work()

    def log_message(self, *_: Any) -> None:
        """Nothing: what the product does is in its own log."""

    def work(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length <= MOST_BYTES else b""
        try:
            if parts.path.startswith("/v1/"):
                self.call(parts.path.removeprefix("/v1/"), parse_qs(parts.query), body)
            else:
                self.show(parts.path, parse_qs(parts.query), parse_qs(body.decode()))
        except Dropped:
            self.close_connection = True
        except BrokenPipeError:
            self.close_connection = True

    # --- For programs ---------------------------------------------------------------------------

    def call(self, path: str, query: dict[str, list[str]], body: bytes) -> None:
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not compare_digest(given.encode(), self.server.secret.encode()):
            return self.answer(401, json.dumps({"error": "not_allowed"}))
        name, _, act = path.partition("/")
        kind = act.rpartition("/")[2] if "/" in act else ("fetch" if act else "create")
        if name in {"faults", "clock", "disputes"}:
            return self.arrange(name, body)
        if self.command == "GET":
            kind = name if name == "transactions" else "fetch"
        fault = self.server.faults.next(kind) or {"kind": ""}
        if fault["kind"] == "drop":
            raise Dropped
        if fault["kind"] == "error_before":
            return self.answer(500, json.dumps({"error": "down"}))
        status, text = self.worked(path, query, body)
        if fault["kind"] == "accept_then_drop":
            raise Dropped
        if fault["kind"] == "error_after":
            return self.answer(500, json.dumps({"error": "down"}))
        if fault["kind"] == "slow":
            time.sleep(float(fault["seconds"]))
        return self.answer(status, text[: len(text) // 2] if fault["kind"] == "truncated" else text)

    def worked(self, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, str]:
        """Once for a key; the same answer for whoever comes with it again."""
        ledger, key = self.server.ledger, self.headers.get("Idempotency-Key", "")
        asked = sha256(path.encode() + b"\0" + body).hexdigest()
        try:
            if key and self.command == "POST":
                with ledger.lock:
                    if known := ledger.answered(key, asked):
                        return known
                    done = 200, json.dumps(self.act(path, json.loads(body or b"{}")))
                    ledger.remember(key, asked, *done)
                    return done
            if self.command == "POST":
                return 200, json.dumps(self.act(path, json.loads(body or b"{}")))
            return 200, json.dumps(self.found(path, query))
        except Forbidden as no:
            return no.status, json.dumps({"error": no.code, "detail": str(no)})
        except (ValueError, KeyError, TypeError) as error:
            return 400, json.dumps({"error": "malformed", "detail": str(error)})

    def act(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        ledger = self.server.ledger
        match path.split("/"):
            case ["payments"]:
                return self.with_page(ledger.create(asked))
            case ["payments", key, "expire"]:
                return ledger.expire(key)
            case ["payments", key, "capture"]:
                return ledger.capture(key, int(asked["amount"]))
            case ["payments", key, "pay"]:
                # What an app does with the buyer's card; the page does the same.
                result = ledger.pay(
                    key, str(asked["card"]), is_confirmed=bool(asked.get("confirmed"))
                )
                return {"result": result}
            case ["payments", key, "refunds"]:
                return ledger.refund(key, int(asked["amount"]), asked.get("refund"))
            case _:
                raise Forbidden("no_such_call", status=404)

    def found(self, path: str, query: dict[str, list[str]]) -> dict[str, Any]:
        ledger = self.server.ledger
        match path.split("/"):
            case ["payments"]:
                keys = ledger.named(query["payment"][0])
                return {"payments": [self.with_page(ledger.shown(key)) for key in keys]}
            case ["payments", key]:
                return self.with_page(ledger.shown(key))
            case ["transactions"]:
                since, until = float(query["since"][0]), float(query["until"][0])
                return {"transactions": ledger.movements(since, until)}
            case _:
                raise Forbidden("no_such_call", status=404)

    def with_page(self, shown: dict[str, Any]) -> dict[str, Any]:
        return {**shown, "url": f"http://{self.headers.get('Host')}/pay/{shown['id']}"}

    def arrange(self, name: str, body: bytes) -> None:
        """For who tests: faults, another time, the end of a dispute."""
        wanted = json.loads(body or b"{}")
        try:
            if name == "clock":
                self.server.ledger.ahead = float(wanted["ahead"])
            elif name == "disputes":
                self.server.ledger.end_dispute(str(wanted["reference"]), str(wanted["status"]))
            elif wanted:
                self.server.faults.order(wanted)
            else:
                self.server.faults.forget()
        except (ValueError, KeyError, TypeError) as error:
            return self.answer(400, json.dumps({"error": "malformed", "detail": str(error)}))
        return self.answer(200, "{}")

    # --- For people -------------------------------------------------------------------------------

    def show(self, path: str, query: dict[str, list[str]], sent: dict[str, list[str]]) -> None:
        match path.strip("/").split("/"):
            case ["style.css"]:
                self.answer(200, pages.STYLE, kind="text/css")
            case [""]:
                self.page(200, pages.page("Simulator", "<h1>Payment simulator</h1>"))
            case ["pay", key] | ["pay", key, "challenge"]:
                self.show_payment(key, query, sent, is_challenge=path.endswith("/challenge"))
            case _:
                self.page(404, pages.page("Not there", "<h1>Not there</h1>"))

    def show_payment(
        self,
        key: str,
        query: dict[str, list[str]],
        sent: dict[str, list[str]],
        *,
        is_challenge: bool,
    ) -> None:
        ledger = self.server.ledger
        try:
            with ledger.lock:
                shown, facts = ledger.shown(key), json.loads(ledger.row(key)["facts"])
        except Forbidden:
            return self.page(404, pages.page("Not there", "<h1>Not there</h1>"))
        if self.command == "POST":
            return self.paid(key, facts, sent, is_challenge=is_challenge)
        if shown["status"] != "open":
            return self.page(200, pages.over_page(shown, facts))
        text = sum_of(shown)
        if is_challenge:
            return self.page(200, pages.challenge_page(shown, text))
        trouble = (query.get("trouble") or [""])[0]
        return self.page(200, pages.pay_page(shown, facts, text, trouble))

    def paid(
        self, key: str, facts: dict[str, Any], sent: dict[str, list[str]], *, is_challenge: bool
    ) -> None:
        if is_challenge and (sent.get("answer") or [""])[0] != "yes":
            return self.redirect(f"/pay/{key}?trouble=challenge_refused")
        typed = (sent.get("card") or ["4000000000003220" if is_challenge else ""])[0]
        card = "".join(character for character in typed if character.isdigit())
        result = self.server.ledger.pay(key, card, is_confirmed=is_challenge)
        if result == "challenge":
            return self.redirect(f"/pay/{key}/challenge")
        if result in SHOWN_TROUBLE:
            return self.redirect(f"/pay/{key}?trouble={result}")
        return self.redirect(str(facts.get("return_url") or "/"))

    # --- Answers ----------------------------------------------------------------------------------

    def page(self, status: int, text: str) -> None:
        self.answer(status, text, kind="text/html")

    def redirect(self, to: str) -> None:
        self.send_response(303)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self, status: int, text: str, *, kind: str = "application/json") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", pages.POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def sum_of(shown: dict[str, Any]) -> str:
    exponent = next(one.exponent or 0 for one in Currency if one.code == shown["currency"])
    return f"{Decimal(shown['amount']).scaleb(-exponent)} {shown['currency']}"
