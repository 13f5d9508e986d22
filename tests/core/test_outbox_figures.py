"""How the outbox is said to be: by /health, `doctor` and Prometheus."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from tests.factories import DeliveryFactory
from tests.kit.outbox import own_registry
from ticketing.core.outbox import Event, figures, subscribe
from ticketing.core.outbox.events import event_types
from ticketing.core.outbox.figures import OutboxCollector, current_figures
from ticketing.doctor import nothing_was_given_up, relay_is_at_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def _relay_is_there(monkeypatch):
    monkeypatch.setattr(figures, "RELAYS", "SELECT 1 WHERE %s <> ''")


@pytest.fixture(autouse=True)
def _own_registry():
    with own_registry():
        yield


def due(seconds_ago, **fields):
    moment = timezone.now() - timedelta(seconds=seconds_ago)
    return DeliveryFactory(**{"due_at": moment, "wanted_at": moment} | fields)


def test_figures_count_what_waits_by_queue_and_what_was_given_up_by_subscriber():
    soon = timezone.now() + timedelta(seconds=30)
    due(10)
    due(50)
    due(90, status="running")
    due(20, queue="mail")
    due(70, queue="mail", status="handed_over", due_at=soon)
    due(-20, queue="mail")
    due(10, status="done", done_at=timezone.now())
    due(10, status="dead", subscriber="house.slam")

    current = current_figures()

    assert (current.relays, current.waiting, current.dead) == (
        0,
        {"": 2, "mail": 2},
        {"house.slam": 1},
    )
    assert round(current.oldest[""].total_seconds()) == 50
    assert round(current.oldest["mail"].total_seconds()) == 70
    assert current.left_alone == ["house.greet"]


@pytest.mark.usefixtures("_relay_is_there")
def test_relay_is_at_work_while_it_is_there_and_looks_at_what_is_its_own():
    type("Sample", (Event,), {}, name="house.door_opened", version=1)
    subscribe(event_types["house.door_opened", 1], name="house.greet")(lambda event, now: None)
    due(500, due_at=timezone.now())
    due(59)
    due(500, queue="mail")
    due(500, subscriber="house.ghost")
    assert current_figures().is_relay_at_work
    assert relay_is_at_work().is_well

    due(61)
    assert not current_figures().is_relay_at_work
    assert relay_is_at_work().problem.startswith("nothing has been passed on for a minute")


def test_relay_that_is_not_there_is_not_at_work(client):
    assert relay_is_at_work().problem.startswith("there is none")
    assert client.get("/health/ready").json()["parts"]["relay"] == "down"


def test_doctor_names_what_was_given_up_and_who_is_not_known():
    due(10, status="dead")
    due(10, status="dead")
    due(10, subscriber="house.ghost")

    assert nothing_was_given_up().problem == (
        "2 to house.greet were given up; nobody listens as house.ghost"
    )


def test_metrics_tell_what_waits_since_when_and_what_was_given_up(client, settings):
    settings.METRICS_TOKEN = "a-token"
    due(30)
    due(0, status="dead")

    text = client.get("/metrics", headers={"Authorization": "Bearer a-token"}).text

    assert "ticketing_relays 0.0" in text
    assert 'ticketing_deliveries_waiting{queue="relay"} 1.0' in text
    oldest = re.search(r'ticketing_deliveries_oldest_seconds{queue="relay"} (\d+)\.', text)
    assert oldest is not None
    assert 30 <= int(oldest[1]) < 90
    assert 'ticketing_deliveries_dead{subscriber="house.greet"} 1.0' in text


def test_metrics_when_the_database_is_away_leave_these_out(monkeypatch):
    def refuse():
        raise OperationalError("no route")

    monkeypatch.setattr(figures, "current_figures", refuse)

    assert list(OutboxCollector().collect()) == []
