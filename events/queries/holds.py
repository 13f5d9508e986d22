"""How many places are held and not sold: who makes holds says it, in the statement that asks."""

from collections.abc import Callable
from typing import Any

from django.db.models import IntegerField, Value

from ticketing.core.slots import Slot

Counting = Callable[[], Any]
"""Makes an expression for a statement over pools: how many places of the pool that is
`OuterRef("pk")`, of the event `OuterRef("event")`, are held and not sold."""

places_on_hold: Slot[Counting] = Slot()


def on_hold() -> Any:
    counted: Any = Value(0, output_field=IntegerField())
    for counting in places_on_hold:
        counted = counted + counting()
    return counted
