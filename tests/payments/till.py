"""The simulator as a test uses it: buyers' cards, faults, another time, and its books."""

import time
from datetime import datetime
from typing import Any

import requests

from tests.events.factories import NOW

PAYS, DECLINED, SECURE = "4242424242424242", "4000000000000002", "4000000000003220"
DELAYED, DISPUTED, POOR = "4000002500000077", "4000000000000259", "4000000000009995"


class Till:
    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self.line = requests.Session()
        self.line.headers["Authorization"] = f"Bearer {secret}"
        self.is_whole = False

    def post(self, path: str, **body: Any) -> Any:
        answer = self.line.post(f"{self.url}/v1/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self.line.get(f"{self.url}/v1/{path}", timeout=30)
        answer.raise_for_status()
        return answer.json()

    def pay(self, payment: Any, card: str = PAYS, *, is_confirmed: bool = False) -> str:
        """What the buyer does on the gateway's page."""
        path = f"payments/{payment.reference}/pay"
        return str(self.post(path, card=card, confirmed=is_confirmed)["result"])

    def fail(self, kind: str, call: str = "", *, times: int = 1, seconds: float = 0) -> None:
        self.is_whole = False
        self.post("faults", kind=kind, call=call, times=times, seconds=seconds)

    def mend(self) -> None:
        """No more faults, and the time of the tests; as it is, if nobody has touched it."""
        if not self.is_whole:
            self.post("faults")
            self.at(NOW)
            self.is_whole = True

    def at(self, moment: datetime) -> None:
        """The gateway's clock, which the tests move as they move their own."""
        self.is_whole = False
        self.post("clock", ahead=moment.timestamp() - time.time())

    def books(self, payment: Any) -> dict[str, Any]:
        """What the gateway itself has of it."""
        return dict(self.get(f"payments/{payment.reference}"))

    def all_of(self, payment: Any) -> list[dict[str, Any]]:
        return list(self.get(f"payments?payment={payment.pk}")["payments"])
