"""`/bookings`: from holding places to having tickets."""

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import BearerAuthentication
from accounts.api.calls import body_of
from accounts.models import User
from bookings.api.shapes import (
    BookingBody,
    BookingShape,
    CancelBody,
    ChangeBody,
    attendee_of,
    booking_shown,
    buyer_of,
    wish_of,
)
from bookings.domain.access import booking_for
from bookings.domain.confirming import cancel_booking, change_booking, confirm_free_booking
from bookings.domain.fairness import Caller, Proof, require_fair
from bookings.domain.holding import book_places, extend_hold
from bookings.domain.selling import NoSuchEvent
from bookings.models import Booking
from bookings.queries.bookings import in_full, listed
from bookings.queries.sales import sale
from ticketing.core.api import View
from ticketing.core.clock import database_now
from ticketing.core.limits import client_address
from ticketing.core.paging import PAGE_PARAMETERS, page_of, page_schema

TOKEN = OpenApiParameter(
    "X-Booking-Token",
    str,
    OpenApiParameter.HEADER,
    description="What opens the booking for who is not signed in.",
)


def caller_of(request: Request, challenge: dict[str, str] | None) -> Caller:
    """An app keeps no cookie: it is known by its address alone."""
    proof = Proof(challenge["token"], challenge["solution"]) if challenge else None
    return Caller(address=client_address(request), proof=proof)


class BookerView(View):
    """For guests with a token and for people who are signed in; nothing of it is stored."""

    authentication_classes = [BearerAuthentication]
    permission_classes = [AllowAny]

    @property
    def person(self) -> User | None:
        return self.request.user if isinstance(self.request.user, User) else None

    def booking(self, reference: str) -> Booking:
        token = self.request.headers.get("X-Booking-Token", "")
        return booking_for(reference, by=self.person, token=token)

    def shown(self, booking: Booking, **kwargs: Any) -> Response:
        shown = in_full(Booking.objects.all()).get(pk=booking.pk)
        return Response(booking_shown(shown), **kwargs)


class Bookings(BookerView):
    @extend_schema(
        operation_id="bookings_list",
        parameters=PAGE_PARAMETERS,
        responses=page_schema(BookingShape),
    )
    def get(self, request: Request) -> Response:
        """Mine, the newest first."""
        if self.person is None:
            raise NotAuthenticated
        mine = listed(Booking.objects.filter(user=self.person))
        return page_of(mine, request, BookingShape, ordering=["-id"])

    @extend_schema(request=BookingBody, responses={201: BookingShape})
    def post(self, request: Request) -> Response:
        """Hold places. What costs nothing and names a buyer is confirmed at once."""
        body = body_of(BookingBody, request)
        wish = wish_of(body, language=get_language() or "en")
        found = sale(body["event"])
        if found is None:
            raise NoSuchEvent(field="event")
        require_fair(found.event.pk, caller_of(request, body.get("challenge")), now=found.as_of)
        former = self.booking(body["replaces"]) if body["replaces"] else None
        booking = book_places(found, wish, by=self.person, now=found.as_of, instead_of=former)
        return Response(booking_shown(booking), status=status.HTTP_201_CREATED)


@extend_schema(parameters=[TOKEN])
class OneBooking(BookerView):
    @extend_schema(responses=BookingShape)
    def get(self, request: Request, reference: str) -> Response:
        return Response(booking_shown(self.booking(reference)))

    @extend_schema(request=ChangeBody, responses=BookingShape)
    def patch(self, request: Request, reference: str) -> Response:
        """Who comes and what they answer; prices and places stay."""
        booking, body = self.booking(reference), body_of(ChangeBody, request)
        change_booking(
            booking,
            buyer=buyer_of(body.get("buyer")),
            attendees={one["ticket"]: attendee_of(one) for one in body.get("attendees", ())},
            answers=body.get("answers"),
            has_accepted_terms=body["terms_accepted"],
            by=self.person,
            now=database_now(),
        )
        return self.shown(booking)


@extend_schema(parameters=[TOKEN], request=None, responses=BookingShape)
class ConfirmBooking(BookerView):
    def post(self, request: Request, reference: str) -> Response:
        """A held booking that costs nothing becomes certain."""
        booking = self.booking(reference)
        confirm_free_booking(booking, by=self.person, now=database_now())
        return self.shown(booking)


@extend_schema(parameters=[TOKEN], request=None, responses=BookingShape)
class ExtendBooking(BookerView):
    def post(self, request: Request, reference: str) -> Response:
        """Ten minutes more, once."""
        booking = self.booking(reference)
        extend_hold(booking, by=self.person, now=database_now())
        return self.shown(booking)


@extend_schema(parameters=[TOKEN], request=CancelBody, responses=BookingShape)
class CancelBooking(BookerView):
    def post(self, request: Request, reference: str) -> Response:
        """Give up the booking, or some of its tickets. Their places are free at once."""
        booking, body = self.booking(reference), body_of(CancelBody, request)
        cancel_booking(booking, **body, by=self.person, now=database_now())
        return self.shown(booking)
