from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from accounts.domain.access_tokens import who_bears
from accounts.domain.refresh_tokens import TokenInvalid
from accounts.models import RefreshFamily, User


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer …` with one of our access tokens. Sessions do not count here, so
    that no other site can make a browser call the API."""

    def authenticate(self, request: Request) -> tuple[User, RefreshFamily] | None:
        scheme, _space, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        family = who_bears(token.strip(), now=timezone.now())
        if family is None:
            raise TokenInvalid
        return family.user, family

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # its metaclass
    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return build_bearer_security_scheme_object("Authorization", "Bearer", "JWT")
