"""What mails and pages link to: for who has the token of the link, and for who is signed in and
made the booking. To everybody else it is not there."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import User
from bookings.domain.access import NoSuchBooking, NoSuchTicket, booking_for, ticket_for
from bookings.domain.files import NothingToPrint, printed
from bookings.models import Booking
from bookings.queries.bookings import to_print
from bookings.showing.answers import calendar_answer, file_answer
from bookings.showing.calendar import calendar_of


@require_safe
def tickets_of_booking(request: HttpRequest, reference: str) -> HttpResponse:
    try:
        return file_answer(printed(opened(request, reference)))
    except NothingToPrint:
        raise Http404 from None


@require_safe
def calendar_of_booking(request: HttpRequest, reference: str) -> HttpResponse:
    booking = to_print(Booking.objects.all()).get(pk=opened(request, reference).pk)
    return calendar_answer(booking.reference, calendar_of(booking))


@require_safe
def ticket_file(request: HttpRequest, ticket: UUID) -> HttpResponse:
    try:
        found = ticket_for(ticket, by=person(request), token=request.GET.get("token", ""))
        return file_answer(printed(found.booking, ticket=found))
    except (NoSuchTicket, NothingToPrint):
        raise Http404 from None


def opened(request: HttpRequest, reference: str) -> Booking:
    try:
        return booking_for(reference, by=person(request), token=request.GET.get("token", ""))
    except NoSuchBooking:
        raise Http404 from None


def person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
