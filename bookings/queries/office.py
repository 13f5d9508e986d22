"""What a team sells from, whether or not the public may: an event as its prices are made."""

import time
from datetime import datetime

from django.db.models import Exists, OuterRef

from bookings.queries.sales import Sale
from events.models import Event, Question, TicketType
from events.queries.terms import terms_of, with_terms


def office_sale(event: Event, *, now: datetime) -> Sale:
    """As the public's, of any event, and of this very moment."""
    asked = Question.objects.filter(event=OuterRef("pk"), withdrawn_at=None)
    rows = with_terms(Event.objects.select_related("organizer", "venue"))
    found = rows.annotate(has_questions=Exists(asked)).get(pk=event.pk)
    types = list(TicketType.objects.filter(event=found).select_related("pool"))
    for one in types:
        one.event = found
    return Sale(
        event=found,
        ticket_types={one.pk: one for one in types},
        terms=terms_of(found, now=now),
        has_questions=found.has_questions,
        as_of=now,
        read_at=time.monotonic(),
    )
