"""To whom the invoice is, said or corrected after the booking."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from bookings.views.booking import opened, page, shown
from bookings.views.choosing import person_of
from payments.domain.billing import change_billing
from payments.domain.invoicing import standing_invoice
from payments.forms import BillingForm
from payments.showing.billing import known_billing
from ticketing.core.errors import DomainError
from ticketing.core.problems import add_to_form


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invoice_details(request: HttpRequest, reference: str) -> HttpResponse:
    found = shown(opened(request, reference))
    booking = found.booking
    if not booking.is_confirmed or booking.costs_nothing:
        return redirect("booking", booking.reference)
    sent = request.POST if request.method == "POST" else None
    form = BillingForm(sent, initial=known_billing(booking))
    if form.is_valid():
        try:
            change_billing(booking, form.cleaned_data, by=person_of(request), now=timezone.now())
        except DomainError as error:
            add_to_form(form, error)
        else:
            messages.success(request, _("The invoice details are kept."))
            return redirect("booking", booking.reference)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    invoice = standing_invoice(booking.pk)
    return page(
        request, "payments/invoice_details.html", found, form=form, invoice=invoice, status=status
    )
