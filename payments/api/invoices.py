"""`/bookings/{reference}/invoice`: the booking's invoice as a file."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from bookings.api.bookings import TOKEN, BookerView
from bookings.domain.files import PDF
from payments.domain.invoicing import standing_invoice
from payments.models import Invoice
from payments.showing.answers import invoice_answer
from ticketing.core.errors import NotThere

WHICH = OpenApiParameter(
    "number", str, description="Of a credit note or an earlier invoice; the invoice that counts "
    "if not given.", pattern=r"^\d{4}-\d{6,}$",
)  # fmt: skip


class NoInvoice(NotThere):
    code = "not_found"
    message = _("There is no such invoice.")


@extend_schema(parameters=[TOKEN, WHICH], responses={(200, PDF): OpenApiTypes.BINARY})
class BookingInvoice(BookerView):
    def get(self, request: Request, reference: str) -> HttpResponse:
        """It is there a moment after the booking is confirmed; 404 until then."""
        booking = self.booking(reference)
        theirs = Invoice.objects.filter(booking=booking)
        number = request.query_params.get("number")
        found = (
            standing_invoice(booking.pk)
            if number is None
            else next((one for one in theirs if one.spelled == number), None)
        )
        if found is None:
            raise NoInvoice
        return invoice_answer(found)
