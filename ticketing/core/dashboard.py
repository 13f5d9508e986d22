"""The back office's first page: cards that each app puts there, drawn only for whom they are."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Card:
    title: Any
    template: str
    facts: dict[str, Any] = field(default_factory=dict)
    width: Literal["half", "full"] = "half"

    @property
    def html(self) -> SafeString:
        return render_to_string(self.template, self.facts)


Maker = Callable[[HttpRequest], Card | None]
"""Makes a card for who asks, or none if there is nothing for them to see."""

_makers: dict[str, tuple[int, Maker]] = {}


def register_card(name: str, *, order: int, make: Maker) -> None:
    """Called in `AppConfig.ready()`; a name that is known already is replaced."""
    _makers[name] = (order, make)


def cards_for(request: HttpRequest) -> list[Card]:
    made = (make(request) for _order, make in sorted(_makers.values(), key=lambda one: one[0]))
    return [card for card in made if card is not None]


# The accent and a quiet tone of the theme, in light and dark.
TONES = ("var(--color-primary-600)", "var(--color-base-300)", "var(--color-primary-300)")


@dataclass(frozen=True)
class Line:
    """One set of values of a chart, in the order of its labels."""

    name: Any
    values: Sequence[int | float]


def chart(
    title: Any, labels: Iterable[str], lines: Sequence[Line], *, kind: str = "bar", empty: Any = ""
) -> Card:
    """A chart that is also a table, for who reads it otherwise. `kind` is bar or line."""
    names = [str(label) for label in labels]
    drawn = {
        "labels": names,
        "datasets": [
            {
                "label": str(line.name),
                "data": list(line.values),
                "backgroundColor": TONES[index % len(TONES)],
                "borderColor": TONES[index % len(TONES)],
                "displayYAxis": True,
            }
            for index, line in enumerate(lines)
        ],
    }
    table = list(zip(names, zip(*(line.values for line in lines), strict=True), strict=True))
    facts = {"kind": kind, "data": json.dumps(drawn), "lines": lines, "table": table}
    return Card(title, "admin/cards/chart.html", {**facts, "empty": empty})
