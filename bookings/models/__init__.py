from bookings.models.booking import Booking, BookingLine
from bookings.models.ticket import Ticket, TicketKey
from bookings.models.ticket_file import TicketFile

__all__ = ["Booking", "BookingLine", "Ticket", "TicketFile", "TicketKey"]
