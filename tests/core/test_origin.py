import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from ticketing.core import origin as origins
from ticketing.core.origin import Origin, acts_come_from, origin
from ticketing.core.requests import RequestMiddleware


def test_origin_outside_of_a_request_is_nowhere():
    assert origin() == Origin()


def test_origin_in_a_request_is_known_and_forgotten_after_it():
    seen = []

    def view(request):
        seen.append(origin())
        return HttpResponse()

    request = RequestFactory(
        REMOTE_ADDR="192.0.2.7",
        HTTP_USER_AGENT="Firefox",
        HTTP_X_REQUEST_ID="request-0001",
    ).get("/")
    RequestMiddleware(view)(request)

    assert [(one.address, one.request_id) for one in seen] == [("192.0.2.7", "request-0001")]
    assert origin() == Origin()


def test_origin_when_the_view_fails_is_forgotten_too():
    def view(request):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        RequestMiddleware(view)(RequestFactory().get("/"))

    assert origin() == Origin()


def test_origin_tells_browsers_apart_without_naming_them():
    def digest(name):
        with acts_come_from(RequestFactory(HTTP_USER_AGENT=name).get("/")):
            return origin().user_agent

    assert digest("Firefox") == digest("Firefox") != digest("Chromium")
    assert (len(digest("Firefox")), digest("")) == (16, "")


def test_origin_costs_nothing_where_nobody_asks(monkeypatch):
    for name in ("client_address", "digest_of_user_agent"):
        monkeypatch.setattr(origins, name, lambda request: 1 / 0)

    response = RequestMiddleware(lambda request: HttpResponse())(RequestFactory().get("/"))

    assert response.status_code == 200
