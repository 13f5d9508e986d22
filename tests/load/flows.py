"""Free bookings as people make them, over the pages: the event's, two screens, and the tickets."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bookings.forms.choosing import QUANTITY
from tests.kit.running import Run
from tests.load.bookings import event_on_sale, paused, wait_for_consumers
from ticketing.local.ports import HOST

SESSIONS = (8, 32)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
FORM = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Sec-Fetch-Site": "same-origin",
}


class NoTicket(Exception):
    """The pages led somewhere else."""


@dataclass
class Browser:
    run: Run
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection(HOST, self.run.port, timeout=30)

    def get(self, path: str) -> str:
        return self.send("GET", path, "")[1]

    def post(self, path: str, form: dict[str, str]) -> str:
        """Where the answer leads."""
        answer, _ = self.send("POST", path, urlencode(form))
        if answer.status != 302:
            raise NoTicket(f"{path}: {answer.status}")
        return str(answer.getheader("Location"))

    def send(self, method: str, path: str, body: str) -> tuple[HTTPResponse, str]:
        kept = "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())
        self.connection.request(method, path, body, FORM | ({"Cookie": kept} if kept else {}))
        answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(cookie)
        return answer, answer.read().decode()


@dataclass
class Sale:
    run: Run
    slug: str
    ticket_type: str
    times: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def visit(self, deadline: float, *, name: str) -> None:
        number = 0
        browser = Browser(self.run)
        while time.monotonic() < deadline:
            number += 1
            browser.cookies.clear()
            began = time.monotonic()
            try:
                self.book(browser, f"{name}-{number}@example.org")
            except NoTicket as no:
                self.failed.append(str(no))
            else:
                self.times.append(time.monotonic() - began)

    def book(self, browser: Browser, email: str) -> None:
        browser.get(f"/events/{self.slug}/")
        booking = browser.post(f"/events/{self.slug}/book/", {f"{QUANTITY}{self.ticket_type}": "1"})
        token = TOKEN.search(browser.get(booking))
        details = {"email": email, "name": "Ada", "terms": "on"}
        if token:
            details["csrfmiddlewaretoken"] = token[1]
        if "<svg" not in browser.get(browser.post(booking, details)):
            raise NoTicket("no code on the page")


def print_flows(run: Run, *, seconds: int) -> None:
    print(
        "\nFree bookings over the pages, from the event's to the tickets; relay and workers paused"
    )
    print(f"{'sessions':>8}{'per s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'errors':>8}")
    slug, ticket_type = event_on_sale(run)
    for sessions in SESSIONS:
        sale = Sale(run, slug, ticket_type)
        with paused(run), ThreadPoolExecutor(sessions) as crowd:
            began = time.monotonic()
            for done in [
                crowd.submit(sale.visit, began + seconds, name=f"v{sessions}-{number}")
                for number in range(sessions)
            ]:
                done.result()
            passed = time.monotonic() - began
        p50, p95, p99 = (at(share, sale.times) for share in (0.5, 0.95, 0.99))
        print(
            f"{sessions:8}{len(sale.times) / passed:9,.1f}{p50:9.1f}{p95:9.1f}{p99:9.1f}"
            f"{len(sale.failed):8}",
            *sorted(set(sale.failed)),
            flush=True,
        )
        wait_for_consumers(run)


def at(share: float, times: list[float]) -> float:
    return sorted(times)[int(len(times) * share)] * 1000 if times else float("nan")
