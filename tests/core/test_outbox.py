"""Announcing, and what becomes of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from tests.factories import UserFactory
from tests.kit.outbox import own_registry
from ticketing.core.enums import DeliveryStatus
from ticketing.core.ids import new_id
from ticketing.core.models import AnnouncedEvent, Delivery
from ticketing.core.outbox import Event, Retry, announce, deliver_all, subscribe

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_registry():
    with own_registry():
        yield


@pytest.fixture
def door_opened():
    @dataclass(frozen=True, kw_only=True)
    class DoorOpened(Event, name="venue.door_opened", version=1):
        """The door is open."""

        door: UUID

    return DoorOpened


@pytest.mark.django_db
def test_announced_event_reaches_each_subscriber_once(door_opened):
    seen = []

    @subscribe(door_opened)
    def greet(event, *, now, delivery_key):
        seen.append((event, now, delivery_key))

    @subscribe(door_opened, queue="mail")
    def write_home(event, *, now):
        seen.append(event)

    event = door_opened(door=new_id())
    person = UserFactory()

    announced = announce(event, about=person, organizer=event.door)
    outcomes = deliver_all(now=NOW)

    assert seen == [(event, NOW, f"{announced.pk}:{greet.__module__}.{greet.__name__}"), event]
    assert [outcome.status for outcome in outcomes] == [DeliveryStatus.DONE] * 2
    assert announced.about == f"accounts.user:{person.pk}"
    assert deliver_all(now=NOW) == []
    assert set(Delivery.objects.values_list("status", "attempts", "done_at")) == {("done", 1, NOW)}


@pytest.mark.django_db(transaction=True)
def test_announce_outside_of_a_transaction_is_refused(door_opened):
    with pytest.raises(transaction.TransactionManagementError, match=r"venue\.door_opened"):
        announce(door_opened(door=new_id()))

    assert not AnnouncedEvent.objects.exists()


@pytest.mark.django_db
def test_delivery_when_the_handler_asks_for_another_time_waits_for_it(door_opened):
    tries = []

    @subscribe(door_opened)
    def greet(event, *, now):
        tries.append(now)
        if len(tries) == 1:
            raise Retry("Nobody is there yet.", after=timedelta(minutes=3))

    announce(door_opened(door=new_id()))
    deliver_all(now=NOW)
    waiting = Delivery.objects.get()
    deliver_all(now=NOW + timedelta(minutes=2))
    deliver_all(now=NOW + timedelta(minutes=3))

    assert (waiting.status, waiting.due_at) == ("waiting", NOW + timedelta(minutes=3))
    assert (waiting.last_error, waiting.retries) == ("Nobody is there yet.", 1)
    assert tries == [NOW, NOW + timedelta(minutes=3)]
    assert Delivery.objects.get().status == "done"
