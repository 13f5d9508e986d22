"""A booking as its pages show it: what it holds, what it costs, and where it leads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from bookings.domain.codes import codes_of
from bookings.domain.links import booking_link, token
from bookings.domain.references import ticket_token_of, token_of
from bookings.models import Booking, BookingLine, Ticket
from bookings.printing.qr import Drawing, drawing_of
from events.models import Event
from events.queries.pages import EventPage, event_page
from events.showing.event import ShownEvent
from ticketing.core.briefly import kept_briefly
from ticketing.core.markdown import render_markdown
from ticketing.core.money import Money


@dataclass(frozen=True)
class ShownLine:
    line: BookingLine
    currency: str

    @property
    def total(self) -> Money:
        return Money(self.line.total, self.currency)

    @property
    def each(self) -> Money | None:
        """What one costs, where there are several."""
        is_many = self.line.quantity > 1 and self.line.total
        return Money(self.line.unit_price, self.currency) if is_many else None


@dataclass(frozen=True)
class ShownTicket:
    ticket: Ticket
    code: Drawing

    @property
    def file(self) -> str:
        """Where it is as a file."""
        address = reverse("ticket-file", args=[self.ticket.pk])
        return f"{address}?{token(ticket_token_of(self.ticket))}"


@dataclass(frozen=True)
class ShownBooking:
    booking: Booking
    event: ShownEvent
    now: datetime
    lines: Sequence[ShownLine] = field(init=False)

    def __post_init__(self) -> None:
        lines = [ShownLine(line, self.booking.currency) for line in self.booking.lines.all()]
        object.__setattr__(self, "lines", lines)

    @property
    def count(self) -> int:
        return sum(one.line.quantity for one in self.lines)

    @property
    def total(self) -> Money:
        return self.booking.money

    @property
    def fees(self) -> Money:
        return Money(self.booking.fees, self.booking.currency)

    @property
    def tax(self) -> Money:
        return Money(self.booking.tax, self.booking.currency)

    @property
    def discount(self) -> Money:
        return Money(self.booking.discount, self.booking.currency)

    @property
    def is_over(self) -> bool:
        """Whether its places went back, or may any moment."""
        return self.booking.has_run_out(now=self.now) or not self.booking.is_held

    @property
    def may_be_longer(self) -> bool:
        return self.booking.extended_at is None

    @property
    def may_be_given_up(self) -> bool:
        begins_at = self.booking.event.starts_at
        return begins_at is None or begins_at > self.now

    @property
    def terms(self) -> SafeString:
        return render_markdown(self.booking.event.terms)

    @property
    def link(self) -> str:
        """What opens it anywhere, in the reader's language."""
        return booking_link(self.booking, language=self.event.language)

    @cached_property
    def tickets(self) -> list[ShownTicket]:
        """Those that let somebody in."""
        valid = [one for one in self.booking.tickets.all() if one.is_valid]
        codes = codes_of(valid)
        return [ShownTicket(one, drawing_of(codes[one.pk])) for one in valid]

    @property
    def file(self) -> str:
        """All tickets in one file."""
        address = reverse("booking-tickets", args=[self.booking.reference])
        return f"{address}?{token(token_of(self.booking))}"

    @property
    def calendar(self) -> str:
        if self.event.when is None:
            return ""
        address = reverse("booking-calendar", args=[self.booking.reference])
        return f"{address}?{token(token_of(self.booking))}"


# Reading the event costs more than the rest of the page, and is the same for all who book it. What
# changes of the event itself is seen at once; what its venue or organizer is called, a little later.
@kept_briefly(seconds=5.0)
def recent_page(slug: str, language: str, _changed_at: datetime) -> EventPage:
    page = event_page(
        Event.objects.all(), slug=slug, language=language, now=timezone.now(), with_offers=False
    )
    assert page is not None
    return page


def shown_booking(booking: Booking, *, language: str, now: datetime) -> ShownBooking:
    """With its event as people know it, also where that is not published any more."""
    event = booking.event
    page = recent_page(event.slug, language, event.changed_at)
    lines = {line.pk: line for line in booking.lines.all()}
    for ticket in booking.tickets.all():
        ticket.booking, ticket.event, ticket.line = booking, page.event, lines[ticket.line_id]
    booking.event = page.event
    return ShownBooking(booking, ShownEvent(page, language, now), now)
