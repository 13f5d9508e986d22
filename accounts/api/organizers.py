"""`/organizers`: starting one, and its team."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import SAFE_METHODS, AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import PersonView, body_of
from accounts.domain.organizers import rename_organizer, start_organizer
from accounts.domain.permissions import NoSuchOrganizer, require, role_of
from accounts.domain.teams import accept_invitation, change_role, invite, remove_member
from accounts.enums import OrganizerStatus, Role
from accounts.models import Invitation, Membership, Organizer
from accounts.permissions import Permission
from accounts.queries import members_of, open_invitations
from ticketing.core.pages import made_from, public_page


class OrganizerBody(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)


class OrganizerSerializer(serializers.Serializer[Organizer]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    status = serializers.CharField()
    role = serializers.SerializerMethodField()

    def get_role(self, organizer: Organizer) -> str | None:
        return role_of(self.context["person"], organizer)


class PublicOrganizerSerializer(serializers.Serializer[Organizer]):
    """What everybody may know."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()


class OneOrganizerSerializer(PublicOrganizerSerializer):
    """As the API's description shows it: what is for the team is left out for others."""

    status = serializers.CharField(required=False, help_text="For its team.")
    role = serializers.CharField(required=False, allow_null=True, help_text="For its team.")


class MemberSerializer(serializers.Serializer[Membership]):
    id = serializers.IntegerField()
    name = serializers.CharField(source="user.name")
    email = serializers.EmailField(source="user.email")
    role = serializers.CharField()
    joined_at = serializers.DateTimeField()


class InvitationSerializer(serializers.Serializer[Invitation]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    role = serializers.CharField()
    invited_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class TeamSerializer(serializers.Serializer[Any]):
    members = MemberSerializer(many=True)
    invitations = InvitationSerializer(many=True)


class OrganizerView(PersonView):
    def organizer(self, slug: str) -> Organizer:
        """The one that is asked for, if the person belongs to it or to the staff."""
        found = Organizer.objects.filter(slug=slug).first()
        if found is None or not (self.person.is_staff or role_of(self.person, found)):
            raise NoSuchOrganizer
        return found

    def shown(self, organizer: Organizer, **kwargs: Any) -> Response:
        context = {"person": self.person}
        return Response(OrganizerSerializer(organizer, context=context).data, **kwargs)


class Organizers(OrganizerView):
    @extend_schema(request=OrganizerBody, responses={201: OrganizerSerializer})
    def post(self, request: Request) -> Response:
        """Who starts one is its owner. With approval its `status` is `pending` first."""
        body = body_of(OrganizerBody, request)
        organizer = start_organizer(**body, by=self.person, now=timezone.now())
        return self.shown(organizer, status=status.HTTP_201_CREATED)


class OneOrganizer(OrganizerView):
    def get_permissions(self) -> Any:
        return [AllowAny()] if self.request.method in SAFE_METHODS else super().get_permissions()

    @extend_schema(responses=OneOrganizerSerializer)
    @method_decorator(public_page(shared=60))
    def get(self, request: Request, slug: str) -> Response:
        """Everybody sees the name; its team also their `role`, and what is not approved yet."""
        if request.auth is None:
            return self.for_everybody(slug)
        try:
            response = self.shown(self.organizer(slug))
        except NoSuchOrganizer:
            response = self.for_everybody(slug)
        # The same address answers a member otherwise, so no cache keeps it for others.
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def for_everybody(self, slug: str) -> Response:
        organizer = Organizer.objects.filter(slug=slug, status=OrganizerStatus.ACTIVE).first()
        if organizer is None:
            raise NoSuchOrganizer
        response = Response(PublicOrganizerSerializer(organizer).data)
        patch_vary_headers(response, ["Authorization"])
        return made_from(response, f"organizer:{organizer.pk}")

    @extend_schema(request=OrganizerBody, responses=OrganizerSerializer)
    def patch(self, request: Request, slug: str) -> Response:
        organizer, body = self.organizer(slug), body_of(OrganizerBody, request)
        rename_organizer(organizer, **body, by=self.person, now=timezone.now())
        return self.shown(organizer)


class InvitationBody(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(Role.choices)


class Team(OrganizerView):
    @extend_schema(responses=TeamSerializer)
    def get(self, request: Request, slug: str) -> Response:
        organizer = self.organizer(slug)
        require(self.person, Permission.SEE_TEAM, organizer)
        team = {
            "members": members_of(organizer),
            "invitations": open_invitations(organizer, now=timezone.now()),
        }
        return Response(TeamSerializer(team).data)

    @extend_schema(request=InvitationBody, responses={201: InvitationSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Invites an address; its owner joins by the link in the mail."""
        organizer, body = self.organizer(slug), body_of(InvitationBody, request)
        invitation = invite(
            organizer,
            email=body["email"],
            role=Role(body["role"]),
            by=self.person,
            now=timezone.now(),
        )
        shown = InvitationSerializer(invitation).data
        return Response(shown, status=status.HTTP_201_CREATED)


class RoleBody(serializers.Serializer[Any]):
    role = serializers.ChoiceField(Role.choices)


class Member(OrganizerView):
    def found(self, slug: str, number: int) -> Membership:
        members = members_of(self.organizer(slug)).filter(pk=number)
        member = members.select_related("organizer").first()
        if member is None:
            raise Http404
        return member

    @extend_schema(request=RoleBody, responses=MemberSerializer)
    def patch(self, request: Request, slug: str, member: int) -> Response:
        membership, body = self.found(slug, member), body_of(RoleBody, request)
        change_role(membership, role=Role(body["role"]), by=self.person, now=timezone.now())
        return Response(MemberSerializer(membership).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, member: int) -> Response:
        """Anyone may take themselves out; owners and managers others too."""
        remove_member(self.found(slug, member), by=self.person, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class AcceptInvitation(OrganizerView):
    @extend_schema(request=None, responses=OrganizerSerializer)
    def post(self, request: Request, key: str) -> Response:
        membership = accept_invitation(key, by=self.person, now=timezone.now())
        return self.shown(membership.organizer)
