"""Answers that a process keeps for a moment: what thousands ask for in the same second is read once.

For what may be a second old without anybody being told a lie; never for what is being decided.
"""

import time
from collections.abc import Callable, Hashable
from functools import wraps

MOST_KEPT = 1_000


def kept_briefly[**Asked, Answer](
    *, seconds: float
) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Two threads may read the same at once; who comes later gets what is newest."""

    def decorate(read: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        kept: dict[Hashable, tuple[float, Answer]] = {}

        @wraps(read)
        def answer(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
            key = (args, tuple(sorted(kwargs.items())))
            now = time.monotonic()
            if (found := kept.get(key)) and found[0] > now:
                return found[1]
            fresh = read(*args, **kwargs)
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[key] = (now + seconds, fresh)
            return fresh

        forgetting.append(kept.clear)
        return answer

    return decorate


forgetting: list[Callable[[], None]] = []


def forget_all() -> None:
    """As a process that has just begun."""
    for forget in forgetting:
        forget()
