"""`/organizers/{slug}/venues`: places that an organizer's events are at."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import body_of
from accounts.models import Organizer
from accounts.permissions import Permission
from events.api.organizing.calls import OrganizerView, row_of
from events.api.organizing.shown import VenueSerializer
from events.domain.venues import change_venue, create_venue, delete_venue
from events.models import Venue
from ticketing.core.paging import PAGE_PARAMETERS, page_of, page_schema


class Degrees(serializers.DecimalField):
    def __init__(self, most: int) -> None:
        super().__init__(
            max_digits=9,
            decimal_places=6,
            min_value=-most,
            max_value=most,
            required=False,
            allow_null=True,
        )


class VenueBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, required=False)
    street = serializers.CharField(max_length=200, required=False, allow_blank=True)
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    city = serializers.CharField(max_length=100, required=False)
    region = serializers.CharField(max_length=10, required=False, allow_blank=True)
    country = serializers.CharField(max_length=2, required=False, help_text="Two letters: FR.")
    latitude = Degrees(90)
    longitude = Degrees(180)
    timezone = serializers.CharField(max_length=64, required=False)
    directions = serializers.CharField(max_length=5_000, required=False, allow_blank=True)


class NewVenueBody(VenueBody):
    name = serializers.CharField(max_length=120)
    city = serializers.CharField(max_length=100)
    country = serializers.CharField(max_length=2, help_text="Two letters: FR.")
    timezone = serializers.CharField(max_length=64, help_text="IANA: Europe/Paris.")


THE_HALL = OpenApiExample(
    "A hall",
    value={
        "name": "Village hall",
        "street": "4 rue des Lilas",
        "postal_code": "69001",
        "city": "Lyon",
        "country": "FR",
        "latitude": "45.767000",
        "longitude": "4.833500",
        "timezone": "Europe/Paris",
    },
    request_only=True,
)


def venues_of(organizer: Organizer) -> QuerySet[Venue]:
    return Venue.objects.filter(organizer=organizer).select_related("organizer")


class Venues(OrganizerView):
    @extend_schema(
        operation_id="organizers_venues_list",
        parameters=PAGE_PARAMETERS,
        responses=page_schema(VenueSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        venues = venues_of(self.organizer(slug, Permission.SEE_EVENTS))
        return page_of(venues, request, VenueSerializer, ordering=("id",))

    @extend_schema(request=NewVenueBody, responses={201: VenueSerializer}, examples=[THE_HALL])
    def post(self, request: Request, slug: str) -> Response:
        organizer, body = self.organizer(slug), body_of(NewVenueBody, request)
        venue = create_venue(organizer, body, by=self.person, now=timezone.now())
        return Response(VenueSerializer(venue).data, status=status.HTTP_201_CREATED)


class OneVenue(OrganizerView):
    @extend_schema(responses=VenueSerializer)
    def get(self, request: Request, slug: str, row: UUID) -> Response:
        venues = venues_of(self.organizer(slug, Permission.SEE_EVENTS))
        return Response(VenueSerializer(row_of(venues, row)).data)

    @extend_schema(request=VenueBody, responses=VenueSerializer)
    def patch(self, request: Request, slug: str, row: UUID) -> Response:
        """Events that are there show the new words; their own times stay."""
        organizer, body = self.organizer(slug), body_of(VenueBody, request)
        venue = row_of(venues_of(organizer), row)
        change_venue(venue, body, by=self.person, now=timezone.now())
        return Response(VenueSerializer(venue).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, row: UUID) -> Response:
        """409 `venue_in_use` while events are there."""
        venue = row_of(venues_of(self.organizer(slug)), row)
        delete_venue(venue, by=self.person, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
