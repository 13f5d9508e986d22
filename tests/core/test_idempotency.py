"""A POST with an Idempotency-Key: worked once and answered alike."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from rest_framework.response import Response

from accounts.models import User
from tests.core.desk import (
    BOTH,
    DESK,
    AllHeld,
    Away,
    Forbidden,
    Gone,
    SoldOut,
    Wrong,
    happening,
    post,
    visits,
)
from tests.kit.queries import queries_of
from ticketing.core import idempotency
from ticketing.core.idempotency import forget_old_answers
from ticketing.core.models import IdempotencyKey

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.desk")]
DAY = timedelta(days=1)


@BOTH
def test_call_repeated_with_its_key_gets_the_same_answer_and_works_once(address):
    first, second = post(address), post(address)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert [answer.headers.get("Idempotency-Replayed") for answer in (first, second)] == [
        None,
        "true",
    ]
    for header in ("Content-Type", "Location"):
        assert first.headers[header] == second.headers[header]
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]
    assert visits() == 1


def test_call_without_a_key_works_each_time():
    post(key=None)
    post(key=None)

    assert (visits(), IdempotencyKey.objects.count()) == (2, 0)


def test_call_to_a_view_that_takes_no_keys_works_each_time():
    post("/api/v1/free")
    post("/api/v1/free")

    assert (visits(), IdempotencyKey.objects.count()) == (2, 0)


@BOTH
def test_key_with_another_body_is_refused(address):
    post(address)

    answer = post(address, body={"name": "Bob", "size": 1})

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert answer["Content-Type"] == "application/problem+json"
    assert visits() == 1


def test_body_in_another_spelling_of_the_same_is_the_same():
    first = post(body='{"name": "Zo\\u00eb", "size": 1}')

    assert post(body='{"size":1,"name":"Zoë"}').content == first.content
    assert post(body="{no json").status_code == 422


def test_query_is_part_of_what_was_sent():
    post(f"{DESK}?notify=no")

    assert post(f"{DESK}?notify=yes").json()["code"] == "idempotency_key_reused"
    assert post(f"{DESK}?notify=no").headers["Idempotency-Replayed"] == "true"


def test_key_at_another_address_is_another_key_and_a_slash_at_the_end_is_none():
    first = post()

    assert post("/api/v1/other").content != first.content
    assert post("/api/v1/desk/").content == first.content
    assert visits() == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"X-Test-User": "Oumar"}, {"X-Test-User": "Ada"}),
        ({"X-Test-User": "Oumar"}, {}),
        ({"X-Booking-Token": "abc"}, {"X-Booking-Token": "xyz"}),
        ({"X-Booking-Token": "abc"}, {}),
        ({"X-Test-Device": "1"}, {"X-Test-Device": "2"}),
        ({"X-Test-Device": "1"}, {}),
        ({"X-Forwarded-For": "203.0.113.1"}, {"X-Forwarded-For": "203.0.113.2"}),
    ],
)
def test_same_key_of_two_callers_is_two_keys(organizer, attendee, settings, one, other):
    settings.TRUSTED_PROXIES = 1

    first, second = post(**one), post(**other)

    assert first.content != second.content
    assert [post(**one).content, post(**other).content] == [first.content, second.content]
    assert visits() == 2


def test_user_is_the_same_caller_from_wherever_they_call(organizer, settings):
    settings.TRUSTED_PROXIES = 1
    first = post(**{"X-Test-User": "Oumar", "X-Forwarded-For": "203.0.113.1"})

    second = post(**{"X-Test-User": "Oumar", "X-Forwarded-For": "203.0.113.2"})

    assert second.content == first.content


def test_stored_answer_is_not_for_who_may_no_longer(organizer):
    first = post(**{"X-Test-User": "Oumar"})
    User.objects.update(is_active=False)

    second = post(**{"X-Test-User": "Oumar"})

    assert (first.status_code, second.status_code) == (201, 403)


@pytest.mark.parametrize("key", ["", "x" * 256, "a key", "clé", "a\tb"])
def test_key_that_is_not_well_formed_is_refused(key):
    answer = post(key=key.encode().decode("latin-1"))

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_malformed")
    assert visits() == 0


@pytest.mark.parametrize("key", ["!", "~", "x" * 255])
def test_key_of_visible_ascii_is_taken(key):
    assert post(key=key).status_code == 201


@BOTH
@pytest.mark.parametrize(
    "error",
    [Away(), AllHeld(), Wrong(), Forbidden(), Gone()],
    ids=["503", "409 with Retry-After", "400", "403", "404"],
)
def test_answer_that_may_be_another_next_time_is_not_stored(address, error):
    with happening(lambda: error):
        refused = post(address)
    accepted = post(address, body={"name": "Ada", "size": 2})

    assert refused.status_code == {"away": 503, "all_held": 409, "wrong": 400, "forbidden": 403, "gone": 404}[error.code]  # fmt: skip
    assert (accepted.status_code, "Idempotency-Replayed" in accepted.headers) == (201, False)


@BOTH
@pytest.mark.parametrize("status", [429, 500, 502])
def test_answer_of_somebody_who_could_not_is_not_stored(address, status):
    with happening(lambda: Response({}, status=status)):
        post(address)

    assert post(address).status_code == 201


@BOTH
def test_answer_that_the_state_forbids_it_is_stored(address):
    with happening(SoldOut):
        first = post(address)
    second = post(address)

    assert (second.status_code, second.json()["code"]) == (409, "sold_out")
    assert (second.content, second["Content-Type"]) == (first.content, "application/problem+json")
    assert second["Idempotency-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
@BOTH
def test_call_that_breaks_leaves_no_key_behind(address):
    with happening(lambda: ZeroDivisionError("broken")):
        broken = post(address, raise_errors=False)

    assert (broken.status_code, IdempotencyKey.objects.count()) == (500, 0)
    assert post(address).status_code == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [Away(), ZeroDivisionError("broken")])
def test_work_of_a_call_that_could_not_be_answered_is_undone(error):
    with happening(lambda: error):
        post(raise_errors=False)

    assert visits() == 0


def test_stored_answer_is_encrypted_and_names_nobody():
    answer = post(**{"X-Booking-Token": "a-booking-token"}, body={"email": "ada@example.org"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT core_idempotencykey::text FROM core_idempotencykey")
        ((row,),) = cursor.fetchall()

    # With its quotation mark, which no cipher text has by chance.
    for private in (answer.json()["visit"], '"Zo', "a-key", "a-booking-token", "ada@"):
        assert private not in row


def test_key_is_forgotten_after_a_day():
    first = post()
    IdempotencyKey.objects.update(begun_at=F("begun_at") - DAY)

    other_body = post(body={"name": "Bob"})

    assert (other_body.status_code, other_body.content != first.content) == (201, True)
    assert post(body={"name": "Bob"}).content == other_body.content


def test_old_keys_are_deleted_and_younger_ones_stay(monkeypatch):
    monkeypatch.setattr(idempotency, "FORGOTTEN_AT_ONCE", 2)
    for number in range(5):
        post(key=f"old-{number}")
    IdempotencyKey.objects.update(begun_at=F("begun_at") - DAY)
    post(key="young")

    assert forget_old_answers() == 5
    assert IdempotencyKey.objects.count() == 1


def test_keyed_call_costs_four_statements_more():
    post(key="warm")
    keyed = [sql.split()[0] for sql in queries_of(lambda: post(key="another"))]
    replayed = [sql.split()[0] for sql in queries_of(lambda: post(key="another"))]

    assert keyed == ["SAVEPOINT", "INSERT", "INSERT", "UPDATE", "RELEASE"]
    assert replayed == ["SAVEPOINT", "INSERT", "SELECT", "RELEASE"]
