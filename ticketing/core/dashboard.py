"""The back office's first page: cards that each app puts there, drawn only for whom they are."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
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

    def but(self, *, width: Literal["half", "full"] = "half", **facts: Any) -> "Card":
        """The same with another width, and more to say."""
        return replace(self, width=width, facts=self.facts | facts)

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


type Kind = Literal["line", "bar", "lying"]
# The accent and quieter tones of the theme, in light and dark.
TONES = ("var(--color-primary-600)", "var(--color-primary-300)", "var(--color-base-400)")
# Read as well on white as on the dark theme's ground.
INK = "#787c85"


@dataclass(frozen=True)
class Line:
    """One set of values of a chart, in the order of its labels; words stand in its table alone."""

    name: Any
    values: Sequence[int | float | str]
    is_drawn: bool = True


def chart(
    title: Any,
    labels: Iterable[str],
    lines: Sequence[Line],
    *,
    kind: Kind = "bar",
    up_to: int | None = None,
    empty: Any = "",
) -> Card:
    """A chart that is also a table, for who reads it otherwise. Bars may be lying.

    Its facts may say more: that it `has_open_table`, and what leads `further` (words, address).
    """
    names = [str(label) for label in labels]
    drawn = [line for line in lines if line.is_drawn]
    options = options_of(kind, up_to=up_to, has_legend=len(drawn) > 1)
    table = list(zip(names, zip(*(line.values for line in lines), strict=True), strict=True))
    facts = {
        "kind": "line" if kind == "line" else "bar",
        "data": json.dumps({"labels": names, "datasets": datasets_of(drawn)}),
        "options": json.dumps(options),
        "lines": lines,
        "table": table,
        "empty": empty,
    }
    return Card(title, "admin/cards/chart.html", facts)


def datasets_of(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [
        {
            "label": str(line.name),
            "data": list(line.values),
            "backgroundColor": TONES[index % len(TONES)],
            "borderColor": TONES[index % len(TONES)],
            "borderRadius": 3,
            "maxBarThickness": 22,
        }
        for index, line in enumerate(lines)
    ]


def options_of(kind: Kind, *, up_to: int | None, has_legend: bool) -> dict[str, Any]:
    values = {
        "beginAtZero": True,
        "grid": {"drawTicks": False},
        "ticks": {"precision": 0, "color": INK},
        **({"max": up_to} if up_to else {}),
    }
    steps = {"grid": {"display": False}, "ticks": {"color": INK}}
    legend = {"display": has_legend, "position": "bottom", "labels": {"color": INK}}
    is_lying = kind == "lying"
    return {
        "indexAxis": "y" if is_lying else "x",
        "responsive": True,
        "maintainAspectRatio": False,
        "animation": False,
        "plugins": {"legend": legend},
        "scales": {"x" if is_lying else "y": values, "y" if is_lying else "x": steps},
    }
