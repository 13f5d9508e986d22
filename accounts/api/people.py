"""`/me`: one's own account."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import PersonView, body_of
from accounts.domain.email_addresses import ask_to_change_address
from accounts.domain.profiles import ask_for_erasure, change_profile
from accounts.domain.sessions import end_place, signed_in_places
from accounts.models import User
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
        return person.picture.url if person.picture else None

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
    password = serializers.CharField(max_length=4096, trim_whitespace=False, write_only=True)


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
