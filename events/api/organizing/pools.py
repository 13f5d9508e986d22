"""`/events/{slug}/pools`: what can sell out."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import body_of
from accounts.permissions import Permission
from events.api.organizing.calls import Position, TeamView, row_of
from events.domain.pools import change_pool, create_pool, delete_pool
from events.domain.seats import name_seats
from events.models import Event, Pool
from events.models.pool import LARGEST_POOL
from ticketing.core.paging import PAGE_PARAMETERS, page_of, page_schema


class PoolBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80, required=False)
    capacity = serializers.IntegerField(
        min_value=0, required=False, allow_null=True, help_text="null: no limit."
    )
    position = Position()


class NewPoolBody(PoolBody):
    name = serializers.CharField(max_length=80)
    capacity = serializers.IntegerField(min_value=0, allow_null=True, help_text="null: no limit.")


class PoolSerializer(serializers.Serializer[Pool]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    capacity = serializers.IntegerField(allow_null=True)
    free = serializers.SerializerMethodField()
    position = serializers.IntegerField()

    def get_free(self, pool: Pool) -> int | None:
        """Places that nobody has; null without a limit."""
        return None if pool.is_unlimited else pool.__dict__["free"]


THE_HALL = OpenApiExample("A hall", value={"name": "Hall", "capacity": 120}, request_only=True)


def pools_of(event: Event) -> QuerySet[Pool]:
    free = Count("places", filter=Q(places__holder=None))
    return Pool.objects.filter(event=event).select_related("event__organizer").annotate(free=free)


def shown(event: Event, pool: Pool) -> dict[str, Any]:
    return PoolSerializer(pools_of(event).get(pk=pool.pk)).data


class Pools(TeamView):
    @extend_schema(
        operation_id="events_pools_list",
        parameters=PAGE_PARAMETERS,
        responses=page_schema(PoolSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        pools = pools_of(self.event(slug, Permission.SEE_EVENTS))
        return page_of(pools, request, PoolSerializer, ordering=("position", "id"))

    @extend_schema(request=NewPoolBody, responses={201: PoolSerializer}, examples=[THE_HALL])
    def post(self, request: Request, slug: str) -> Response:
        """Several ticket types may draw on one."""
        event, body = self.event(slug), body_of(NewPoolBody, request)
        pool = create_pool(event, **body, by=self.person, now=timezone.now())
        return Response(shown(event, pool), status=status.HTTP_201_CREATED)


class OnePool(TeamView):
    @extend_schema(responses=PoolSerializer)
    def get(self, request: Request, slug: str, row: UUID) -> Response:
        event = self.event(slug, Permission.SEE_EVENTS)
        return Response(PoolSerializer(row_of(pools_of(event), row)).data)

    @extend_schema(request=PoolBody, responses=PoolSerializer)
    def patch(self, request: Request, slug: str, row: UUID) -> Response:
        """Capacity goes down as far as places are free: else 409 `places_taken`."""
        event, body = self.event(slug), body_of(PoolBody, request)
        pool = row_of(pools_of(event), row)
        change_pool(pool, body, by=self.person, now=timezone.now())
        return Response(shown(event, pool))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, row: UUID) -> Response:
        """409 `pool_in_use` while tickets draw on it."""
        pool = row_of(pools_of(self.event(slug)), row)
        delete_pool(pool, by=self.person, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class SeatsBody(serializers.Serializer[Any]):
    names = serializers.ListField(
        child=serializers.CharField(max_length=40, allow_blank=True), max_length=LARGEST_POOL
    )


class Seats(TeamView):
    @extend_schema(
        request=SeatsBody,
        responses=PoolSerializer,
        examples=[OpenApiExample("A row", value={"names": ["A 1", "A 2"]}, request_only=True)],
    )
    def put(self, request: Request, slug: str, row: UUID) -> Response:
        """Names the places in their order. A seat that somebody has keeps its name."""
        event, body = self.event(slug), body_of(SeatsBody, request)
        pool = row_of(pools_of(event), row)
        name_seats(pool, body["names"], by=self.person, now=timezone.now())
        return Response(shown(event, pool))
