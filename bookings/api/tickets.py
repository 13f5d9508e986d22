"""One ticket, and the files of tickets and bookings."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.bookings import TOKEN, BookerView
from bookings.api.shapes import TicketShape, ticket_shown
from bookings.domain.access import ticket_for
from bookings.domain.codes import codes_of
from bookings.domain.files import PDF, printed
from bookings.models import Booking, Ticket
from bookings.queries.bookings import to_print
from bookings.showing.answers import CALENDAR, calendar_answer, file_answer
from bookings.showing.calendar import calendar_of

MOVED = OpenApiResponse(description="To where the file is, for some minutes.")


class FileRenderer(BaseRenderer):
    """So that who accepts nothing but the file is answered; errors are problems all the same."""

    format = "file"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        rendered: bytes = JSONRenderer().render(data)
        return rendered


class PDFRenderer(FileRenderer):
    media_type = PDF


class CalendarRenderer(FileRenderer):
    media_type = CALENDAR


class HolderView(BookerView):
    def ticket(self, key: UUID) -> Ticket:
        token = self.request.headers.get("X-Booking-Token", "")
        return ticket_for(key, by=self.person, token=token)


@extend_schema(parameters=[TOKEN])
class OneTicket(HolderView):
    @extend_schema(responses=TicketShape)
    def get(self, request: Request, ticket: UUID) -> Response:
        """One ticket, with what its code says while it lets somebody in."""
        found = self.ticket(ticket)
        codes = codes_of([found] if found.is_valid and found.booking.is_confirmed else [])
        return Response(ticket_shown(found, codes.get(found.pk)))


@extend_schema(parameters=[TOKEN], responses={(200, PDF): OpenApiTypes.BINARY, 302: MOVED})
class TicketPDF(HolderView):
    renderer_classes = [PDFRenderer, JSONRenderer]

    def get(self, request: Request, ticket: UUID) -> HttpResponseBase:
        """The file, or where it is."""
        found = self.ticket(ticket)
        return file_answer(printed(found.booking, ticket=found))


@extend_schema(parameters=[TOKEN], responses={(200, PDF): OpenApiTypes.BINARY, 302: MOVED})
class BookingPDF(BookerView):
    renderer_classes = [PDFRenderer, JSONRenderer]

    def get(self, request: Request, reference: str) -> HttpResponseBase:
        """All its tickets in one file, or where that is."""
        return file_answer(printed(self.booking(reference)))


@extend_schema(parameters=[TOKEN], responses={(200, CALENDAR): OpenApiTypes.STR})
class BookingCalendar(BookerView):
    renderer_classes = [CalendarRenderer, JSONRenderer]

    def get(self, request: Request, reference: str) -> HttpResponseBase:
        """An entry for calendars."""
        booking = to_print(Booking.objects.all()).get(pk=self.booking(reference).pk)
        return calendar_answer(booking.reference, calendar_of(booking))
