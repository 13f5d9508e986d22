from bookings.models.booking import Booking, BookingLine
from bookings.models.ticket import Ticket, TicketKey

__all__ = ["Booking", "BookingLine", "Ticket", "TicketKey"]
