"""A POST with an Idempotency-Key: worked once, answered alike, never stuck."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.urls import path
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.response import Response

from accounts.models import User
from tests.factories import AnnouncedEventFactory
from tests.kit.queries import queries_of
from tests.kit.races import race
from tests.kit.running import until
from ticketing.core import idempotency
from ticketing.core.api import View
from ticketing.core.errors import Conflict, InvalidInput, NotAllowed, NotThere, TryLater
from ticketing.core.idempotency import forget_old_answers
from ticketing.core.models import AnnouncedEvent, IdempotencyKey

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
DAY = timedelta(days=1)


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
        return request.user is None or request.user.is_active


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

    for private in (answer.json()["visit"], "Zo", "a-key", "a-booking-token", "ada@"):
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


def test_keyed_call_costs_six_statements_more():
    post(key="warm")
    keyed = [sql.split()[0] for sql in queries_of(lambda: post(key="another"))]
    replayed = [sql.split()[0] for sql in queries_of(lambda: post(key="another"))]

    assert keyed == ["SAVEPOINT", "SET", "INSERT", "SET", "INSERT", "UPDATE", "RELEASE"]
    assert replayed == ["SAVEPOINT", "SET", "INSERT", "SET", "SELECT", "RELEASE"]


@pytest.mark.django_db(transaction=True)
@BOTH
def test_same_call_many_times_at_once_works_once(address):
    answers = race(8, lambda _: post(address))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 7
    assert visits() == 1


@contextmanager
def first_call_at_work(address, **post_options):
    """Another thread's call that works until the block ends; yields what it answered."""
    has_begun, may_end = threading.Event(), threading.Event()
    answers = []

    def work():
        if threading.current_thread() is thread:
            has_begun.set()
            may_end.wait(10)

    def call():
        answers.append(post(address, **post_options))
        connection.close()

    thread = threading.Thread(target=call)
    with happening(work):
        thread.start()
        assert has_begun.wait(10)
        yield answers
        may_end.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
@BOTH
def test_call_while_the_first_runs_for_too_long_is_told_so(address, monkeypatch):
    monkeypatch.setattr(idempotency, "WAIT", timedelta(seconds=0.2))

    with first_call_at_work(address) as first:
        meanwhile_asked = post(address)
        elsewhere = post(address, key="another-key")

    assert (meanwhile_asked.status_code, meanwhile_asked.json()["code"]) == (409, "in_progress")
    assert meanwhile_asked["Retry-After"] == "1"
    assert (first[0].status_code, elsewhere.status_code) == (201, 201)
    assert post(address).content == first[0].content


@pytest.mark.django_db(transaction=True)
@BOTH
def test_call_with_another_body_while_the_first_runs_never_works(address, monkeypatch):
    monkeypatch.setattr(idempotency, "WAIT", timedelta(seconds=0.2))

    with first_call_at_work(address):
        other = post(address, body={"name": "Bob"})

    assert other.status_code == {DESK: 409, LEASED: 422}[address]
    assert visits() == 1


@pytest.mark.django_db(transaction=True)
@BOTH
def test_call_that_waited_for_one_that_broke_does_the_work(address):
    has_begun, may_break = threading.Event(), threading.Event()
    calls = []

    def break_the_first():
        calls.append(1)
        if len(calls) == 1:
            has_begun.set()
            may_break.wait(10)
            return ZeroDivisionError("broken")
        return None

    def ask(number):
        if number == 1:
            assert has_begun.wait(10)
            threading.Timer(0.3, may_break.set).start()
        return post(address, raise_errors=False).status_code

    with happening(break_the_first):
        statuses = race(2, ask)

    assert statuses == [500, 201]
    assert visits() == {DESK: 1, LEASED: 2}[address]


def lost_call(address, **post_options):
    """A leased call whose process died: begun, without an answer, its lease still running."""
    answer = post(address, **post_options)
    IdempotencyKey.objects.update(answer=None)
    return answer


def test_leased_call_whose_process_died_is_taken_over_when_the_lease_is_out(monkeypatch):
    monkeypatch.setattr(idempotency, "WAIT", timedelta(seconds=0.2))
    lost_call(LEASED)

    during = post(LEASED)
    IdempotencyKey.objects.update(leased_until=F("begun_at"))
    after = post(LEASED)

    assert (during.status_code, during.json()["code"]) == (409, "in_progress")
    assert (after.status_code, "Idempotency-Replayed" in after.headers) == (201, False)
    assert post(LEASED).content == after.content
    assert visits() == 2


def test_leased_call_that_was_overtaken_stores_nothing():
    def overtake():
        IdempotencyKey.objects.update(attempt=F("attempt") + 1)

    with happening(overtake):
        overtaken = post(LEASED)

    assert overtaken.status_code == 201
    assert IdempotencyKey.objects.get().answer is None


def test_leased_call_whose_row_vanishes_while_another_waits_is_worked_by_that_one(monkeypatch):
    lost_call(LEASED)
    monkeypatch.setattr(idempotency.time, "sleep", lambda _: IdempotencyKey.objects.all().delete())

    assert post(LEASED).status_code == 201


def test_work_by_lease_is_in_no_transaction_and_the_other_is():
    seen = []

    with happening(lambda: seen.append(len(connection.savepoint_ids))):
        post(LEASED)
        post(DESK)

    assert seen == [0, 1]


def test_announcements_of_a_keyed_call_are_made_with_it(django_capture_on_commit_callbacks):
    noted = []

    with (
        happening(lambda: transaction.on_commit(lambda: noted.append(1))),
        django_capture_on_commit_callbacks(execute=True),
    ):
        post()

    assert noted == [1]


def test_get_looks_at_no_key():
    answer = Client().get(DESK, headers={"Idempotency-Key": "a key"})

    assert (answer.status_code, IdempotencyKey.objects.count()) == (200, 0)


def test_method_that_a_view_has_not_is_refused_with_a_key_too(monkeypatch):
    monkeypatch.delattr(Desk, "post")

    assert post().status_code == 405


@pytest.mark.django_db(transaction=True)
def test_waiting_for_a_key_bounds_no_lock_of_the_work_itself():
    seen = []

    def look():
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            seen.append(cursor.fetchone()[0])

    with happening(look):
        post()
    until(lambda: bool(seen), 1)

    assert seen == ["0"]
