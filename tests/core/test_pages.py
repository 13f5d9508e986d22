"""The cache of public pages, on a URLconf of its own whose view counts how often it works."""

import time
from itertools import count

import pytest
from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from ticketing.core import pages, redis
from ticketing.core.pages import CachedPages, forget_pages, public_page, storing
from ticketing.urls import urlpatterns as project

made = count(1)
is_database_away = False


@public_page(shared=30, tags=("poster",))
def poster(request):
    if is_database_away:
        raise OperationalError
    return HttpResponse(f"made {next(made)} times")


@public_page()
def with_cookie(request):
    response = HttpResponse(f"made {next(made)} times")
    response.set_cookie("a", "b")
    return response


@public_page()
def with_session(request):
    return HttpResponse(f"{next(made)} {request.session.get('name')}")


@public_page()
def with_nonce(request):
    return HttpResponse(
        f"{next(made)}", headers={"Content-Security-Policy": "script-src 'nonce-abc'"}
    )


@public_page()
def missing(request):
    return HttpResponse(f"made {next(made)} times", status=404)


def personal(request):
    return HttpResponse(f"made {next(made)} times")


urlpatterns = [
    path("poster", poster),
    path("cookie", with_cookie),
    path("session", with_session),
    path("nonce", with_nonce),
    path("missing", missing),
    path("personal", personal),
    *project,
]


def another_process():
    """A client of a process that has nothing in its memory yet."""
    pages.forget_everything_in_memory()
    return Client()


pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _database_is_there(monkeypatch):
    monkeypatch.setattr(f"{__name__}.is_database_away", False)


def test_public_page_when_asked_again_is_not_made_again(client):
    first = client.get("/poster")
    second = client.get("/poster")

    assert first.content == second.content
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=30, stale-while-revalidate=30"
    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_public_page_from_cache_asks_no_database(client, django_assert_num_queries):
    client.get("/poster")

    with django_assert_num_queries(0):
        client.get("/poster")


def test_public_page_when_made_by_another_process_is_found_in_redis(client):
    first = client.get("/poster")

    assert another_process().get("/poster").content == first.content


def test_public_page_when_its_etag_is_known_answers_304(client):
    tag = client.get("/poster")["ETag"]

    again = client.get("/poster", headers={"If-None-Match": tag})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)


def test_public_page_when_gzip_is_taken_is_sent_compressed(client):
    plain = client.get("/poster")

    zipped = client.get("/poster", headers={"Accept-Encoding": "br, gzip"})

    assert zipped["Content-Encoding"] == "gzip"
    assert zipped["Vary"] == "Accept-Encoding"
    assert zipped.content != plain.content


@pytest.mark.parametrize("address", ["/cookie", "/session", "/nonce", "/missing", "/personal"])
def test_36_what_is_not_the_same_for_everybody_is_never_kept(client, address):
    first, second = client.get(address), client.get(address)

    assert first.content != second.content


def test_36_what_nobody_declared_public_is_not_stored_by_anyone(client):
    assert client.get("/personal")["Cache-Control"] == "private, no-store"


@override_settings(ALLOWED_HOSTS=["one.example", "two.example"])
def test_public_page_is_kept_apart_by_host_and_refused_for_foreign_ones(client):
    one = client.get("/poster", headers={"Host": "one.example"})
    two = client.get("/poster", headers={"Host": "two.example"})
    foreign = client.get("/poster", headers={"Host": "evil.example"})

    assert one.content != two.content
    assert foreign.status_code == 400


def test_forget_pages_after_the_commit_makes_the_page_anew(
    client, django_capture_on_commit_callbacks
):
    first = client.get("/poster")

    with django_capture_on_commit_callbacks(execute=True):
        forget_pages("poster")

    assert another_process().get("/poster").content != first.content


@pytest.mark.django_db(transaction=True)
def test_forget_pages_before_the_commit_forgets_nothing(client):
    first = client.get("/poster")

    with transaction.atomic():
        forget_pages("poster")
        assert another_process().get("/poster").content == first.content

    assert another_process().get("/poster").content != first.content


def test_forget_pages_within_a_second_reaches_a_process_that_remembers(
    client, django_capture_on_commit_callbacks, monkeypatch
):
    first = client.get("/poster")
    with django_capture_on_commit_callbacks(execute=True):
        forget_pages("poster")

    now = time.monotonic()
    monkeypatch.setattr(storing.time, "monotonic", lambda: now + storing.SECONDS_IN_MEMORY)

    assert client.get("/poster").content != first.content


def test_a_page_made_from_what_was_true_before_a_change_is_not_kept(
    client, django_capture_on_commit_callbacks, monkeypatch
):
    def change_while_being_made(request):
        response = HttpResponse(f"made {next(made)} times")
        with django_capture_on_commit_callbacks(execute=True):
            forget_pages("poster")
        return response

    slow = public_page(tags=("poster",))(change_while_being_made)
    monkeypatch.setattr(urlpatterns[0], "callback", slow)

    first = client.get("/poster")

    assert another_process().get("/poster").content != first.content


def test_page_when_it_has_run_out_and_the_database_is_away_is_shown_all_the_same(
    client, monkeypatch
):
    first = client.get("/poster")
    now = time.time()
    monkeypatch.setattr(storing.time, "time", lambda: now + 31)
    monkeypatch.setattr(f"{__name__}.is_database_away", True)

    again = another_process().get("/poster")

    assert (again.status_code, again.content) == (200, first.content)


def test_page_when_redis_is_away_is_made_and_remembered_by_the_process(client, monkeypatch):
    monkeypatch.setattr(redis, "_away_until", float("inf"))

    first = client.get("/poster")

    assert client.get("/poster").content == first.content


def test_page_when_redis_was_emptied_is_made_anew(client):
    first = client.get("/poster")
    redis.redis_client().flushall()

    assert another_process().get("/poster").content != first.content


def test_page_when_asked_with_a_query_is_not_kept(client):
    assert client.get("/poster?a=1").content != client.get("/poster?a=1").content


def asked_of_wsgi(application, path, **environ):
    """A request as gunicorn hands it over, and the answer as gunicorn gets it."""
    began = []
    wanted = RequestFactory().get(path, **environ).environ
    body = b"".join(application(wanted, lambda *answer: began.append(answer)))
    return began[0][0], dict(began[0][1]), body


def test_page_that_is_there_is_answered_before_django_begins(client):
    def django(environ, start_response):
        raise AssertionError("Django was asked")

    made_by_django = client.get("/poster")

    status, headers, body = asked_of_wsgi(CachedPages(django), "/poster")

    assert (status, body) == ("200 OK", made_by_django.content)
    assert headers["ETag"] == made_by_django["ETag"]
    assert headers["Content-Length"] == str(len(body))
    assert len(headers["X-Request-ID"]) == 32


@pytest.mark.parametrize(
    ("path", "environ"),
    [
        ("/poster", {"HTTP_HOST": "evil.example"}),
        ("/poster", {"wsgi.url_scheme": "https"}),
        ("/poster", {"REQUEST_METHOD": "POST"}),
        ("/poster", {"QUERY_STRING": "a=1"}),
        ("/personal", {}),
    ],
)
def test_page_that_was_not_made_for_this_very_request_is_left_to_django(client, path, environ):
    client.get("/poster")
    client.get("/personal")
    asked = []

    def django(environ, start_response):
        asked.append(environ)
        start_response("200 OK", [])
        return [b""]

    asked_of_wsgi(CachedPages(django), path, **environ)

    assert len(asked) == 1
