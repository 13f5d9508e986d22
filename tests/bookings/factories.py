"""One row of each kind, as it stands in the database, where how it came there does not matter."""

from datetime import datetime
from typing import Any

from django.db import transaction

from bookings.domain.expiring import guard, locked
from bookings.models import (
    Booking,
    BookingLine,
    CheckInList,
    Device,
    DoorEntry,
    FulfillmentPost,
    Ticket,
)  # fmt: skip
from tests.events.factories import NOW, TicketTypeFactory


def rows_of_bookings() -> dict[str, Any]:
    """A booking with a ticket that came in, and the list and scanner it came in by."""
    ticket_type = TicketTypeFactory(kind="free")
    event = ticket_type.event
    whose = {"event": event, "organizer_id": event.organizer_id}
    booking = Booking(
        **whose, reference="K7Q2M9XA", channel="office", language="en", buyer_name="Zoë",
        currency="EUR", total=0, status="confirmed", confirmed_at=NOW,
    )  # fmt: skip
    booking.save()
    line = BookingLine.objects.create(
        booking=booking, ticket_type=ticket_type, position=0, name="General", quantity=1,
        unit_price=0, total=0,
    )  # fmt: skip
    ticket = Ticket(
        **whose, booking=booking, line=line, ticket_type=ticket_type, number=1, status="valid"
    )
    ticket.save()
    door_list = CheckInList(**whose, name="Entrance")
    door_list.save()
    device = Device(**whose, name="North", token_digest="0" * 64)
    device.save()
    entry = DoorEntry(
        **whose, ticket=ticket, check_in_list=door_list, device=device, gate="North", kind="in",
        nonce="1", result="admitted", scanned_at=NOW, occurred_at=NOW, received_at=NOW,
    )  # fmt: skip
    entry.save()
    post = FulfillmentPost(**whose, booking=booking, what="booking.confirmed")
    post.save()
    return {
        "booking": booking,
        "ticket": ticket,
        "checkinlist": door_list,
        "device": device,
        "doorentry": entry,
        "fulfillmentpost": post,
    }


@transaction.atomic
def guard_hold(booking: Booking, *, until: datetime) -> None:
    """As while somebody pays."""
    locked(booking)
    guard(booking, until=until)
