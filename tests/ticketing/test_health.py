import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from tests.events.media.clamd import clamd
from tests.kit.pages import text_of
from ticketing.core import redis
from ticketing.core.environment import mailer
from ticketing.core.heartbeat import ALIVE_FOR, KEY, beat, last_beat
from ticketing.core.jobs import app
from ticketing.core.outbox import figures
from ticketing.core.tasks import heartbeat
from ticketing.health import probes, views

pytestmark = pytest.mark.django_db


@pytest.fixture
def _database_is_away(monkeypatch):
    def refuse(*args, **kwargs):
        raise connection.Database.OperationalError("no route")

    monkeypatch.setattr(connection, "cursor", refuse)
    monkeypatch.setattr(probes, "MigrationExecutor", refuse)


def test_ready_when_all_is_well_says_so_of_each_part(client, monkeypatch):
    monkeypatch.setattr(figures, "RELAYS", "SELECT 1 WHERE %s <> ''")
    beat(now=timezone.now())

    answer = client.get("/health/ready")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "parts": dict.fromkeys(
            ["database", "migrations", "relay", "redis", "worker", "storage", "mail"], "ok"
        )
        | {"scanner": "not_configured"},
    }


def test_the_scanner_is_reported_where_there_is_one_and_decides_nothing(client, settings):
    with clamd() as daemon:
        settings.CLAMAV_URL = daemon.address
        there = client.get("/health/ready").json()["parts"]["scanner"]
    views.examination.made_at = float("-inf")
    away = client.get("/health/ready")

    assert (there, away.json()["parts"]["scanner"], away.status_code) == ("ok", "down", 200)


def test_a_scanner_that_says_something_else_is_away(client, settings):
    with clamd() as daemon:
        daemon.says = b"still loading\0"
        settings.CLAMAV_URL = daemon.address

        assert client.get("/health/ready").json()["parts"]["scanner"] == "down"


def test_health_for_people_says_that_no_scanner_is_set_up(client):
    assert "Virus scanner" in text_of(client.get("/health"))
    assert "Not set up" in text_of(client.get("/health"))


@pytest.mark.usefixtures("_database_is_away")
def test_ready_when_the_database_is_away_is_not(client):
    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["status"] == "not_ready"
    assert answer.json()["parts"]["database"] == "down"


def test_ready_when_migrations_wait_is_not(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'accounts'")

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()["parts"]["migrations"]) == (503, "down")
    waiting = probes.waiting_migrations()
    assert waiting[0] == "accounts.0001_people_and_legal_texts"
    assert {name.partition(".")[0] for name in waiting} == {"accounts"}


def test_ready_when_redis_mail_and_worker_are_away_still_is(client, monkeypatch, settings):
    monkeypatch.setattr(redis, "_away_until", float("inf"))
    settings.MAILERS = {"default": mailer("smtp://127.0.0.1:1")}

    answer = client.get("/health/ready")

    assert answer.status_code == 200
    parts = answer.json()["parts"]
    assert (parts["redis"], parts["worker"], parts["mail"]) == ("down", "unknown", "down")


def test_worker_without_a_recent_beat_is_down(client):
    beat(now=timezone.now() - ALIVE_FOR)

    assert client.get("/health/ready").json()["parts"]["worker"] == "down"


@pytest.mark.usefixtures("_database_is_away")
def test_live_when_the_database_is_away_is_alive(client):
    answer = client.get("/health/live")

    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.parametrize("probe", ["/health/live", "/health/ready"])
def test_load_balancer_may_ask_by_address(client, probe):
    answer = client.get(probe, headers={"Host": "10.0.3.7:8000"})

    assert answer.status_code == 200


def test_health_for_people_names_each_part_in_their_language(client):
    english = client.get("/health")
    french = client.get("/health", headers={"Accept-Language": "fr-CA,fr;q=0.9"})

    assert (english["Content-Language"], french["Content-Language"]) == ("en", "fr")
    assert english.status_code == french.status_code == 200


@pytest.mark.usefixtures("_database_is_away")
def test_health_for_people_when_the_database_is_away_says_so(client):
    assert client.get("/health").status_code == 503


def test_health_asked_many_times_examines_once(client, django_assert_num_queries):
    client.get("/health/ready")

    with django_assert_num_queries(0):
        client.get("/health/ready")


def test_heartbeat_is_what_the_scheduled_task_writes():
    entry = app.conf.beat_schedule["heartbeat"]
    assert entry["task"] == heartbeat.name

    heartbeat()

    written = last_beat()
    assert written is not None
    assert timezone.now() - written < ALIVE_FOR


def test_heartbeat_when_redis_was_emptied_is_unknown_until_the_next_beat():
    beat(now=timezone.now())
    cache.delete(KEY)

    assert last_beat() is None
