"""Delivering again, forgetting what is old, and the list of events."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.conf import settings as the_settings
from django.core.management import CommandError, call_command

from tests.factories import AnnouncedEventFactory, DeliveryFactory
from tests.kit.outbox import own_registry
from ticketing.core.models import AnnouncedEvent, Delivery
from ticketing.core.outbox import Event, deliver_all, pruning, subscribe
from ticketing.core.outbox.catalogue import catalogue
from ticketing.core.outbox.pruning import prune
from ticketing.core.outbox.replaying import Wanted, replay, try_again

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_registry():
    with own_registry():
        yield


@pytest.fixture
def seen():
    """What two subscribers of two events were given."""
    given = []

    @dataclass(frozen=True, kw_only=True)
    class Rang(Event, name="house.rang", version=1):
        """Somebody stands at the door."""

        number: int
        door: UUID | None = None

    @dataclass(frozen=True, kw_only=True)
    class Left(Event, name="house.left", version=1):
        number: int

    @subscribe(Rang, name="host")
    def host(event, *, now, delivery_key):
        given.append(("host", event.number, delivery_key))

    @subscribe(Rang, Left, name="diary", queue="default")
    def diary(event, *, now, delivery_key):
        given.append(("diary", event.number, delivery_key))

    return given


def happened(
    number, *, name="house.rang", days_ago=0, status="done", subscribers=("host", "diary")
):
    event = AnnouncedEventFactory(
        name=name,
        body={"number": number},
        about=f"house.door:{number}",
        announced_at=NOW - days_ago * DAY,
    )
    for subscriber in subscribers:
        done_at = NOW if status == "done" else None
        DeliveryFactory(
            event=event, subscriber=subscriber, status=status, done_at=done_at, attempts=1,
            due_at=NOW - DAY,
        )  # fmt: skip
    return event


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(since=NOW - 2 * DAY), {("host", 1), ("diary", 1), ("host", 2), ("diary", 2)}),
        (Wanted(since=NOW - 2 * DAY, until=NOW - DAY), {("host", 2), ("diary", 2)}),
        (Wanted(name="house.left"), {("diary", 4)}),
        (Wanted(about="house.door:3"), {("host", 3), ("diary", 3)}),
        (Wanted(name="house.rang", subscriber="host"), {("host", 1), ("host", 2), ("host", 3)}),
        (Wanted(about="house.door:9"), set()),
    ],
)
def test_replay_delivers_what_was_asked_for_again_under_the_same_keys(seen, wanted, expected):
    events = {
        1: happened(1, days_ago=1),
        2: happened(2, days_ago=2),
        3: happened(3, days_ago=3),
        4: happened(4, name="house.left", days_ago=3, subscribers=["diary"]),
    }

    counted = replay(wanted, now=NOW, is_dry_run=True)
    assert deliver_all(now=NOW) == []
    replayed = replay(wanted, now=NOW)
    deliver_all(now=NOW)

    assert sum(counted.values()) == len(expected)
    assert replayed == counted
    assert sorted(seen) == sorted(
        (subscriber, number, f"{events[number].pk}:{subscriber}") for subscriber, number in expected
    )


@pytest.mark.django_db
def test_replay_leaves_alone_what_waits_or_runs(seen):
    for number, status in enumerate(["waiting", "running", "handed_over"]):
        happened(number, status=status)
    before = list(Delivery.objects.values())

    assert replay(Wanted(name="house.rang"), now=NOW) == {}
    assert list(Delivery.objects.values()) == before


@pytest.mark.django_db
def test_replay_gives_a_new_subscriber_what_was_announced_before_it_was_there(seen):
    happened(1, subscribers=["host"])

    replay(Wanted(name="house.rang", subscriber="diary"), now=NOW)
    deliver_all(now=NOW)

    assert [(who, number) for who, number, _ in seen] == [("diary", 1)]
    assert Delivery.objects.get(subscriber="diary").queue == "default"


@pytest.mark.django_db
def test_replay_gives_what_was_given_up_all_its_attempts_and_never_an_old_token(seen):
    happened(1, subscribers=["host"], status="dead")
    Delivery.objects.update(failures=5, retries=3, attempts=8)

    replay(Wanted(name="house.rang", subscriber="host"), now=NOW)

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.failures, delivery.retries) == ("waiting", 0, 0)
    assert delivery.attempts == 8


@pytest.mark.django_db
def test_try_again_takes_what_was_given_up_or_waits_and_nothing_else(seen):
    for number, status in enumerate(["waiting", "running", "handed_over", "done", "dead"]):
        happened(number, status=status, subscribers=["host"])

    tried = try_again(Delivery.objects.all(), now=NOW)
    deliver_all(now=NOW)

    assert tried == 2
    assert [number for _, number, _ in seen] == [0, 4]


@pytest.mark.django_db
def test_replay_command_counts_delivers_and_refuses_to_guess(seen):
    happened(1, days_ago=1)
    output = StringIO()

    call_command("replay_events", "--since=2026-11-20", "--dry-run", stdout=output)
    assert output.getvalue().splitlines() == [
        "         1  diary",
        "         1  host",
        "2 deliveries would be made again.",
    ]
    call_command("replay_events", "--about=house.door:1", "--subscriber=host", stdout=output)
    assert output.getvalue().endswith("1 deliveries are made again.\n")
    with pytest.raises(CommandError, match="Say which"):
        call_command("replay_events", "--subscriber=host")
    with pytest.raises(CommandError, match="Nobody listens as ghost"):
        call_command("replay_events", "--name=house.rang", "--subscriber=ghost")
    with pytest.raises(CommandError, match="--since"):
        call_command("replay_events", "--since=yesterday")


@pytest.mark.django_db
def test_prune_forgets_what_is_old_and_delivered_and_keeps_the_rest(monkeypatch):
    monkeypatch.setattr(pruning, "AT_ONCE", 2)
    old = the_settings.EVENTS_KEPT_DAYS + 1
    for number in range(5):
        happened(number, days_ago=old)
    silent = happened(5, days_ago=old, subscribers=[])
    kept = [
        happened(6, days_ago=old - 2),
        happened(7, days_ago=old, status="waiting"),
        happened(8, days_ago=old, status="dead"),
    ]

    deleted = prune(now=NOW)

    assert deleted == 6
    assert not AnnouncedEvent.objects.filter(pk=silent.pk).exists()
    assert set(AnnouncedEvent.objects.all()) == set(kept)
    assert Delivery.objects.count() == 6


def test_catalogue_names_each_event_its_fields_and_who_listens(seen):
    text = catalogue()

    of_the_house = """\
## house.left.1

| field | type |
| --- | --- |
| `number` | int |

- `diary`, run by workers of the queue default

## house.rang.1

Somebody stands at the door.

| field | type |
| --- | --- |
| `number` | int |
| `door` | UUID or None = None |

- `host`, run by the relay
- `diary`, run by workers of the queue default
"""
    assert of_the_house in text


def test_committed_catalogue_is_current():
    committed = (the_settings.BASE_DIR / "docs" / "events.md").read_text()

    assert committed == catalogue(), "Run `manage.py event_catalogue`."


def test_catalogue_command_writes_the_file(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()

    call_command("event_catalogue", stdout=StringIO())

    assert (tmp_path / "docs" / "events.md").read_text() == catalogue()
