from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.domain.refresh_tokens import TokenInvalid
from accounts.models import User
from bookings.domain.devices import PREFIX, door_by_token
from bookings.queries.door import Door


class DeviceAuthentication(BaseAuthentication):
    """`Authorization: Bearer door_…`: a scanner's own token, good for its event's door alone.

    Other bearers' tokens are left to who comes next.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Door] | None:
        scheme, _space, token = get_authorization_header(request).decode("latin-1").partition(" ")
        token = token.strip()
        if scheme.lower() not in {"bearer", "device"} or not token.startswith(PREFIX):
            return None
        door = door_by_token(token, now=timezone.now())
        if door is None:
            raise TokenInvalid
        return AnonymousUser(), door

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class AtTheDoor(BasePermission):
    """Scanners, and people, whose role the call itself asks for."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, Door) or isinstance(request.user, User)


class DeviceScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # its metaclass
    target_class = DeviceAuthentication
    name = "device"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return build_bearer_security_scheme_object("Authorization", "Bearer")
