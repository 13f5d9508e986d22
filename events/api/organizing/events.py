"""`/events`: beginning one, changing it, and taking a draft back."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import body_of
from accounts.domain.permissions import NoSuchOrganizer, require
from accounts.models import Organizer
from accounts.permissions import Permission
from events.api.organizing.calls import Moment, NotAmongYours, TeamView, one_of
from events.api.organizing.shown import TeamEventSerializer
from events.domain.events import change_event, create_event, delete_draft
from events.enums import Visibility
from events.models import Category, Event, Venue

LONGEST_TEXT = 50_000


class EventBody(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    title = serializers.CharField(max_length=150, required=False)
    summary = serializers.CharField(max_length=300, required=False, allow_blank=True)
    description = serializers.CharField(
        max_length=LONGEST_TEXT, required=False, allow_blank=True, help_text="Markdown."
    )
    language = serializers.CharField(max_length=10, required=False)
    slug = serializers.CharField(max_length=80, required=False)
    category = serializers.CharField(
        max_length=40, required=False, allow_null=True, help_text="Its slug."
    )
    venue = serializers.UUIDField(required=False, allow_null=True, help_text="Its id.")
    online_url = serializers.CharField(max_length=500, required=False, allow_blank=True)
    starts_at = Moment(required=False, allow_null=True)
    ends_at = Moment(required=False, allow_null=True)
    doors_open_at = Moment(required=False, allow_null=True)
    timezone = serializers.CharField(max_length=64, required=False)
    currency = serializers.CharField(max_length=3, required=False)
    visibility = serializers.ChoiceField(Visibility.choices, required=False)
    access_code = serializers.CharField(
        max_length=100, required=False, write_only=True, help_text="Opens a private event."
    )
    accent = serializers.CharField(max_length=7, required=False, allow_blank=True)
    hold_minutes = serializers.IntegerField(min_value=5, max_value=120, required=False)
    notice = serializers.CharField(max_length=5_000, required=False, allow_blank=True)
    terms = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    refund_until_days = serializers.IntegerField(
        min_value=0, max_value=365, required=False, allow_null=True
    )
    refund_fee_percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False
    )
    tax_country = serializers.CharField(max_length=2, required=False, allow_blank=True)
    tax_region = serializers.CharField(max_length=10, required=False, allow_blank=True)
    is_tax_included = serializers.BooleanField(required=False)


class NewEventBody(EventBody):
    organizer = serializers.CharField(max_length=80, help_text="Its slug.")
    title = serializers.CharField(max_length=150)
    starts_at = Moment()
    ends_at = Moment()
    timezone = serializers.CharField(max_length=64, help_text="IANA: Europe/Paris.")
    currency = serializers.CharField(max_length=3, help_text="ISO 4217: EUR.")


NEW_EVENT = OpenApiExample(
    "An evening in a hall",
    value={
        "organizer": "village-choir",
        "title": "Quiet songs",
        "summary": "An evening of lullabies.",
        "category": "music",
        "venue": "019ab2c4-7d50-7000-8000-5a3e6f0c1b2d",
        "starts_at": "2027-03-05T20:00:00+01:00",
        "ends_at": "2027-03-05T22:00:00+01:00",
        "timezone": "Europe/Paris",
        "currency": "EUR",
    },
    request_only=True,
)
ANOTHER_TIME = OpenApiExample(
    "Another time", value={"starts_at": "2027-03-05T19:00:00+01:00"}, request_only=True
)


class TeamEventView(TeamView):
    def shown(self, event: Event, **kwargs: Any) -> Response:
        context = self.permissions_in(event.organizer, Permission.EDIT_EVENTS)
        return Response(TeamEventSerializer(event, context=context).data, **kwargs)


class NewEvent(TeamEventView):
    @extend_schema(request=NewEventBody, responses={201: TeamEventSerializer}, examples=[NEW_EVENT])
    def post(self, request: Request) -> Response:
        """Begins a draft, which the public does not see until it is published."""
        body = body_of(NewEventBody, request)
        organizer, code = self.organizer(body.pop("organizer")), body.pop("access_code", "")
        facts = facts_of(body, organizer)
        event = create_event(organizer, facts, access_code=code, by=self.person, now=timezone.now())
        return self.shown(event, status=status.HTTP_201_CREATED)

    def organizer(self, slug: str) -> Organizer:
        organizer = Organizer.objects.filter(slug=slug).first()
        if organizer is None:
            raise NoSuchOrganizer
        require(self.person, Permission.EDIT_EVENTS, organizer)
        return organizer


class ChangeEvent(TeamEventView):
    @extend_schema(request=EventBody, responses=TeamEventSerializer, examples=[ANOTHER_TIME])
    def patch(self, request: Request, slug: str) -> Response:
        """Who booked is told of another time or place."""
        event, body = self.event(slug), body_of(EventBody, request)
        code, facts = body.pop("access_code", ""), facts_of(body, event.organizer)
        change_event(event, facts, access_code=code, by=self.person, now=timezone.now())
        return self.shown(event)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Takes a draft back; what was published is cancelled or taken off instead."""
        delete_draft(self.event(slug), by=self.person, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def facts_of(body: Mapping[str, Any], organizer: Organizer) -> dict[str, Any]:
    """What was sent, with rows where it names them."""
    facts = dict(body)
    if "category" in facts:
        facts["category"] = category_of(facts["category"])
    if "venue" in facts:
        venues = Venue.objects.filter(organizer=organizer)
        facts["venue"] = one_of(venues, facts["venue"], field="venue")
    return facts


def category_of(slug: str | None) -> Category | None:
    if slug is None:
        return None
    category = Category.objects.prefetch_related("names").filter(slug=slug).first()
    if category is None:
        raise NotAmongYours(field="category")
    return category
