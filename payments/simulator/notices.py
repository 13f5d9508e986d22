"""Telling whoever is to be told: signed, again and again until somebody says it arrived."""

import hashlib
import hmac
import http.client
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from payments.simulator.faults import Faults
from payments.simulator.ledger import Ledger

HEADER = "Simulator-Signature"
REST = 0.02  # seconds between looks
AT_ONCE = 8  # calls, as a gateway does not wait with one for the other


def signature_of(secret: str, body: bytes, at: int) -> str:
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


class Teller(threading.Thread):
    def __init__(self, ledger: Ledger, faults: Faults, *, url: str, secret: str) -> None:
        super().__init__(daemon=True)
        self.ledger, self.faults, self.url, self.secret = ledger, faults, url, secret

    def run(self) -> None:
        with ThreadPoolExecutor(AT_ONCE) as lines:
            while True:
                self.ledger.mature_all()
                due = self.ledger.due_notices() if self.url else []
                list(lines.map(self.tell, due))  # the errors too
                time.sleep(REST)

    def tell(self, notice: Mapping[str, Any]) -> None:
        key, body = str(notice["id"]), str(notice["body"]).encode()
        fault = self.faults.next("notice") or {"kind": ""}
        if fault["kind"] == "hold":
            time.sleep(float(fault["seconds"]))
        secret = "not the secret" if fault["kind"] == "forge" else self.secret
        if fault["kind"] == "double":
            self.post(body, secret)
        if fault["kind"] == "lose" or self.post(body, secret):
            self.ledger.notice_done(key)
        else:
            self.ledger.notice_failed(key, int(notice["tries"]))

    def post(self, body: bytes, secret: str) -> bool:
        parts = urlsplit(self.url)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        line = kind(parts.netloc, timeout=10)
        headers = {
            "Content-Type": "application/json",
            HEADER: signature_of(secret, body, int(time.time())),
        }
        try:
            line.request("POST", parts.path, body, headers)
            return 200 <= line.getresponse().status < 300
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
