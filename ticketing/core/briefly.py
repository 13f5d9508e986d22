"""Answers that a process keeps for a moment: what thousands ask for in the same second is read once.

For what may be some seconds old without anybody being told a lie; never for what is being decided.
"""

import time
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock

MOST_KEPT = 1_000


def kept_briefly[**Asked, Answer](
    *, seconds: float
) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """When the time has passed one thread reads anew, and the others get what was kept meanwhile:
    nobody gets what is older than twice the time. What was not kept, or is older, each reads who
    asks. Who reads gets the error, if there is one, and the next who asks reads again.
    """

    def decorate(read: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        kept: dict[Hashable, tuple[float, Answer]] = {}
        reading: set[Hashable] = set()
        choosing = Lock()

        def is_first(key: Hashable) -> bool:
            with choosing:
                if key in reading:
                    return False
                reading.add(key)
                return True

        @wraps(read)
        def answer(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
            key = (args, tuple(sorted(kwargs.items())))
            now = time.monotonic()
            found = kept.get(key)
            if found and now - found[0] < seconds:
                return found[1]
            reads = is_first(key)
            if found and not reads and now - found[0] < 2 * seconds:
                return found[1]
            try:
                fresh = read(*args, **kwargs)
                if len(kept) >= MOST_KEPT:
                    kept.clear()
                kept[key] = (now, fresh)
            finally:
                if reads:
                    reading.discard(key)
            return fresh

        forgetting.append(kept.clear)
        return answer

    return decorate


forgetting: list[Callable[[], None]] = []


def forget_all() -> None:
    """As a process that has just begun."""
    for forget in forgetting:
        forget()
