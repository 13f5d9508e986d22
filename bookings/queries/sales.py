"""What is needed to sell: an event with what its prices are made with, and its ticket types. Two
statements, none of whose rows is locked, and in a crowd once a second for each process."""

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from events.domain.prices import Terms
from events.models import Event, Question, TicketType
from events.queries.terms import terms_of, with_terms
from ticketing.core.briefly import kept_briefly

# So long, or twice that while it is read anew, may somebody still book after sales were paused;
# places are decided by the claim alone.
SECONDS_KEPT = 1.0


@dataclass(frozen=True)
class Sale:
    """What somebody wants to book from, as it was a moment ago."""

    event: Event
    ticket_types: dict[UUID, TicketType]
    terms: Terms
    has_questions: bool
    as_of: datetime
    """The database's clock: no two servers of ours have to agree on the time."""
    read_at: float
    """The process's own clock when that was read."""


def sale(slug: str) -> Sale | None:
    """The event of this address with its ticket types, if it has a page for the public."""
    found = recent_sale(slug)
    if found is None:
        return None
    since = timedelta(seconds=time.monotonic() - found.read_at)
    return replace(found, as_of=found.as_of + since)


@kept_briefly(seconds=SECONDS_KEPT)
def recent_sale(slug: str) -> Sale | None:
    asked = Question.objects.filter(event=OuterRef("pk"), withdrawn_at=None)
    event = (
        with_terms(Event.objects.published().select_related("organizer", "venue"))
        .annotate(as_of=Now(), has_questions=Exists(asked))
        .filter(slug=slug)
        .first()
    )
    if event is None:
        return None
    types = list(TicketType.objects.filter(event=event).select_related("pool"))
    for one in types:
        one.event = event
    return Sale(
        event=event,
        ticket_types={one.pk: one for one in types},
        terms=terms_of(event, now=event.as_of),
        has_questions=event.has_questions,
        as_of=event.as_of,
        read_at=time.monotonic(),
    )
