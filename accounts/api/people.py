"""`/me`: one's own account."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import Password, PersonView, body_of
from accounts.domain.email_addresses import ask_to_change_address
from accounts.domain.profiles import ask_for_erasure, change_profile
from accounts.domain.sessions import end_place, signed_in_places
from accounts.models import User
from accounts.notifications.domain.devices import register_device
from accounts.notifications.domain.preferences import (
    choices_of_data,
    preferences_of,
    set_preferences,
)
from accounts.notifications.enums import Platform
from accounts.notifications.models import Device
from accounts.queries import memberships_of


class OrganizerRoleSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField()


class PersonSerializer(serializers.Serializer[User]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    locale = serializers.CharField()
    timezone = serializers.CharField()
    picture = serializers.SerializerMethodField()
    organizers = serializers.SerializerMethodField()

    def get_picture(self, person: User) -> str | None:
        """A short-lived address of the bucket; a local folder serves no files yet."""
        return person.picture.url if person.picture and settings.MEDIA_BUCKET else None

    @extend_schema(responses=OrganizerRoleSerializer(many=True))
    def get_organizers(self, person: User) -> list[dict[str, str]]:
        return [
            {"slug": one.organizer.slug, "name": one.organizer.name, "role": one.role}
            for one in memberships_of(person)
        ]


class MeBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    locale = serializers.CharField(max_length=10, required=False)
    timezone = serializers.CharField(max_length=64, required=False)


class Me(PersonView):
    @extend_schema(responses=PersonSerializer)
    def get(self, request: Request) -> Response:
        return Response(PersonSerializer(self.person).data)

    @extend_schema(request=MeBody, responses=PersonSerializer)
    def patch(self, request: Request) -> Response:
        change_profile(self.person, **body_of(MeBody, request), now=timezone.now())
        return Response(PersonSerializer(self.person).data)

    @extend_schema(responses={202: None})
    def delete(self, request: Request) -> Response:
        """Asks for erasure. You are signed out at once; the data goes when the law lets it."""
        ask_for_erasure(self.person, now=timezone.now())
        return Response(status=status.HTTP_202_ACCEPTED)


class AddressBody(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    password = Password()


class Address(PersonView):
    @extend_schema(request=AddressBody, responses={202: None})
    def post(self, request: Request) -> Response:
        """The new address gets a link, the present one is told."""
        ask_to_change_address(self.person, **body_of(AddressBody, request), now=timezone.now())
        return Response(status=status.HTTP_202_ACCEPTED)


class PlaceSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    kind = serializers.ChoiceField(["browser", "app"])
    device = serializers.CharField()
    address = serializers.CharField()
    started_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField()
    is_current = serializers.BooleanField()


class Sessions(PersonView):
    @extend_schema(responses=PlaceSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Every browser and app that is signed in."""
        places = signed_in_places(self.person, family=self.family.pk, now=timezone.now())
        return Response(PlaceSerializer(places, many=True).data)


class Session(PersonView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, place: str) -> Response:
        end_place(self.person, place=place, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class Preferences(PersonView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Per channel and topic whether it is wanted; `marketing` apart."""
        return Response(preferences_of(self.person).as_data())

    @extend_schema(request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request) -> Response:
        """What is left out stays as it is."""
        given = request.data if isinstance(request.data, dict) else {"": None}
        wanted = choices_of_data(given)
        return Response(set_preferences(self.person, wanted, now=timezone.now()).as_data())


class DeviceBody(serializers.Serializer[Any]):
    platform = serializers.ChoiceField(Platform.choices)
    token = serializers.CharField(max_length=500)


class DeviceSerializer(serializers.Serializer[Device]):
    id = serializers.CharField()
    platform = serializers.CharField()


class Devices(PersonView):
    @extend_schema(request=DeviceBody, responses={201: DeviceSerializer})
    def post(self, request: Request) -> Response:
        """A phone that takes push messages; telling it again changes nothing."""
        body = body_of(DeviceBody, request)
        device = register_device(self.person, **body, now=timezone.now())
        return Response(DeviceSerializer(device).data, status=status.HTTP_201_CREATED)
