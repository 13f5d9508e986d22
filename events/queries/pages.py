"""An event as its page and the API show it: two statements, whatever it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.safestring import SafeString

from events.domain.prices import Line, Terms, compute_price
from events.media.queries import FACTS, Picture, gallery_of, picture_of
from events.models import Event, EventText, MediaFile, Pool, TicketType, TicketTypeText
from events.queries import PoolCount, with_places
from events.queries.cards import category_of, with_words
from events.queries.terms import terms_of, with_terms
from events.queries.words import best, in_languages
from ticketing.core.markdown import render_markdown
from ticketing.core.money import Money


@dataclass(frozen=True)
class Offer:
    """A ticket type as people choose it."""

    ticket_type: TicketType
    name: str
    description: str
    price: Money
    """What one costs, all in."""
    tax: Money
    fees: Money
    pool: PoolCount

    @property
    def id(self) -> UUID:
        return self.ticket_type.pk


@dataclass(frozen=True)
class EventPage:
    """`event` has its organizer, venue, category and cover with it."""

    event: Event
    title: str
    summary: str
    description: str
    """Markdown, as it was written."""
    category: str
    terms: Terms
    ticket_types: list[Offer]
    """All that are not withdrawn; which of them somebody sees, `events.domain.offers` says. None
    on a page that offers nothing."""

    @property
    def picture(self) -> Picture | None:
        return picture_of(self.event.cover)

    @property
    def gallery(self) -> list[Picture]:
        """The pictures beside the cover."""
        rows = self.event.pictures  # type: ignore[attr-defined] # annotated
        files = [MediaFile(**row) for row in rows if row["id"] != str(self.event.cover_id)]
        return [picture for one in files if (picture := picture_of(one))]

    @property
    def description_html(self) -> SafeString:
        return render_markdown(self.description)


def event_page(
    events: QuerySet[Event], *, slug: str, language: str, now: datetime, with_offers: bool = True
) -> EventPage | None:
    """The event of a set that has this address, with its tickets and what they cost; or without
    them, which is one statement, and counts no places."""
    rows = in_full(events, language=language)
    event = (with_pools(rows) if with_offers else rows).filter(slug=slug).first()
    if event is None:
        return None
    text = best(event.said, language)  # type: ignore[attr-defined] # annotated
    terms = terms_of(event, now=now)
    return EventPage(
        event=event,
        title=text.get("title") or event.title,
        summary=text.get("summary") or event.summary,
        description=text.get("description") or event.description,
        category=category_of(event, language),
        terms=terms,
        ticket_types=(
            offers_of(event, terms, pools_of(event), language=language) if with_offers else []
        ),
    )


def in_full(events: QuerySet[Event], *, language: str) -> QuerySet[Event]:
    said = in_languages(EventText, "event", "title", "summary", "description", language=language)
    pictures = gallery_of(OuterRef("pk")).values(json=JSONObject(**{one: one for one in FACTS}))
    return with_terms(with_words(events, language)).annotate(
        said=said, pictures=ArraySubquery(pictures)
    )


def with_pools(events: QuerySet[Event]) -> QuerySet[Event]:
    """Annotate what `pools_of` reads."""
    pools = with_places(Pool.objects.filter(event=OuterRef("pk")))
    facts = JSONObject(id="pk", capacity="capacity", free="free", held="held")
    return events.annotate(pool_rows=ArraySubquery(pools.values(json=facts)))


def pools_of(event: Event) -> Mapping[UUID, PoolCount]:
    rows = event.pool_rows  # type: ignore[attr-defined] # annotated
    return {
        UUID(row["id"]): PoolCount(
            row["capacity"], None if row["capacity"] is None else row["free"], row["held"]
        )
        for row in rows
    }


def offers_of(
    event: Event, terms: Terms, pools: Mapping[UUID, PoolCount], *, language: str
) -> list[Offer]:
    said = in_languages(TicketTypeText, "ticket_type", "name", "description", language=language)
    rows = list(event.ticket_types.offered().annotate(said=said).order_by("position", "id"))
    priced = compute_price([Line(row, 1) for row in rows], terms)
    return [
        Offer(
            ticket_type=line.ticket_type,
            name=text.get("name") or line.ticket_type.name,
            description=text.get("description") or line.ticket_type.description,
            price=Money(line.unit_price, event.currency),
            tax=Money(line.tax, event.currency),
            fees=Money(line.fees, event.currency),
            pool=pools[line.ticket_type.pool_id],
        )
        for line in priced.lines
        for text in [best(line.ticket_type.said, language)]  # type: ignore[attr-defined] # annotated
    ]
