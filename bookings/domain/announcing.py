"""What the rest of the product is told of a booking that somebody has now."""

from bookings.announcements import BookingConfirmed, PlacesHeld
from bookings.models import Booking
from ticketing.core.outbox import announce


def announce_confirmed(booking: Booking) -> None:
    announce(
        BookingConfirmed(booking_id=booking.pk, is_free=booking.costs_nothing),
        about=booking,
        organizer=booking.organizer_id,
    )


def announce_booked(booking: Booking) -> None:
    """That it is certain; or that its places are held, and until when."""
    if booking.expires_at is None:
        announce_confirmed(booking)
        return
    announce(
        PlacesHeld(booking_id=booking.pk, expires_at=booking.expires_at),
        about=booking,
        organizer=booking.organizer_id,
    )
