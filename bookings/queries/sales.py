"""What is needed to sell: an event with what its prices are made with, and the ticket types that
are asked for. Two statements, and none of their rows is locked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from events.domain.prices import Terms
from events.models import Event, Question, TicketType
from events.queries.terms import terms_of, with_terms


@dataclass(frozen=True)
class Sale:
    """What somebody wants to book from, as it was a moment ago."""

    event: Event
    ticket_types: dict[UUID, TicketType]
    terms: Terms
    has_questions: bool
    as_of: datetime
    """The database's clock: no two servers of ours have to agree on the time."""


def sale(events: QuerySet[Event], *, slug: str, wanted: Collection[UUID]) -> Sale | None:
    """The event of this address, if it is in the set, with those of the ticket types it has."""
    asked = Question.objects.filter(event=OuterRef("pk"), withdrawn_at=None)
    event = (
        with_terms(events.select_related("organizer", "venue"))
        .annotate(as_of=Now(), has_questions=Exists(asked))
        .filter(slug=slug)
        .first()
    )
    if event is None:
        return None
    as_of: datetime = event.as_of
    types = TicketType.objects.filter(event=event, pk__in=wanted).select_related("pool")
    ticket_types = {one.pk: one for one in types}
    for one in ticket_types.values():
        one.event = event
    return Sale(
        event=event,
        ticket_types=ticket_types,
        terms=terms_of(event, now=as_of),
        has_questions=event.has_questions,
        as_of=as_of,
    )
