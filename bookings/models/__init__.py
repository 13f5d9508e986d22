from bookings.models.answer_file import AnswerFile
from bookings.models.attendee_message import AttendeeMessage
from bookings.models.booking import Booking, BookingLine
from bookings.models.door import (
    CheckInList,
    Device,
    DeviceList,
    DoorEntry,
    ListedTicketType,
    Revocation,
)
from bookings.models.fulfillment import FulfillmentEndpoint, FulfillmentPost
from bookings.models.importing import BookingImport, ImportLine
from bookings.models.ticket import Ticket, TicketKey
from bookings.models.ticket_file import TicketFile

__all__ = [
    "AnswerFile",
    "AttendeeMessage",
    "Booking",
    "BookingImport",
    "BookingLine",
    "CheckInList",
    "Device",
    "DeviceList",
    "DoorEntry",
    "FulfillmentEndpoint",
    "FulfillmentPost",
    "ImportLine",
    "ListedTicketType",
    "Revocation",
    "Ticket",
    "TicketFile",
    "TicketKey",
]
