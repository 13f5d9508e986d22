"""`/bookings/{reference}/payments` and `/payments/{id}`: to pay, and what became of it."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import PersonView, body_of
from bookings.api.bookings import TOKEN, BookerView
from payments.api.history import PAST, past
from payments.api.shapes import (
    PastPaymentShape,
    PayBody,
    PaymentShape,
    RefundBody,
    RefundShape,
    WaysShape,
    payment_shown,
)
from payments.domain.access import payment_for, payment_to_refund
from payments.domain.choosing import ways_to_pay
from payments.domain.refunding import left_of, request_refund
from payments.domain.returning import require_ours
from payments.domain.settling import settle
from payments.domain.starting import Wanted, start_payment
from payments.enums import Channel, RefundReason
from payments.models import Payment
from ticketing.core.idempotency import HEADER
from ticketing.core.money import Money
from ticketing.core.paging import PAGE_PARAMETERS, page_of


class PayerView(BookerView):
    """It asks gateways, so nothing is kept locked meanwhile: keys work by a lease."""

    idempotency = "lease"
    idempotency_lease = timedelta(seconds=60)

    def payment(self, key: UUID) -> Payment:
        token = self.request.headers.get("X-Booking-Token", "")
        return payment_for(key, by=self.person, token=token)


@extend_schema(parameters=[TOKEN])
class BookingPayments(PayerView):
    @extend_schema(
        operation_id="bookings_payments_list", parameters=PAGE_PARAMETERS, responses=PAST
    )
    def get(self, request: Request, reference: str) -> Response:
        """Every attempt, and what came back of it; the newest first."""
        theirs = past(Payment.objects.filter(booking=self.booking(reference)))
        return page_of(theirs, request, PastPaymentShape, ordering=["-id"])

    @extend_schema(request=PayBody, responses={201: PaymentShape})
    def post(self, request: Request, reference: str) -> Response:
        """Begin to pay. While an attempt runs, the same one is answered again."""
        booking, body = self.booking(reference), body_of(PayBody, request)
        wanted = Wanted(
            channel=Channel(body["channel"]),
            return_url=require_ours(body["return_url"]),
            gateway=body["gateway"],
            method=body["method"],
        )
        payment = start_payment(booking, wanted, by=self.person, now=timezone.now())
        return Response(payment_shown(payment), status=status.HTTP_201_CREATED)


@extend_schema(parameters=[TOKEN], responses=WaysShape)
class PaymentMethods(PayerView):
    def get(self, request: Request, reference: str) -> Response:
        """What this currency, region and organizer can use, the first choice first."""
        booking = self.booking(reference)
        channels: dict[str, list[str]] = {}
        methods: dict[str, tuple[str, ...]] = {}
        for channel in Channel:
            for way in ways_to_pay(booking, channel=channel):
                channels.setdefault(way.gateway.name, []).append(channel)
                methods[way.gateway.name] = way.gateway.capabilities().methods
        ways = [
            {"gateway": name, "methods": list(methods[name]), "channels": fitting}
            for name, fitting in channels.items()
        ]
        return Response({"currency": booking.currency, "results": ways})


@extend_schema(parameters=[TOKEN], responses=PaymentShape)
class OnePayment(PayerView):
    def get(self, request: Request, payment: UUID) -> Response:
        """As we know it; `confirm` asks the gateway."""
        return Response(payment_shown(self.payment(payment)))


@extend_schema(parameters=[TOKEN], request=None, responses=PaymentShape)
class ConfirmPayment(PayerView):
    def post(self, request: Request, payment: UUID) -> Response:
        """Ask the gateway for the truth and make it so here; as often as you like."""
        found = self.payment(payment)
        return Response(payment_shown(settle(found.pk, now=timezone.now())))


class Refunds(PersonView):
    @extend_schema(request=RefundBody, responses={202: RefundShape})
    def post(self, request: Request, payment: UUID) -> Response:
        """For the organizer's finance: give back all that is left, or some of it."""
        found, body = payment_to_refund(payment, by=self.person), body_of(RefundBody, request)
        amount = body.get("amount")
        refund = request_refund(
            found,
            left_of(found) if amount is None else Money(amount, found.currency),
            reason=RefundReason.ORGANIZER,
            # Two refunds of the same sum are two, unless they are one call that was repeated.
            occasion=f"call:{request.headers.get(HEADER) or uuid4()}"[:120],
            words=body["reason"],
            tickets=body.get("tickets", ()),
            by=self.person,
            now=timezone.now(),
        )
        return Response(RefundShape(refund).data, status=status.HTTP_202_ACCEPTED)
