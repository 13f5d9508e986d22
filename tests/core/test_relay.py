"""The relay within this process, on a real database and a real broker."""

import json
import os
import signal
import threading
import time
from base64 import b64decode
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from tests.kit.outbox import own_registry
from tests.kit.running import until
from ticketing.core import failpoints
from ticketing.core.jobs import app
from ticketing.core.models import Delivery
from ticketing.core.outbox import Event, announce, handing_over, relay, subscribe
from ticketing.core.outbox.figures import current_figures
from ticketing.core.outbox.relay import Relay
from ticketing.core.redis import redis_client
from ticketing.core.tasks import deliver

pytestmark = pytest.mark.django_db(transaction=True)
IDLE = 30.0  # seconds between looks: longer than any test waits


@pytest.fixture(autouse=True)
def _own_registry():
    with own_registry():
        yield


@pytest.fixture
def rang():
    @dataclass(frozen=True, kw_only=True)
    class Rang(Event, name="house.rang", version=1):
        number: int

    return Rang


@pytest.fixture
def seen(rang):
    """Numbers that a guest, whom the relay tells itself, and a postman, whom workers tell, got."""
    numbers = {"guest": [], "postman": []}
    subscribe(rang, name="guest")(lambda event, now: numbers["guest"].append(event.number))
    subscribe(rang, name="postman", queue="mail")(
        lambda event, now: numbers["postman"].append(event.number)
    )
    return numbers


@pytest.fixture
def broker(monkeypatch):
    """A broker that can be switched off."""
    switch = {"is_there": True}
    send = app.send_task

    def send_or_refuse(*args, **kwargs):
        if not switch["is_there"]:
            raise handing_over.BrokerError("no route")
        return send(*args, **kwargs)

    monkeypatch.setattr(app, "send_task", send_or_refuse)
    return switch


def announce_now(*events):
    with transaction.atomic():
        for event in events:
            announce(event)


@contextmanager
def at_work(*, count=1, **options):
    relays = [Relay(**{"poll": IDLE, "hands": 2} | options) for _ in range(count)]
    threads = [threading.Thread(target=one.run) for one in relays]
    for thread in threads:
        thread.start()
    try:
        until(lambda: current_figures().relays == count, 30)
        yield
    finally:
        for one in relays:
            one.stop()
        for thread in threads:
            thread.join()


def statuses(subscriber):
    rows = Delivery.objects.filter(subscriber=subscriber)
    return set(rows.values_list("status", flat=True))


def messages(queue="mail"):
    return [json.loads(message) for message in redis_client().lrange(queue, 0, -1)]


def message_arguments(message):
    _, arguments, _ = json.loads(b64decode(message["body"]))
    return arguments


def test_relay_runs_what_is_announced_at_once_without_waiting_for_its_poll(rang, seen):
    with at_work():
        announce_now(rang(number=7))
        until(lambda: statuses("guest") == {"done"}, 30)

    assert seen["guest"] == [7]


def test_relay_finds_what_nobody_rang_for(rang, seen, monkeypatch):
    monkeypatch.setattr("ticketing.core.outbox.announcing.wake_relay", lambda: None)

    with at_work(poll=0.2):
        announce_now(rang(number=7))
        until(lambda: statuses("guest") == {"done"}, 30)


def test_relay_hands_to_workers_what_is_theirs(rang, seen):
    announce_now(rang(number=7), rang(number=8))

    with at_work():
        until(lambda: len(messages()) == 2, 30)

    assert statuses("postman") == {"handed_over"}
    waiting = Delivery.objects.filter(subscriber="postman").order_by("pk").values("pk")
    assert {message["headers"]["task"] for message in messages()} == {"core.deliver"}
    assert sorted(message_arguments(message)["delivery_ids"] for message in messages()) == [
        [row["pk"]] for row in waiting
    ]
    assert seen["postman"] == []


def test_relay_when_the_broker_is_away_runs_what_is_its_own_and_keeps_the_rest(rang, seen, broker):
    broker["is_there"] = False

    with at_work():
        announce_now(rang(number=7))
        until(lambda: statuses("guest") == {"done"}, 30)
        until(lambda: statuses("postman") == {"waiting"}, 30)

    assert seen == {"guest": [7], "postman": []}


def test_relay_when_the_broker_is_away_for_long_does_the_workers_part(rang, seen, broker):
    broker["is_there"] = False

    with at_work(take_over_after=0.1, poll=0.1):
        announce_now(rang(number=7))
        until(lambda: statuses("postman") == {"done"}, 30)

    assert seen == {"guest": [7], "postman": [7]}


