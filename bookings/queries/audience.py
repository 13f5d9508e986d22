"""Whom an organizer writes to: who booked, once per address, and who of them wants to hear of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from accounts.notifications.enums import Channel, Topic
from accounts.notifications.models import Preference
from bookings.enums import Audience, BookingStatus, TicketStatus
from bookings.models import AttendeeMessage, Booking, Ticket
from bookings.queries.office import came_in


@dataclass(frozen=True)
class Reach:
    """How many people a message is for, each address once."""

    people: int
    not_wanting: int

    @property
    def reached(self) -> int:
        return self.people - self.not_wanting


def audience_of(
    event: UUID,
    audience: str,
    *,
    ticket_type: UUID | None = None,
    until: datetime | None = None,
) -> QuerySet[Booking]:
    """Confirmed bookings with an address and a ticket as wanted; `until` leaves out later ones."""
    tickets = Ticket.objects.filter(booking=OuterRef("pk"), status=TicketStatus.VALID)
    if ticket_type is not None:
        tickets = tickets.filter(ticket_type=ticket_type)
    rows = Booking.objects.filter(event=event, status=BookingStatus.CONFIRMED)
    rows = rows.exclude(buyer_email="").filter(Exists(tickets))
    if until is not None:
        rows = rows.filter(confirmed_at__lte=until)
    match Audience(audience):
        case Audience.CAME:
            return rows.filter(Exists(came_in(tickets, has=True)))
        case Audience.ABSENT:
            return rows.filter(~Exists(came_in(tickets, has=True)))
        case _:
            return rows


def reach_of(message: AttendeeMessage) -> Reach:
    """Asked anew each time, by one statement."""
    of_organizers = Preference.objects.filter(
        channel=Channel.EMAIL, topic=Topic.ORGANIZER_NEWS, is_wanted=False
    )
    # Who has an account at the address has said it there; everybody else by the address.
    own = Q(user=OuterRef("user"), user__email__iexact=OuterRef("buyer_email"))
    guest = Q(address=Lower(OuterRef("buyer_email")))
    rows = audience_of(message.event_id, message.audience, ticket_type=message.ticket_type_id)
    said_no = Exists(of_organizers.filter(own | guest))
    found = (
        rows.order_by()
        .annotate(said_no=said_no, at=Lower(F("buyer_email")))
        .aggregate(
            people=Count("at", distinct=True),
            not_wanting=Count("at", distinct=True, filter=Q(said_no=True)),
        )
    )
    return Reach(found["people"], found["not_wanting"])
