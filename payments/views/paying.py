"""From the second screen to where it is paid, and back."""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bookings.domain.access import NoSuchBooking
from bookings.domain.confirming import HoldExpired
from bookings.models import Booking
from bookings.showing.booking import ShownBooking
from bookings.views.booking import opened, shown
from bookings.views.choosing import person_of
from payments.domain.settling import settle
from payments.domain.starting import AlreadyPaid, Wanted, start_payment
from payments.enums import Channel
from payments.models import Payment
from payments.queries import last_payment
from payments.showing.payment import ShownPayment
from ticketing.core.errors import DomainError
from ticketing.core.problems import status_of

# Whoever looks again within a second gets what is known.
FRESH = timedelta(seconds=1)


def begin(request: HttpRequest, booking: Booking) -> HttpResponse:
    """On to the gateway's page; or to ours, which says what is in the way."""
    address = settings.SITE_URL + reverse("payment-return", args=[UUID(int=0)])
    wanted = Wanted(channel=Channel.WEB, return_url=address.replace(str(UUID(int=0)), "{payment}"))
    try:
        payment = start_payment(booking, wanted, by=person_of(request), now=timezone.now())
    except (HoldExpired, AlreadyPaid):
        return redirect("booking", booking.reference)
    except DomainError as error:
        return status_page(request, shown(booking), None, error=error)
    if address := ShownPayment(payment).address:
        return redirect(address)
    return redirect("booking-payment", booking.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, reference: str) -> HttpResponse:
    """Once more; whoever only comes to look sees how it is."""
    found = opened(request, reference)
    if request.method != "POST":
        return redirect("booking-payment", reference)
    return begin(request, found)


@require_safe
def payment_page(request: HttpRequest, reference: str) -> HttpResponse:
    """What became of it. Whoever comes here first makes it true, without waiting for a notice."""
    found = opened(request, reference)
    payment = last_payment(found)
    if payment is not None:
        payment = looked_at(payment)
        found.refresh_from_db()
    if found.is_confirmed or payment is None:
        return redirect("booking", reference)
    return status_page(request, shown(opened(request, reference)), ShownPayment(payment))


@require_http_methods(["GET", "HEAD"])
def come_back(request: HttpRequest, payment: UUID) -> HttpResponse:
    """From the gateway, on this device or another: the address alone opens nobody's tickets."""
    found = Payment.objects.select_related("booking").filter(pk=payment).first()
    if found is None:
        raise NoSuchBooking
    if found.is_open:
        found = settle(found.pk, now=timezone.now())
    try:
        opened(request, found.booking.reference)
    except NoSuchBooking:
        return render(request, "payments/elsewhere.html", {"paid": ShownPayment(found)})
    return redirect("booking-payment", found.booking.reference)


def looked_at(payment: Payment) -> Payment:
    now = timezone.now()
    is_fresh = payment.looked_at is not None and payment.looked_at > now - FRESH
    return payment if is_fresh or not payment.is_open else settle(payment.pk, now=now)


def status_page(
    request: HttpRequest,
    booking: ShownBooking,
    payment: ShownPayment | None,
    *,
    error: DomainError | None = None,
) -> HttpResponse:
    context = {
        "booking": booking,
        "shown": booking.event,
        "paid": payment,
        "trouble": str(error) if error else "",
        "can_try": booking.booking.is_held and not booking.is_over,
    }
    status = status_of(error) if error else HTTPStatus.OK
    answer = render(request, "payments/payment.html", context, status=status)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
