"""Many ask for a page that is not there: one makes it. Addresses with a query, and in languages."""

import time
from itertools import count

import pytest
from django.http import HttpResponse, JsonResponse
from django.test import Client
from django.urls import path
from django.utils.translation import get_language

from tests.kit.races import race
from ticketing.core.pages import (
    flights,
    forget_everything_in_memory,
    forget_pages,
    made_from,
    public_page,
    storing,
)
from ticketing.core.redis import redis_client
from ticketing.urls import urlpatterns as project

made = count(1)


@public_page(query=("q", "page"))
def listing(request):
    return HttpResponse(f"{next(made)} {request.GET.get('q')}")


@public_page()
def slow(request):
    time.sleep(0.3)
    return HttpResponse(f"made {next(made)} times")


@public_page()
def failing(request):
    next(made)
    return HttpResponse(status=404)


@public_page(tags=("events",))
def detail(request, number):
    return made_from(HttpResponse(f"{next(made)}"), f"event:{number}")


@public_page()
def refusing(request):
    return HttpResponse(f"{next(made)}", headers={"Cache-Control": "private, no-store"})


@public_page()
def in_language(request):
    return JsonResponse({"made": next(made), "language": get_language()})


urlpatterns = [
    path("listing", listing),
    path("slow", slow),
    path("failing", failing),
    path("detail/<int:number>", detail),
    path("refusing", refusing),
    path("api/language", in_language),
    *project,
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def test_an_address_with_known_names_is_kept_in_whatever_order_they_come(client):
    first = client.get("/listing?q=jazz&page=2")

    assert client.get("/listing?page=2&q=jazz").content == first.content
    assert client.get("/listing?q=rock&page=2").content != first.content


@pytest.mark.parametrize("query", ["q=jazz&x=1", "q=jazz&q=rock", "q=" + 500 * "x"])
def test_an_address_that_anybody_can_invent_is_not_kept(client, query):
    assert client.get(f"/listing?{query}").content != client.get(f"/listing?{query}").content


def test_what_others_append_to_an_address_changes_no_page(client):
    first = client.get("/listing?q=jazz")

    followed = client.get("/listing?utm_source=letter&q=jazz&fbclid=IwAR0")

    assert followed.content == first.content


def test_a_page_with_a_query_is_not_kept_for_a_bad_day(client):
    client.get("/listing?q=jazz")

    (key,) = (key for key in redis_client().scan_iter() if b"q=jazz" in key)
    assert redis_client().ttl(key) <= storing.SECONDS_WITH_QUERY


@pytest.mark.parametrize("header", ["Authorization", "X-Booking-Token"])
def test_36_who_asks_as_somebody_gets_nothing_that_is_kept(client, header):
    first = client.get("/listing")

    assert client.get("/listing", headers={header: "x"}).content != first.content
    assert client.get("/listing").content == first.content


def test_an_answer_of_the_api_is_kept_apart_by_language(client):
    asked = ["fr-CA, en;q=0.5", "en", "", "xx", "fr"]

    answers = [client.get("/api/language", headers={"Accept-Language": one}) for one in asked]

    assert [one.json()["language"] for one in answers] == ["fr", "en", "en", "en", "fr"]
    assert len({one.json()["made"] for one in answers}) == 2
    assert answers[0]["Vary"] == "Accept-Encoding, Accept-Language"


def test_a_cookie_does_not_choose_the_language_that_others_get(client):
    client.cookies["django_language"] = "fr"

    assert client.get("/api/language").json()["language"] == "en"


def test_an_answer_is_forgotten_by_what_it_was_made_from(
    client, django_capture_on_commit_callbacks
):
    one, two = client.get("/detail/1").content, client.get("/detail/2").content

    with django_capture_on_commit_callbacks(execute=True):
        forget_pages("event:1")
    forget_everything_in_memory()

    assert client.get("/detail/1").content != one
    assert client.get("/detail/2").content == two


def test_an_answer_that_says_it_is_not_public_is_left_as_it_is(client):
    first, second = client.get("/refusing"), client.get("/refusing")

    assert first.content != second.content
    assert first["Cache-Control"] == "private, no-store"


def test_of_many_who_want_a_missing_page_one_makes_it(client):
    answers = race(8, lambda _: Client().get("/slow").content)

    assert len(set(answers)) == 1


def test_a_page_that_ran_out_is_repeated_while_the_next_is_made(client, monkeypatch):
    first = client.get("/slow").content
    now = time.time()
    monkeypatch.setattr(storing.time, "time", lambda: now + 31)
    monkeypatch.setattr(flights, "LONGEST_FLIGHT", 60.0)

    answers = race(2, lambda _: Client().get("/slow").content)

    assert first in answers
    assert len(set(answers)) == 2


def test_a_flight_that_never_lands_holds_nobody_up_for_long(client, monkeypatch):
    monkeypatch.setattr(flights, "LONGEST_WAIT", 0.1)
    key = "{pages}:http:://testserver/listing"
    redis_client().set(f"{key} flight", "of a process that died", px=60_000)

    assert client.get("/listing").status_code == 200


def test_who_waited_for_a_page_that_is_not_to_be_kept_makes_their_own(client):
    answers = race(3, lambda _: Client().get("/failing").status_code)

    assert answers == [404, 404, 404]


def test_landing_gives_back_one_s_own_flight_alone(client, rf):
    request = rf.get("/listing")
    assert flights.take_off(request, "{pages}:x flight")
    redis_client().set("{pages}:x flight", "another's")

    flights.land(request)

    assert redis_client().get("{pages}:x flight") == b"another's"
