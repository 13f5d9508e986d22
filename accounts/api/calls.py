"""What the calls of this app share: who asks, from where, and what was sent."""

from typing import Any

from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from accounts.api.authentication import BearerAuthentication
from accounts.models import RefreshFamily, User
from accounts.password_rules import LONGEST_TAKEN
from ticketing.core.api import View, serializer_of
from ticketing.core.limits import client_address


class Password(serializers.CharField):
    def __init__(self) -> None:
        super().__init__(max_length=LONGEST_TAKEN, trim_whitespace=False, write_only=True)


class OpenView(View):
    """For everybody: whatever token comes along is not looked at, and no key either."""

    idempotency = None

    authentication_classes = []
    permission_classes = [AllowAny]


class PersonView(View):
    """For somebody who is signed in."""

    authentication_classes = [BearerAuthentication]

    @property
    def person(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user

    @property
    def family(self) -> RefreshFamily:
        assert isinstance(self.request.auth, RefreshFamily)
        return self.request.auth


def body_of(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """What was sent, in the right shape; else 400 with the field that is wrong."""
    return dict(serializer_of(serializer).run_validation(request.data))


def origin_of(request: Request) -> dict[str, Any]:
    device = request.headers.get("User-Agent", "")
    return {"device": device[:200], "address": client_address(request._request)}  # noqa: SLF001 - DRF's own way to Django's request
