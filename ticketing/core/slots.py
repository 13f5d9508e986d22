"""Slots: where an app leaves room that an app to its right fills.

The left app declares one, the right app fills it in `AppConfig.ready()`; neither imports against
the direction between the apps.
"""

from collections.abc import Iterator


class Slot[Entry]:
    """Entries in order; those of equal order in the order in which they came."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, Entry]] = []

    def fill(self, entry: Entry, *, order: int = 0) -> None:
        self._entries.append((order, entry))
        self._entries.sort(key=lambda pair: pair[0])

    def __iter__(self) -> Iterator[Entry]:
        return iter([entry for _, entry in self._entries])

    def __bool__(self) -> bool:
        return bool(self._entries)
