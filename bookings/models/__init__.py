from bookings.models.answer_file import AnswerFile
from bookings.models.booking import Booking, BookingLine
from bookings.models.door import (
    CheckInList,
    Device,
    DeviceList,
    DoorEntry,
    ListedTicketType,
    Revocation,
)
from bookings.models.ticket import Ticket, TicketKey
from bookings.models.ticket_file import TicketFile

__all__ = [
    "AnswerFile",
    "Booking",
    "BookingLine",
    "CheckInList",
    "Device",
    "DeviceList",
    "DoorEntry",
    "ListedTicketType",
    "Revocation",
    "Ticket",
    "TicketFile",
    "TicketKey",
]
