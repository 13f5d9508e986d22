"""`/events/{slug}/discounts`: codes that make tickets cheaper or show hidden ones."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import body_of
from accounts.permissions import Permission
from events.api.organizing.calls import (
    ForRoles,
    Ids,
    MinorUnits,
    Moment,
    TeamView,
    all_of,
    row_of,
)
from events.api.organizing.ticket_types import ticket_types_of
from events.domain.codes import change_code, create_code, set_ticket_types, withdraw_code
from events.enums import CodeKind
from events.models import Code, Event
from events.models.code import MOST_USES
from ticketing.core.paging import PAGE_PARAMETERS, page_of, page_schema


class CodeBody(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=40, required=False)
    kind = serializers.ChoiceField(CodeKind.choices, required=False)
    percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, required=False, allow_null=True
    )
    amount = MinorUnits(required=False, allow_null=True, help_text="Off each ticket.")
    uses = serializers.IntegerField(
        min_value=1,
        max_value=MOST_USES,
        required=False,
        allow_null=True,
        help_text="How many bookings; null: no limit.",
    )
    budget = MinorUnits(
        required=False, allow_null=True, help_text="What it may take off in all; null: no limit."
    )
    valid_from_at = Moment(required=False, allow_null=True)
    valid_until = Moment(required=False, allow_null=True)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    ticket_types = Ids(help_text="Those it counts for; none: all.")


class NewCodeBody(CodeBody):
    code = serializers.CharField(max_length=40)
    kind = serializers.ChoiceField(CodeKind.choices)


class CodeSerializer(ForRoles):
    """Who may not see money sees what a code is worth, and not what it has cost; its words and
    the note about who gets it are for those who may edit."""

    seen_with = {
        "code": Permission.EDIT_EVENTS,
        "note": Permission.EDIT_EVENTS,
        "budget": Permission.SEE_MONEY,
        "spent": Permission.SEE_MONEY,
    }

    id = serializers.UUIDField()
    code = serializers.CharField(required=False)
    kind = serializers.ChoiceField(CodeKind.choices)
    percent = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    amount = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField(source="event.currency")
    uses = serializers.IntegerField(allow_null=True)
    used = serializers.IntegerField(
        source="used_count", help_text="Of what is counted: `uses` or `budget` is set."
    )
    budget = serializers.IntegerField(required=False, allow_null=True)
    spent = serializers.IntegerField(required=False)
    valid_from_at = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(required=False)
    ticket_types = serializers.SerializerMethodField()

    def get_ticket_types(self, code: Code) -> list[UUID]:
        return [link.ticket_type_id for link in code.counts_for.all()]


SPRING = OpenApiExample(
    "Ten percent, a hundred times",
    value={"code": "SPRING", "kind": "percent", "percent": "10.00", "uses": 100},
    request_only=True,
)


def codes_of(event: Event) -> QuerySet[Code]:
    codes = Code.objects.filter(event=event, withdrawn_at=None).select_related("event__organizer")
    return codes.prefetch_related("counts_for").annotate(
        used_count=Count("used", filter=Q(used__holder__isnull=False)),
        spent=Coalesce(Sum("used__spent"), 0),
    )


class CodeView(TeamView):
    def seen(self, event: Event) -> dict[str, Any]:
        return self.permissions_in(event.organizer, Permission.EDIT_EVENTS, Permission.SEE_MONEY)

    def shown(self, event: Event, row: UUID, **kwargs: Any) -> Response:
        code = row_of(codes_of(event), row)
        return Response(CodeSerializer(code, context=self.seen(event)).data, **kwargs)


class Codes(CodeView):
    @extend_schema(
        operation_id="events_discounts_list",
        parameters=PAGE_PARAMETERS,
        responses=page_schema(CodeSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        event = self.event(slug, Permission.SEE_EVENTS)
        return page_of(
            codes_of(event), request, CodeSerializer, ordering=("id",), context=self.seen(event)
        )

    @extend_schema(request=NewCodeBody, responses={201: CodeSerializer}, examples=[SPRING])
    def post(self, request: Request, slug: str) -> Response:
        """Counts for all ticket types, or for those that are named."""
        event, body = self.event(slug), body_of(NewCodeBody, request)
        named = body.pop("ticket_types", [])
        types = all_of(ticket_types_of(event), named, field="ticket_types")
        code = create_code(event, body, ticket_types=types, by=self.person, now=timezone.now())
        return self.shown(event, code.pk, status=status.HTTP_201_CREATED)


class OneCode(CodeView):
    @extend_schema(responses=CodeSerializer)
    def get(self, request: Request, slug: str, row: UUID) -> Response:
        return self.shown(self.event(slug, Permission.SEE_EVENTS), row)

    @extend_schema(request=CodeBody, responses=CodeSerializer)
    def patch(self, request: Request, slug: str, row: UUID) -> Response:
        """Bookings keep what they got."""
        event, body = self.event(slug), body_of(CodeBody, request)
        self.change(event, row_of(codes_of(event), row), body)
        return self.shown(event, row)

    @transaction.atomic
    def change(self, event: Event, code: Code, body: dict[str, Any]) -> None:
        now, named = timezone.now(), body.pop("ticket_types", None)
        change_code(code, body, by=self.person, now=now)
        if named is not None:
            types = all_of(ticket_types_of(event), named, field="ticket_types")
            set_ticket_types(code, types, by=self.person, now=now)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, row: UUID) -> Response:
        """It is not taken any more; bookings that used it stand."""
        code = row_of(codes_of(self.event(slug)), row)
        withdraw_code(code, by=self.person, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
