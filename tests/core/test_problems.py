from typing import ClassVar

import pytest
from django import forms
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated, Throttled
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from ticketing.core.errors import Conflict, InvalidInput, NotAllowed, NotThere, TryLater
from ticketing.core.problems import add_to_form, status_of
from ticketing.urls import urlpatterns as project


class SoldOut(Conflict):
    code = "sold_out"
    message = _("The last place is gone.")


class NoSuchPlace(NotThere):
    code = "no_such_place"
    message = "There is no such place."


class Lines(serializers.Serializer):
    quantity = serializers.IntegerField(min_value=1)


class Order(serializers.Serializer):
    email = serializers.EmailField()
    lines = Lines(many=True)


def raising(error):
    class View(APIView):
        permission_classes: ClassVar = [AllowAny]

        def get(self, request):
            raise error

    return View.as_view()


class Ordering(APIView):
    permission_classes: ClassVar = [AllowAny]

    def post(self, request):
        Order(data=request.data).is_valid(raise_exception=True)


def page(request):
    raise SoldOut


def page_without_database(request):
    raise OperationalError


def broken(*args):
    raise ZeroDivisionError


urlpatterns = [
    path("api/sold-out", raising(SoldOut(available=2))),
    path("api/field", raising(NoSuchPlace(field="place"))),
    path("api/missing", raising(Http404())),
    path("api/denied", raising(PermissionDenied())),
    path("api/nobody", raising(NotAuthenticated())),
    path("api/often", raising(Throttled(wait=7))),
    path("api/away", raising(OperationalError())),
    path("api/order", Ordering.as_view()),
    path("sold-out", page),
    path("away", page_without_database),
    path("broken", broken),
    *project,
]
handler500 = "ticketing.errors.server_error"
pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize(
    ("kind", "status"),
    [(InvalidInput, 400), (NotAllowed, 403), (NotThere, 404), (Conflict, 409), (TryLater, 503)],
)
def test_every_kind_of_domain_error_has_a_status(kind, status):
    class Fact(kind):
        code = "fact"
        message = "A fact."

    assert status_of(Fact()) == status


def test_api_when_a_domain_error_stops_it_answers_a_problem_document(client):
    answer = client.get("/api/sold-out", headers={"X-Request-ID": "abcdefgh"})

    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "The last place is gone.",
        "code": "sold_out",
        "request_id": "abcdefgh",
        "available": 2,
    }


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/field", 404, "no_such_place"),
        ("/api/missing", 404, "not_found"),
        ("/api/denied", 403, "not_allowed"),
        ("/api/nobody", 403, "not_authenticated"),
        ("/api/often", 429, "throttled"),
        ("/api/away", 503, "unavailable"),
    ],
)
def test_api_answers_every_error_as_a_problem_document(client, address, status, code):
    answer = client.get(address)

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (answer.json()["status"], answer.json()["code"]) == (status, code)


def test_api_when_a_domain_error_has_a_field_names_it(client):
    assert client.get("/api/field").json()["errors"] == {"place": ["There is no such place."]}


def test_api_when_asked_too_often_or_without_database_says_when_to_come_back(client):
    assert client.get("/api/often")["Retry-After"] == "7"
    assert client.get("/api/away")["Retry-After"] == "5"


def test_api_when_input_is_wrong_names_each_field_by_its_path(client):
    answer = client.post(
        "/api/order",
        {"email": "no", "lines": [{"quantity": 1}, {"quantity": 0}]},
        content_type="application/json",
    )

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert answer.json()["errors"] == {
        "email": ["Enter a valid email address."],
        "lines.1.quantity": ["Ensure this value is greater than or equal to 1."],
    }


def test_api_when_the_body_is_no_json_answers_400(client):
    answer = client.post("/api/order", "{", content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_page_when_a_domain_error_stops_it_shows_it_in_our_dress(client):
    answer = client.get("/sold-out")

    assert answer.status_code == 409
    assert "The last place is gone." in answer.text
    assert "<header" in answer.text


def test_page_when_the_database_is_away_says_so_and_when_to_come_back(client):
    answer = client.get("/away")

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "We cannot reach our records just now." in answer.text


def test_64_page_when_it_breaks_shows_no_inside(client):
    client.raise_request_exception = False

    answer = client.get("/broken", headers={"X-Request-ID": "abcdefgh"})

    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "abcdefgh" in answer.text


def test_64_page_when_even_the_error_page_is_broken_says_it_in_plain_words(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("ticketing.errors.error_answer", broken)

    answer = client.get("/broken")

    assert (answer.status_code, answer["Content-Type"]) == (500, "text/plain; charset=utf-8")
    assert answer.text == "Something broke on our side. We have been told."


class PlaceForm(forms.Form):
    place = forms.CharField()


def test_add_to_form_shows_the_error_at_its_field_or_on_top():
    form = PlaceForm({"place": "7"})

    add_to_form(form, NoSuchPlace(field="place"))
    add_to_form(form, SoldOut())

    assert form.errors == {
        "place": ["There is no such place."],
        "__all__": ["The last place is gone."],
    }
