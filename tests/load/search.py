"""What finding events costs the database, among as many as `make_events` has made.

Usage, with the settings of a database in the environment:
    DJANGO_SETTINGS_MODULE=ticketing.settings python -m tests.load.search [--count 100000] [--rounds 30] [--explain]
"""

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

django.setup()

from events.models import Event, SearchText  # noqa: E402 - models need the settings
from events.search.finding import Ordering, Wanted, find_events  # noqa: E402 - models need the settings
from events.search.paging import Page, page_of  # noqa: E402 - models need the settings
from ticketing.core.database import as_owner  # noqa: E402 - models need the settings
from ticketing.core.paging import Cursor  # noqa: E402 - models need the settings

COUNT = 100_000


@dataclass
class Statements:
    """How long the statements of a search took, and what they were."""

    seconds: float = 0.0
    said: list[tuple[str, Any]] = field(default_factory=list)

    def watch(self, execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, *rest)
        finally:
            self.seconds += time.perf_counter() - began
            self.said.append((sql, params))


@contextmanager
def watched() -> Iterator[Statements]:

    statements = Statements()
    with connection.execute_wrapper(statements.watch):
        yield statements


def searches() -> dict[str, Callable[[], object]]:
    """What people ask most, and what is hardest."""
    name = Event.objects.filter(slug__startswith="sample-").latest("slug").title.split()[-1]
    paris: dict[str, Any] = {"near": (48.8566, 2.3522), "radius_km": 10}
    return {
        "everything, soonest first": search(),
        "a common word": search(q="jazz"),
        "a common word, by date": search(q="jazz", ordering=Ordering.STARTS_AT),
        "three words": search(q="jazz festival paris"),
        "a word of many descriptions": search(q="clavecin", language="fr"),
        "a rare word": search(q=name),
        "a rare word, misspelt": search(q=f"{name[:3]}x{name[3:]}"),
        "a short word, misspelt": search(q="jas"),
        "a misspelt word": search(q="harpsicord"),
        "three misspelt words": search(q="jaz festval londn"),
        "eight words, all misspelt": search(
            q="jaz festval londn concrt evenin theatr workshp dansse"
        ),
        "Japanese": search(q="ジャズ", language="ja"),
        "Japanese, one sign": search(q="夜", language="ja"),
        "words and filters": search(q="concert", city="lyon", price_max=2000),
        "a category": search(category="music"),
        "a rare category, free": search(category="other", is_free=True),
        "a city": search(city="saint-etienne"),
        "a rare city, at a place": search(city="reykjavik", is_online=False),
        "cheap": search(price_max=1000),
        "nothing of that kind": search(city="nowhere", is_free=True),
        "near, ten kilometres": search(**paris),
        "near and words": search(q="théâtre", language="fr", **paris),
        "cheapest first": search(ordering=Ordering.PRICE),
        "cheapest of a city": search(city="łódź", ordering=Ordering.PRICE),
        "most popular": search(ordering=Ordering.POPULAR),
        "latest first": search(ordering=Ordering.LATEST),
        "deep page by date": deep(),
        "deep page by price": deep(ordering=Ordering.PRICE),
        "deep page by popularity": deep(ordering=Ordering.POPULAR),
        "deep page by relevance": deep(q="jazz"),
    }


def search(
    language: str = "en", cursor: Cursor | None = None, size: int = 20, **wanted: Any
) -> Callable[[], Page]:
    asked, now = Wanted(**wanted), timezone.now()
    return lambda: page_of(
        find_events(asked, now=now, language=language),
        asked.order,
        size=size,
        cursor=cursor,
        language=language,
    )


def deep(**wanted: Any) -> Callable[[], Page]:
    """The page that twenty of a hundred lead to, or the last one."""
    cursor = None
    for _ in range(20):
        page = search(cursor=cursor, size=100, **wanted)()
        if page.next is None:
            break
        cursor = page.next
    return search(cursor=cursor, **wanted)


@dataclass
class Taken:
    """Milliseconds: as the clock counts them on a machine that others use too, and as the server's
    process worked."""

    p50: float
    p95: float
    p99: float
    worked: float


def measure(search: Callable[[], object], *, rounds: int) -> Taken:
    search()
    taken = []
    began = worked_by_server()
    for _ in range(rounds):
        with watched() as statements:
            search()
        taken.append(statements.seconds * 1000)
    worked = (worked_by_server() - began) / rounds
    taken.sort()
    p50, p95, p99 = (taken[min(rounds - 1, int(rounds * part))] for part in (0.5, 0.95, 0.99))
    return Taken(p50, p95, p99, worked)


def worked_by_server() -> float:
    """Of the process that serves this connection, where it runs on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    nanoseconds, *_ = Path(f"/proc/{pid}/schedstat").read_text().split()
    return int(nanoseconds) / 1e6


def print_search(*, rounds: int, explain: bool = False) -> None:

    print(
        f"\nFinding among {SearchText.objects.count():,} events: ms in the database, a page of 20"
    )
    print(f"{'':30}{'p50':>8}{'p95':>8}{'p99':>8}{'CPU':>8}")
    for name, search in searches().items():
        taken = measure(search, rounds=rounds)
        print(
            f"{name:30}{taken.p50:8.1f}{taken.p95:8.1f}{taken.p99:8.1f}{taken.worked:8.1f}",
            flush=True,
        )
        if explain:
            print_plans(search)


def print_plans(search: Callable[[], object]) -> None:

    with watched() as statements:
        search()
    for sql, params in statements.said:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
            for (line,) in cursor.fetchall():
                print(f"    {line}")


def prepare(count: int) -> None:
    """Make what is missing, and let the database look at what it has."""

    if Event.objects.filter(slug__startswith="sample-").count() < count:
        call_command("make_events", count=count)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=COUNT)
    options.add_argument("--rounds", type=int, default=30)
    options.add_argument("--explain", action="store_true")
    chosen = options.parse_args()
    prepare(chosen.count)
    print_search(rounds=chosen.rounds, explain=chosen.explain)


if __name__ == "__main__":
    main()
