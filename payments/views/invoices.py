"""Invoices and credit notes of a booking, for who may open it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bookings.domain.access import NoSuchBooking
from bookings.views.booking import opened
from payments.models import Invoice
from payments.showing.answers import invoice_answer


@require_safe
def document(request: HttpRequest, reference: str, row: UUID) -> HttpResponse:
    try:
        booking = opened(request, reference)
    except NoSuchBooking:
        raise Http404 from None
    found = Invoice.objects.filter(booking=booking, pk=row).first()
    if found is None:
        raise Http404
    return invoice_answer(found)
