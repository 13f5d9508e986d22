"""Pages of what was found, as lists show them."""

from dataclasses import dataclass

from django.db.models import QuerySet

from events.models import Event
from events.queries.cards import Card, card_of, with_words
from events.search.finding import ORDERS, Ordering
from ticketing.core.paging import Cursor, part_of


@dataclass(frozen=True)
class Page:
    cards: list[Card]
    next: Cursor | None
    previous: Cursor | None


def page_of(
    events: QuerySet[Event], order: Ordering, *, size: int, cursor: Cursor | None, language: str
) -> Page:
    """Of what `find_events` has found in that order. One statement. Raises CursorUnclear."""
    found = part_of(with_words(events, language), ORDERS[order], size=size, cursor=cursor)
    shown = [card_of(event, language=language) for event in found.rows]
    return Page(shown, found.next, found.previous)


def cursor_of(text: str, order: Ordering) -> Cursor:
    """Raises CursorUnclear for what no page of this order has ended with."""
    return Cursor.read(text, ORDERS[order])
