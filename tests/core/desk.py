"""A few addresses that take Idempotency-Keys, and what tests need to call them."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import path
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.response import Response

from accounts.models import User
from tests.factories import AnnouncedEventFactory
from ticketing.core.api import View
from ticketing.core.errors import Conflict, InvalidInput, NotAllowed, NotThere, TryLater
from ticketing.core.models import AnnouncedEvent


class SoldOut(Conflict):
    code, message = "sold_out", "Nothing is left."


class AllHeld(Conflict):
    code, message, retry_after = "all_held", "Try again in a moment.", 3


class Away(TryLater):
    code, message = "away", "The bank is away."


class Wrong(InvalidInput):
    code, message = "wrong", "This is wrong."


class Forbidden(NotAllowed):
    code, message = "forbidden", "You may not."


class Gone(NotThere):
    code, message = "gone", "It is not here."


class ByHeader(BaseAuthentication):
    """Who asks, as the test says."""

    def authenticate(self, request):
        if name := request.headers.get("X-Test-User"):
            return User.objects.get(name=name), None
        if device := request.headers.get("X-Test-Device"):
            return None, SimpleNamespace(device_id=device)
        return None


class IsActive(BasePermission):
    def has_permission(self, request, view):
        return getattr(request.user, "pk", None) is None or request.user.is_active


class Desk(View):
    """Writes down one visit for each call; what happens then is the test's to say."""

    authentication_classes = [ByHeader]
    permission_classes = [IsActive]

    def post(self, request, **kwargs):
        visit = AnnouncedEventFactory(name="house.visited", body=request.data)
        return meanwhile() or Response(
            {"visit": str(visit.pk), "for": "Zoë"}, status=201, headers={"Location": f"/{visit.pk}"}
        )

    def get(self, request, **kwargs):
        return Response({})


class LeasedDesk(Desk):
    idempotency = "lease"


class FreeDesk(Desk):
    idempotency = None


urlpatterns = [
    path("api/v1/desk", Desk.as_view()),
    path("api/v1/desk/", Desk.as_view()),
    path("api/v1/other", Desk.as_view()),
    path("api/v1/leased", LeasedDesk.as_view()),
    path("api/v1/free", FreeDesk.as_view()),
]
DESK, LEASED = "/api/v1/desk", "/api/v1/leased"
BOTH = pytest.mark.parametrize("address", [DESK, LEASED])
_meanwhile = []


def meanwhile():
    return _meanwhile[0]() if _meanwhile else None


@contextmanager
def happening(act):
    """While a call works, this happens: an error is raised, a response is returned."""

    def raise_or_return():
        result = act()
        if isinstance(result, Exception):
            raise result
        return result

    _meanwhile.append(raise_or_return)
    try:
        yield
    finally:
        _meanwhile.clear()


def post(address=DESK, key="a-key", body=None, raise_errors=True, **headers):
    client = Client(raise_request_exception=raise_errors)
    if key is not None:
        headers["Idempotency-Key"] = key
    data = {"name": "Ada", "size": 1} if body is None else body
    return client.post(address, data, content_type="application/json", headers=headers)


def visits():
    return AnnouncedEvent.objects.filter(name="house.visited").count()
