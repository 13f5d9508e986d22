"""Calls with one Idempotency-Key at the same time, and calls that were lost: never twice, never stuck."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client

from tests.core.desk import BOTH, DESK, LEASED, Desk, happening, post, visits
from tests.kit.races import race
from ticketing.core import idempotency
from ticketing.core.models import IdempotencyKey

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.desk")]


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
def test_keyed_call_bounds_the_wait_for_locks_until_its_end():
    seen = []

    def look():
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            seen.append(cursor.fetchone()[0])

    with happening(look):
        post()

    look()
    assert seen == ["5s", "0"]
