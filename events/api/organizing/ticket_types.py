"""`/events/{slug}/ticket-types`: what can be chosen, and what it costs."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import body_of
from accounts.permissions import Permission
from events.api.organizing.calls import MinorUnits, Moment, Position, TeamView, one_of, row_of
from events.domain.ticket_types import (
    change_ticket_type,
    create_ticket_type,
    withdraw_ticket_type,
)
from events.enums import TaxKind, TicketKind
from events.models import Event, Pool, TicketType
from events.models.ticket_type import MOST_PER_ORDER
from ticketing.core.paging import PAGE_PARAMETERS, page_of, page_schema


class TicketTypeBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80, required=False)
    description = serializers.CharField(max_length=300, required=False, allow_blank=True)
    pool = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(
        TicketKind.choices, required=False, help_text="Left out, the price says it: 0 is free."
    )
    price = MinorUnits(required=False)
    min_price = MinorUnits(required=False)
    tax_kind = serializers.ChoiceField(TaxKind.choices, required=False)
    min_per_order = serializers.IntegerField(min_value=1, max_value=MOST_PER_ORDER, required=False)
    max_per_order = serializers.IntegerField(min_value=1, max_value=MOST_PER_ORDER, required=False)
    sale_starts_at = Moment(required=False, allow_null=True)
    sale_ends_at = Moment(required=False, allow_null=True)
    is_hidden = serializers.BooleanField(required=False, help_text="Until a code is given.")
    shown_after = serializers.UUIDField(
        required=False, allow_null=True, help_text="Hidden until this one is sold out or over."
    )
    position = Position()


class NewTicketTypeBody(TicketTypeBody):
    name = serializers.CharField(max_length=80)
    pool = serializers.UUIDField()
    price = MinorUnits()


class TicketTypeSerializer(serializers.Serializer[TicketType]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    pool = serializers.UUIDField(source="pool_id")
    kind = serializers.ChoiceField(TicketKind.choices)
    price = serializers.IntegerField(help_text="As it was given: fees and tax may come on top.")
    min_price = serializers.IntegerField()
    currency = serializers.CharField(source="event.currency")
    tax_kind = serializers.ChoiceField(TaxKind.choices)
    min_per_order = serializers.IntegerField()
    max_per_order = serializers.IntegerField()
    sale_starts_at = serializers.DateTimeField(allow_null=True)
    sale_ends_at = serializers.DateTimeField(allow_null=True)
    is_hidden = serializers.BooleanField()
    shown_after = serializers.UUIDField(source="shown_after_id", allow_null=True)
    position = serializers.IntegerField()


GENERAL = OpenApiExample(
    "General admission",
    value={
        "name": "General",
        "pool": "019ab2c4-7d50-7000-8000-5a3e6f0c1b2d",
        "price": 2100,
        "max_per_order": 6,
    },
    request_only=True,
)


def ticket_types_of(event: Event) -> QuerySet[TicketType]:
    """Those that are sold, or may be again; what was withdrawn is gone from here."""
    types = TicketType.objects.offered().filter(event=event)
    return types.select_related("event__organizer")


def facts_of(body: Mapping[str, Any], event: Event, *, kind: str) -> dict[str, Any]:
    """What was sent, with rows where it names them, and the kind that goes with the price."""
    facts = dict(body)
    if "pool" in facts:
        facts["pool"] = one_of(Pool.objects.filter(event=event), facts["pool"], field="pool")
    if "shown_after" in facts:
        facts["shown_after"] = one_of(
            ticket_types_of(event), facts["shown_after"], field="shown_after"
        )
    if "price" in facts and kind != TicketKind.OWN_PRICE:
        facts.setdefault("kind", TicketKind.PAID if facts["price"] else TicketKind.FREE)
    return facts


class TicketTypes(TeamView):
    @extend_schema(
        operation_id="events_ticket_types_list",
        parameters=PAGE_PARAMETERS,
        responses=page_schema(TicketTypeSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        """With those that the public does not see."""
        types = ticket_types_of(self.event(slug, Permission.SEE_EVENTS))
        return page_of(types, request, TicketTypeSerializer, ordering=("position", "id"))

    @extend_schema(
        request=NewTicketTypeBody, responses={201: TicketTypeSerializer}, examples=[GENERAL]
    )
    def post(self, request: Request, slug: str) -> Response:
        event, body = self.event(slug), body_of(NewTicketTypeBody, request)
        facts = facts_of(body, event, kind="")
        one = create_ticket_type(event, facts, by=self.person, now=timezone.now())
        return Response(TicketTypeSerializer(one).data, status=status.HTTP_201_CREATED)


class OneTicketType(TeamView):
    @extend_schema(responses=TicketTypeSerializer)
    def get(self, request: Request, slug: str, row: UUID) -> Response:
        event = self.event(slug, Permission.SEE_EVENTS)
        return Response(TicketTypeSerializer(row_of(ticket_types_of(event), row)).data)

    @extend_schema(request=TicketTypeBody, responses=TicketTypeSerializer)
    def patch(self, request: Request, slug: str, row: UUID) -> Response:
        """What was booked keeps the price it had."""
        event, body = self.event(slug), body_of(TicketTypeBody, request)
        one = row_of(ticket_types_of(event), row)
        facts = facts_of(body, event, kind=one.kind)
        change_ticket_type(one, facts, by=self.person, now=timezone.now())
        return Response(TicketTypeSerializer(one).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, row: UUID) -> Response:
        """Sells no more of it; what was sold stands."""
        one = row_of(ticket_types_of(self.event(slug)), row)
        withdraw_ticket_type(one, by=self.person, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
