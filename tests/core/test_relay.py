"""The relay within this process, on a real database and a real broker."""

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import transaction

from tests.kit.outbox import own_registry
from tests.kit.running import until
from ticketing.core.models import Delivery
from ticketing.core.outbox import Event, announce, subscribe
from ticketing.core.outbox.relay import Relay

pytestmark = pytest.mark.django_db(transaction=True)


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


def announce_now(event):
    with transaction.atomic():
        return announce(event)


@contextmanager
def relay_at_work(**options):
    relay = Relay(**{"poll": 30.0} | options)
    thread = threading.Thread(target=relay.run)
    thread.start()
    try:
        yield relay
    finally:
        relay.stop()
        thread.join()


def is_finished():
    return set(Delivery.objects.values_list("status", flat=True)) == {"done"}


def test_relay_runs_what_is_announced_at_once_without_waiting_for_its_poll(rang):
    seen = []
    subscribe(rang, name="guest")(lambda event, now: seen.append(event.number))

    with relay_at_work():
        time.sleep(0.5)
        started = time.monotonic()
        announce_now(rang(number=7))
        until(is_finished, 10)
        took = time.monotonic() - started

    assert seen == [7]
    assert took < 2
