"""An event's moves: each a POST that does one thing and answers with the event."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import body_of
from events.api.organizing.calls import Moment
from events.api.organizing.events import TeamEventView
from events.api.organizing.shown import TeamEventSerializer
from events.domain.copies import create_series, duplicate_event
from events.domain.lifecycle import (
    archive_event,
    cancel_event,
    pause_sales,
    postpone,
    publish_event,
    resume_sales,
    unpublish_event,
)


class Move(TeamEventView):
    def moved(self, slug: str, act: Callable[..., None], **facts: Any) -> Response:
        event = self.event(slug)
        act(event, **facts, by=self.person, now=timezone.now())
        return self.shown(event)


class Publish(Move):
    @extend_schema(request=None, responses=TeamEventSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Shows it to the public. 409 `not_ready` says in `missing` what it lacks."""
        return self.moved(slug, publish_event)


class Unpublish(Move):
    @extend_schema(request=None, responses=TeamEventSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Takes it off the site; bookings and tickets stand."""
        return self.moved(slug, unpublish_event)


class Archive(Move):
    @extend_schema(request=None, responses=TeamEventSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Puts away what is over or cancelled."""
        return self.moved(slug, archive_event)


class PauseSales(Move):
    @extend_schema(request=None, responses=TeamEventSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Sells nothing until told otherwise; what is held may still be paid."""
        return self.moved(slug, pause_sales)


class ResumeSales(Move):
    @extend_schema(request=None, responses=TeamEventSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """409 `date_needed` while nobody knows when a postponed event will be."""
        return self.moved(slug, resume_sales)


class NoticeBody(serializers.Serializer[Any]):
    notice = serializers.CharField(
        max_length=5_000, required=False, allow_blank=True, help_text="For those who come."
    )


class Cancel(Move):
    @extend_schema(
        request=NoticeBody,
        responses=TeamEventSerializer,
        examples=[OpenApiExample("Why", value={"notice": "The roof leaks."}, request_only=True)],
    )
    def post(self, request: Request, slug: str) -> Response:
        """It will not be. Who booked is told, with the notice, and is refunded."""
        return self.moved(slug, cancel_event, **body_of(NoticeBody, request))


class PostponeBody(NoticeBody):
    starts_at = Moment(required=False, help_text="Left out: nobody knows yet.")
    ends_at = Moment(required=False, help_text="Left out: it is as long as before.")


class Postpone(Move):
    @extend_schema(
        request=PostponeBody,
        responses=TeamEventSerializer,
        examples=[
            OpenApiExample(
                "By a week",
                value={"starts_at": "2027-03-12T20:00:00+01:00", "notice": "The singer is ill."},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Without a new date nothing is sold until it has one."""
        return self.moved(slug, postpone, **body_of(PostponeBody, request))


class DuplicateBody(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=150, required=False)
    starts_at = Moment(required=False, help_text="All that has a time moves along with it.")


class Duplicate(TeamEventView):
    @extend_schema(request=DuplicateBody, responses={201: TeamEventSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """A new draft with the same texts, tickets, codes and questions, and nothing booked."""
        event, body = self.event(slug), body_of(DuplicateBody, request)
        copy = duplicate_event(event, **body, by=self.person, now=timezone.now())
        return self.shown(copy, status=status.HTTP_201_CREATED)


class SeriesBody(serializers.Serializer[Any]):
    rrule = serializers.CharField(max_length=500, help_text="RFC 5545.")
    title = serializers.CharField(max_length=150, required=False)


class DateSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    starts_at = serializers.DateTimeField()


class SeriesSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    rrule = serializers.CharField()
    events = DateSerializer(many=True)


class Repeat(TeamEventView):
    @extend_schema(
        request=SeriesBody,
        responses={201: SeriesSerializer},
        examples=[
            OpenApiExample(
                "Ten Fridays", value={"rrule": "FREQ=WEEKLY;BYDAY=FR;COUNT=10"}, request_only=True
            )
        ],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Makes it the first of a series; the other dates are drafts like it."""
        event, body = self.event(slug), body_of(SeriesBody, request)
        series, events = create_series(event, **body, by=self.person, now=timezone.now())
        facts = {"id": series.pk, "title": series.title, "rrule": series.rrule, "events": events}
        return Response(SeriesSerializer(facts).data, status=status.HTTP_201_CREATED)
