"""`/bookings/{reference}/billing`: to whom the invoice is."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import body_of
from bookings.api.bookings import TOKEN, BookerView
from bookings.api.shapes import BillingBody
from payments.domain.billing import change_billing
from payments.showing.billing import known_billing


@extend_schema(parameters=[TOKEN], responses=BillingBody)
class BookingBilling(BookerView):
    def get(self, request: Request, reference: str) -> Response:
        return Response(self.known(reference))

    @extend_schema(request=BillingBody)
    def put(self, request: Request, reference: str) -> Response:
        """All of it: what is not sent is empty. The VAT number comes back as it is written
        officially. What was invoiced already is credited and issued anew, three times at most:
        409 `corrected_often`."""
        booking, body = self.booking(reference), body_of(BillingBody, request)
        given = {name: value or "" for name, value in body.items()}
        change_billing(booking, given, by=self.person, now=timezone.now())
        return Response(self.known(reference))

    def known(self, reference: str) -> dict[str, Any]:
        known = known_billing(self.booking(reference))
        return {name: value or None for name, value in known.items()}
