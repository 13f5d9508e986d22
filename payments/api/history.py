"""What was paid and what came back: of a booking, of a person, of an event."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import PersonView
from accounts.permissions import Permission
from events.api.organizing.calls import TeamView
from payments.api.shapes import PastPaymentShape
from payments.models import Payment
from ticketing.core.paging import PAGE_PARAMETERS, page_of, page_schema


def past(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    return payments.select_related("booking__event").prefetch_related("refunds")


PAST = page_schema(PastPaymentShape)


class MyPayments(PersonView):
    @extend_schema(operation_id="payments_list", parameters=PAGE_PARAMETERS, responses=PAST)
    def get(self, request: Request) -> Response:
        """Mine over all bookings, the newest first."""
        mine = past(Payment.objects.filter(booking__user=self.person))
        return page_of(mine, request, PastPaymentShape, ordering=["-id"])


class EventPayments(TeamView):
    @extend_schema(operation_id="events_payments_list", parameters=PAGE_PARAMETERS, responses=PAST)
    def get(self, request: Request, slug: str) -> Response:
        """All of an event, for who may see its money; the newest first."""
        event = self.event(slug, Permission.SEE_MONEY)
        theirs = past(Payment.objects.filter(booking__event=event))
        return page_of(theirs, request, PastPaymentShape, ordering=["-id"])
