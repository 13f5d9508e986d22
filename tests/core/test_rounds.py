import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from tests.kit.running import until
from ticketing.core import rounds as module
from ticketing.core.clock import database_now
from ticketing.core.outbox.relay import Relay
from ticketing.core.rounds import Rounds, every

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_rounds(monkeypatch):
    monkeypatch.setattr(module, "rounds", {})


def test_rounds_are_made_when_they_are_due_and_by_the_clock_of_the_database():
    made = []

    @every(seconds=60)
    def look(*, now):
        made.append(now)

    rounds = Rounds()
    rest = [rounds.make(), rounds.make()]

    assert len(made) == 1
    assert abs(made[0] - timezone.now()) < timedelta(seconds=5)
    assert rest == [module.LONGEST_REST] * 2


def test_a_round_that_fails_is_told_of_and_does_not_stop_the_others(caplog):
    made = []

    @every(seconds=60)
    def broken(*, now):
        raise ValueError("out of order")

    @every(seconds=60)
    def whole(*, now):
        made.append("whole")

    Rounds().make()

    assert made == ["whole"]
    assert [(one.levelname, one.getMessage()) for one in caplog.records] == [
        ("ERROR", "round_failed")
    ]


def test_a_database_that_is_away_is_for_the_relay_to_wait_for():
    @every(seconds=60)
    def asks(*, now):
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        Rounds().make()


def test_a_relay_makes_rounds_without_redis(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1"
    made = []

    @every(seconds=0.05)
    def look(*, now):
        made.append(now)

    relay = Relay(hands=1)
    thread = threading.Thread(target=relay.run)

    thread.start()
    until(lambda: len(made) >= 3, 20)
    relay.stop()
    thread.join()

    assert made == sorted(made)


def test_the_clock_goes_on_within_a_transaction(db):
    first = database_now()
    time.sleep(0.01)

    assert database_now() > first
