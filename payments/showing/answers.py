"""Documents as answers, of pages and of the API alike."""

from django.http import HttpResponse

from bookings.domain.files import PDF
from bookings.showing.answers import FOR_NOBODY_ELSE, saved_as
from payments.models import Invoice
from payments.showing.printing import print_invoice


def invoice_answer(invoice: Invoice) -> HttpResponse:
    headers = {
        "Content-Disposition": saved_as(f"{invoice.spelled}.pdf"),
        "Cache-Control": FOR_NOBODY_ELSE,
    }
    return HttpResponse(print_invoice(invoice), content_type=PDF, headers=headers)
