"""Real threads with connections of their own, let go at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def race[Result](count: int, act: Callable[[int], Result]) -> list[Result | Exception]:
    """What each of `count` threads got from `act(number)`: its result or its error."""
    start = Barrier(count)

    def run(number: int) -> Result | Exception:
        start.wait()
        try:
            return act(number)
        except Exception as error:  # noqa: BLE001 - the loser's error is the test's subject
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))
