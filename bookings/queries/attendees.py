"""Who comes to an event: tickets with all that is known of them, one at a time or all in a stream."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from bookings.enums import TicketStatus
from bookings.models import AnswerFile, Ticket
from bookings.queries.office import came_in, tickets_matching, with_entry
from events.models import Event, Question

AT_ONCE = 2_000


@dataclass(frozen=True, kw_only=True)
class Which:
    """Which of an event's tickets; those that let somebody in unless said otherwise."""

    status: TicketStatus | None = TicketStatus.VALID
    ticket_type: UUID | None = None
    has_come_in: bool | None = None
    words: str = ""


def attendees_of(event: Event, which: Which | None = None) -> QuerySet[Ticket]:
    """With `came_in_at`, booking, line and ticket type."""
    which = which or Which()
    rows = Ticket.objects.filter(event=event)
    if which.status is not None:
        rows = rows.filter(status=which.status)
    if which.ticket_type is not None:
        rows = rows.filter(ticket_type=which.ticket_type)
    if which.has_come_in is not None:
        rows = came_in(rows, has=which.has_come_in)
    if which.words.strip():
        rows = tickets_matching(rows, which.words)
    return with_entry(rows.select_related("booking__code", "line"))


@dataclass(frozen=True)
class Attendee:
    """One line of a list: the fields in the order of COLUMNS."""

    reference: str
    number: int
    ticket_type: str
    status: str
    name: str
    email: str
    buyer_name: str
    buyer_email: str
    buyer_phone: str
    booked_at: datetime
    came_in_at: datetime | None
    is_comp: bool
    code: str | None
    quantity: int
    unit_price: int
    line_tax: int
    answers: Mapping[str, Any]
    order_answers: Mapping[str, Any]

    @property
    def serial(self) -> str:
        return f"{self.reference}-{self.number}"

    @property
    def tax(self) -> int:
        """One ticket's part of what its line contains, rounded down to whole units."""
        return self.line_tax // self.quantity


COLUMNS = (
    "booking__reference", "number", "line__name", "status", "attendee_name", "attendee_email",
    "booking__buyer_name", "booking__buyer_email", "booking__buyer_phone", "booking__created_at",
    "came_in_at", "booking__is_comp", "booking__code__code", "line__quantity", "line__unit_price",
    "line__tax", "answers", "order_answers",
)  # fmt: skip


def attendee_stream(event: Event, which: Which | None = None) -> Iterator[Attendee]:
    """All of them in the order in which they booked, some at a time: memory does not grow."""
    rows = attendees_of(event, which).order_by("pk").annotate(order_answers=F("booking__answers"))
    for row in rows.values_list(*COLUMNS).iterator(chunk_size=AT_ONCE):
        yield Attendee(*row)


def names_of_files(files: QuerySet[AnswerFile]) -> dict[str, str]:
    """What those who sent them called them, by the ids that stand as answers."""
    return {str(key): name for key, name in files.values_list("pk", "file__filename")}


def questions_asked(event: Event) -> list[Question]:
    """Also those that are asked no more: they were answered."""
    return list(Question.objects.filter(event=event).order_by("position", "pk"))