def test_relay_when_the_broker_is_back_hands_over_again(rang, seen, broker, monkeypatch):
    monkeypatch.setattr(relay, "SECONDS_BETWEEN_ASKS_FOR_THE_BROKER", 0.1)
    broker["is_there"] = False

    with at_work(take_over_after=60, poll=0.2):
        announce_now(rang(number=7))
        time.sleep(0.5)  # several times it asked in vain
        assert statuses("postman") <= {"waiting", "handed_over"}
        assert messages() == []
        broker["is_there"] = True
        until(lambda: len(messages()) == 1, 30)

    assert seen["postman"] == []


def test_relay_when_the_broker_has_lost_what_it_was_handed_hands_it_over_again(
    rang, seen, monkeypatch
):
    monkeypatch.setattr(handing_over, "HANDED_OVER_FOR", timedelta(seconds=0.5))
    announce_now(rang(number=7))

    with at_work(poll=0.2):
        until(lambda: len(messages()) == 1, 30)
        redis_client().flushdb()
        until(lambda: len(messages()) == 1, 30)

    assert Delivery.objects.get(subscriber="postman").attempts == 0


def test_relay_puts_only_so_many_into_a_queue_and_the_rest_when_there_is_room(
    rang, seen, monkeypatch
):
    monkeypatch.setattr(handing_over, "MOST_IN_A_QUEUE", 2)
    subscribe(rang, name="printer", queue="pdf")(lambda event, now: None)
    announce_now(*[rang(number=number) for number in range(5)])

    with at_work(poll=0.2):
        until(lambda: len(messages()) == 2 and len(messages("pdf")) == 2, 30)
        time.sleep(0.5)  # several looks
        assert (len(messages()), len(messages("pdf"))) == (2, 2)
        for message in messages():
            deliver(**message_arguments(message))
        until(lambda: len(messages()) == 4, 30)

    assert len(messages("pdf")) == 2


def test_several_relays_run_each_delivery_once(rang, seen):
    with at_work(count=3, poll=0.2):
        for start in range(0, 100, 10):
            announce_now(*[rang(number=number) for number in range(start, start + 10)])
        until(lambda: statuses("guest") == {"done"}, 30)

    assert sorted(seen["guest"]) == list(range(100))
    assert Delivery.objects.filter(subscriber="guest", attempts=1).count() == 100


def test_one_slow_delivery_does_not_hold_up_the_others(rang, seen):
    is_over = threading.Event()
    subscribe(rang, name="dawdler")(lambda event, now: is_over.wait(10))

    with at_work(hands=2):
        announce_now(rang(number=7))
        until(lambda: statuses("dawdler") == {"running"} and statuses("guest") == {"done"}, 30)
        is_over.set()
        until(lambda: statuses("dawdler") == {"done"}, 30)


def test_relay_when_the_database_was_away_while_it_worked_goes_on_soon(rang, seen, monkeypatch):
    failures = [OperationalError("gone")]

    @subscribe(rang, name="unlucky")
    def unlucky(event, *, now):
        if failures:
            connection.connection.close()
            raise failures.pop()

    with at_work():
        announce_now(rang(number=7))
        until(lambda: statuses("unlucky") == {"done"}, 30)

    assert Delivery.objects.values("attempts", "failures").get(subscriber="unlucky") == {
        "attempts": 2,
        "failures": 0,
    }


def test_relay_when_one_part_of_it_breaks_says_so_and_goes_on(rang, seen, monkeypatch, caplog):
    broken = [ZeroDivisionError]

    def prune():
        if broken:
            raise broken.pop()

    monkeypatch.setattr(relay, "prune", prune)

    with at_work(poll=0.2):
        until(lambda: "relay_held_up" in caplog.messages, 30)
        announce_now(rang(number=7))
        until(lambda: statuses("postman") == {"handed_over"}, 30)


def test_relay_touches_its_proof_of_life(tmp_path):
    proof = tmp_path / "alive"

    with at_work(proof_of_life=proof, poll=0.1):
        until(proof.exists, 30)
        proof.unlink()
        until(proof.exists, 30)


def test_relay_command_ends_when_it_is_told_to(monkeypatch):
    for number in (signal.SIGTERM, signal.SIGINT):
        monkeypatch.setattr(Relay, "listen", lambda self: os.kill(os.getpid(), number))  # noqa: B023 - called within the turn
        before = signal.getsignal(number)
        call_command("relay", "--hands=1", "--poll=0.1", stdout=StringIO())
        signal.signal(number, before)


def test_failpoint_is_inert_but_in_tests_that_name_it(monkeypatch, settings):
    killed = []
    monkeypatch.setattr(failpoints.os, "kill", lambda pid, number: killed.append(number))

    failpoints.failpoint("a.point")
    monkeypatch.setenv("FAILPOINT", "a.point")
    failpoints.failpoint("another.point")
    settings.ENVIRONMENT = "production"
    failpoints.failpoint("a.point")
    assert killed == []
    settings.ENVIRONMENT = "test"
    failpoints.failpoint("a.point")

    assert killed == [signal.SIGKILL]
