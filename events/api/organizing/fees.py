"""`/events/{slug}/fees`: what is charged with each ticket that costs something."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import body_of
from accounts.permissions import Permission
from events.api.organizing.calls import MinorUnits, Position, TeamView, row_of
from events.domain.charges import add_fee, change_fee, remove_fee
from events.models import Event, Fee
from ticketing.core.paging import PAGE_PARAMETERS, page_of, page_schema


class FeeBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80, required=False)
    percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False
    )
    amount = MinorUnits(required=False, help_text="For each ticket.")
    is_included = serializers.BooleanField(
        required=False, help_text="Contained in the price; else it comes on top."
    )
    position = Position()


class NewFeeBody(FeeBody):
    name = serializers.CharField(max_length=80)


class FeeSerializer(serializers.Serializer[Fee]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    percent = serializers.DecimalField(max_digits=5, decimal_places=2)
    amount = serializers.IntegerField()
    currency = serializers.CharField(source="event.currency")
    is_included = serializers.BooleanField()
    position = serializers.IntegerField()


ONE_EURO = OpenApiExample(
    "One euro a ticket", value={"name": "Booking fee", "amount": 100}, request_only=True
)


def fees_of(event: Event) -> QuerySet[Fee]:
    return Fee.objects.filter(event=event).select_related("event__organizer")


class Fees(TeamView):
    @extend_schema(
        operation_id="events_fees_list",
        parameters=PAGE_PARAMETERS,
        responses=page_schema(FeeSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        fees = fees_of(self.event(slug, Permission.SEE_EVENTS))
        return page_of(fees, request, FeeSerializer, ordering=("position", "id"))

    @extend_schema(request=NewFeeBody, responses={201: FeeSerializer}, examples=[ONE_EURO])
    def post(self, request: Request, slug: str) -> Response:
        event, body = self.event(slug), body_of(NewFeeBody, request)
        fee = add_fee(event, body, by=self.person, now=timezone.now())
        return Response(FeeSerializer(fee).data, status=status.HTTP_201_CREATED)


class OneFee(TeamView):
    @extend_schema(responses=FeeSerializer)
    def get(self, request: Request, slug: str, number: int) -> Response:
        event = self.event(slug, Permission.SEE_EVENTS)
        return Response(FeeSerializer(row_of(fees_of(event), number)).data)

    @extend_schema(request=FeeBody, responses=FeeSerializer)
    def patch(self, request: Request, slug: str, number: int) -> Response:
        """What was booked keeps the fees it had."""
        event, body = self.event(slug), body_of(FeeBody, request)
        fee = row_of(fees_of(event), number)
        change_fee(fee, body, by=self.person, now=timezone.now())
        return Response(FeeSerializer(fee).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, number: int) -> Response:
        remove_fee(row_of(fees_of(self.event(slug)), number), by=self.person, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
