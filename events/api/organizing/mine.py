"""`/me/events`: what the teams that somebody belongs to have on, drafts and history with it.

Apart from `/events`, which is the same for everybody and kept by caches.
"""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from events.api.organizing.events import TeamEventView
from events.api.organizing.shown import TeamEventRow, TeamEventSerializer
from events.enums import EventStatus
from events.queries import events_seen_by
from ticketing.core.paging import PAGE_PARAMETERS, page_of, page_schema


class Asked(serializers.Serializer[Any]):
    organizer = serializers.CharField(required=False, max_length=80)
    status = serializers.ChoiceField(EventStatus.choices, required=False)


FILTERS = [
    OpenApiParameter("organizer", str, description="Its slug."),
    OpenApiParameter("status", str, enum=EventStatus.values),
]


class MyEvents(TeamEventView):
    @extend_schema(
        operation_id="me_events_list",
        parameters=[*PAGE_PARAMETERS, *FILTERS],
        responses=page_schema(TeamEventRow),
    )
    def get(self, request: Request) -> Response:
        """The latest that was begun comes first."""
        asked = Asked(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        names = {"organizer": "organizer__slug", "status": "status"}
        wanted = {names[name]: value for name, value in asked.validated_data.items()}
        events = events_seen_by(self.person).filter(**wanted)
        events = events.select_related("organizer", "venue", "category")
        rows = events.prefetch_related("category__names")
        return page_of(rows, request, TeamEventRow, ordering=("-id",))


class MyEvent(TeamEventView):
    @extend_schema(responses=TeamEventSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """With all that can be changed, and what it lacks before it can be published."""
        return self.shown(self.event(slug, Permission.SEE_EVENTS))
