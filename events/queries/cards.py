"""Events as lists show them: one statement for a page of them, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from events.media.queries import Picture, picture_of
from events.models import CategoryName, Event, EventText
from events.queries.words import best, in_languages
from ticketing.core.money import Money


@dataclass(frozen=True)
class Card:
    """An event in a list. `event` has its organizer, venue, category and cover with it."""

    event: Event
    title: str
    summary: str
    category: str
    """Its name in the reader's language; empty without one."""
    price_from: Money | None
    """All in; None while it has no tickets."""
    price_to: Money | None

    @property
    def picture(self) -> Picture | None:
        return picture_of(self.event.cover)

    @property
    def is_from(self) -> bool:
        return self.price_from != self.price_to

    @property
    def starts_at(self) -> datetime | None:
        return self.event.starts_at and self.event.starts_at.astimezone(self.event.zone)


def cards(events: QuerySet[Event], *, language: str) -> list[Card]:
    """In the order of the query, which is cut to a page before."""
    return [card_of(event, language=language) for event in with_words(events, language)]


def with_words(events: QuerySet[Event], language: str) -> QuerySet[Event]:
    """Each with its venue, organizer, category, listing and cover, and what is said in a language."""
    return events.select_related("venue", "organizer", "category", "listing", "cover").annotate(
        said=in_languages(EventText, "event", "title", "summary", language=language),
        category_said=in_languages(
            CategoryName, "category", "name", of="category", language=language
        ),
        category_default=in_languages(
            CategoryName, "category", "name", of="category", language="en"
        ),
    )


def card_of(event: Event, *, language: str) -> Card:
    """From a row of `with_words`."""
    text = best(event.said, language)  # type: ignore[attr-defined] # annotated
    return Card(
        event=event,
        title=text.get("title") or event.title,
        summary=text.get("summary") or event.summary,
        category=category_of(event, language),
        price_from=money(event.listing.price_from, event),
        price_to=money(event.listing.price_to, event),
    )


def category_of(event: Event, language: str) -> str:
    if event.category is None:
        return ""
    said = best(event.category_said, language)  # type: ignore[attr-defined] # annotated
    said = said or best(event.category_default, "en")  # type: ignore[attr-defined] # annotated
    return said.get("name") or event.category.slug


def money(minor: int | None, event: Event) -> Money | None:
    return None if minor is None else Money(minor, event.currency)
