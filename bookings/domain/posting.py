"""A booking as organizers' own systems are told of it (docs/fulfillment.md). Amounts are in the
smallest unit of their currency; what may be added later are fields."""

from datetime import datetime
from typing import Any

from bookings.models import Booking, BookingLine, Ticket
from events.models import Event


def booking_told(booking: Booking) -> dict[str, Any]:
    return {
        "organizer": str(booking.organizer_id),
        "event": event_told(booking.event),
        "booking": {
            "reference": booking.reference,
            "status": booking.status,
            "is_complimentary": booking.is_comp,
            "language": booking.language,
            "currency": booking.currency,
            "total": booking.total,
            "fees": booking.fees,
            "tax": booking.tax,
            "discount": booking.discount,
            "confirmed_at": moment(booking.confirmed_at),
            "cancelled_at": moment(booking.cancelled_at),
            "buyer": {
                "name": booking.buyer_name,
                "email": booking.buyer_email,
                "phone": booking.buyer_phone,
            },
            "answers": booking.answers,
            "lines": [line_told(one) for one in booking.lines.all()],
            "tickets": [ticket_told(one, booking) for one in booking.tickets.all()],
        },
    }


def event_told(event: Event) -> dict[str, Any]:
    return {
        "id": str(event.pk),
        "slug": event.slug,
        "title": event.title,
        "starts_at": moment(event.starts_at),
        "time_zone": str(event.zone),
    }


def line_told(line: BookingLine) -> dict[str, Any]:
    return {
        "ticket_type": str(line.ticket_type_id),
        "name": line.name,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "total": line.total,
    }


def ticket_told(ticket: Ticket, booking: Booking) -> dict[str, Any]:
    """Without its code: that opens a door."""
    return {
        "id": str(ticket.pk),
        "serial": f"{booking.reference}-{ticket.number}",
        "ticket_type": str(ticket.ticket_type_id),
        "status": ticket.status,
        "name": ticket.attendee_name,
        "email": ticket.attendee_email,
        "answers": ticket.answers,
    }


def moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
