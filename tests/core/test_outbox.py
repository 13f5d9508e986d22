"""Announcing: what is written, when, and how it is read again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, transaction

from tests.factories import DeliveryFactory, UserFactory
from tests.kit.outbox import own_registry
from tests.kit.queries import queries_of
from ticketing.core.enums import DeliveryStatus
from ticketing.core.ids import new_id
from ticketing.core.logs import request_id
from ticketing.core.models import AnnouncedEvent, Delivery
from ticketing.core.outbox import Event, announce, announcing, deliver_all, subscribe
from ticketing.core.outbox.events import NotKnownYet, Unreadable, event_type
from ticketing.core.outbox.subscribers import subscribers, subscribers_to

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_registry():
    with own_registry():
        yield


@pytest.fixture
def door_opened():
    @dataclass(frozen=True, kw_only=True)
    class DoorOpened(Event, name="house.door_opened", version=1):
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

    assert seen == [(event, NOW, f"{announced}:{greet.__module__}.greet"), event]
    assert [outcome.status for outcome in outcomes] == [DeliveryStatus.DONE] * 2
    assert deliver_all(now=NOW) == []
    assert set(Delivery.objects.values_list("status", "attempts", "done_at")) == {("done", 1, NOW)}


@pytest.mark.django_db
def test_subscriber_is_spared_what_is_of_no_concern_to_it(door_opened):
    front, back, seen = new_id(), new_id(), []

    @subscribe(door_opened, concerns=lambda event: event.door == front)
    def greet(event, *, now):
        seen.append(event.door)

    for door in (front, back):
        announce(door_opened(door=door))
    deliver_all(now=NOW)

    assert seen == [front]
    assert Delivery.objects.count() == 1


@pytest.mark.django_db
def test_announced_event_keeps_what_it_is_about_and_which_request_made_it(door_opened):
    person = UserFactory()
    token = request_id.set("a-request-1")

    announce(door_opened(door=person.pk), about=person, organizer=person.pk)

    request_id.reset(token)
    event = AnnouncedEvent.objects.values(
        "name", "version", "body", "about", "organizer", "request_id"
    ).get()
    assert event == {
        "name": "house.door_opened",
        "version": 1,
        "body": {"door": str(person.pk)},
        "about": f"accounts.user:{person.pk}",
        "organizer": person.pk,
        "request_id": "a-request-1",
    }


@pytest.mark.django_db
def test_handler_s_log_lines_carry_the_request_that_announced(door_opened):
    seen = []
    subscribe(door_opened, name="guest")(lambda event, now: seen.append(request_id.get()))
    token = request_id.set("a-request-2")
    announce(door_opened(door=new_id()))
    request_id.reset(token)

    deliver_all(now=NOW)

    assert (seen, request_id.get()) == (["a-request-2"], "")


@pytest.mark.django_db(transaction=True)
def test_announce_outside_of_a_transaction_is_refused(door_opened):
    with pytest.raises(transaction.TransactionManagementError, match=r"house\.door_opened"):
        announce(door_opened(door=new_id()))

    assert not AnnouncedEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("about", ["door", "house.door:", "house.door: 1", "House.Door:1"])
def test_announce_about_what_is_no_name_of_an_object_is_refused(door_opened, about):
    with pytest.raises(ValueError, match="names nothing"):
        announce(door_opened(door=new_id()), about=about)


@pytest.mark.django_db(transaction=True)
def test_announce_when_the_transaction_is_rolled_back_leaves_nothing(door_opened):
    subscribe(door_opened, name="guest")(lambda event, now: None)

    with transaction.atomic():
        announce(door_opened(door=new_id()))
        transaction.set_rollback(True)

    assert not AnnouncedEvent.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_announce_costs_one_statement_and_one_bell_after_the_commit(door_opened):
    for name in ("one", "two", "three"):
        subscribe(door_opened, name=name)(lambda event, now: None)

    def announce_twice():
        with transaction.atomic():
            announce(door_opened(door=new_id()))
            announce(door_opened(door=new_id()))

    statements = [sql.split()[0] for sql in queries_of(announce_twice)]

    assert statements == ["BEGIN", "WITH", "WITH", "COMMIT", "NOTIFY"]
    assert Delivery.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_announce_when_nobody_listens_wakes_nobody(door_opened):
    def announce_it():
        with transaction.atomic():
            announce(door_opened(door=new_id()))

    assert [sql.split()[0] for sql in queries_of(announce_it)] == ["BEGIN", "WITH", "COMMIT"]


@pytest.mark.django_db(transaction=True)
def test_announce_when_the_bell_breaks_is_announced_all_the_same(door_opened, monkeypatch):
    subscribe(door_opened, name="guest")(lambda event, now: None)

    monkeypatch.setattr(announcing, "CHANNEL", "1 is no name")

    with transaction.atomic():
        announce(door_opened(door=new_id()))

    with pytest.raises(DatabaseError):
        announcing.wake_relay()
    assert Delivery.objects.get().status == "waiting"


@pytest.mark.parametrize(
    ("kind", "value", "plain"),
    [
        (UUID, UUID(int=7), str(UUID(int=7))),
        (str, "Zoë", "Zoë"),
        (int, 7, 7),
        (bool, True, True),
        (datetime, NOW, "2026-11-21T12:00:00+00:00"),
        (datetime, NOW.astimezone(timezone(timedelta(hours=5))), "2026-11-21T17:00:00+05:00"),
        (str | None, None, None),
        (UUID | None, UUID(int=7), str(UUID(int=7))),
        (list[int], [1, 2], [1, 2]),
        (list[UUID], [UUID(int=7)], [str(UUID(int=7))]),
        (tuple[str, ...], ("a", "b"), ["a", "b"]),
        (list[datetime] | None, [NOW], ["2026-11-21T12:00:00+00:00"]),
    ],
)
def test_event_goes_into_json_and_back(kind, value, plain):
    @dataclass(frozen=True, kw_only=True)
    class Sample(Event, name="house.sample", version=1):
        field: kind

    event = Sample(field=value)

    assert event.to_body() == {"field": plain}
    assert Sample.from_body({"field": plain}) == event


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (int, True),
        (int, "7"),
        (str, 7),
        (UUID, "no id"),
        (datetime, datetime(2026, 11, 21)),  # noqa: DTZ001 - a moment without a zone is the subject
        (list[int], ["7"]),
        (int | None, "7"),
        (float, 1.5),
        (str, None),
    ],
)
def test_event_that_would_not_come_back_is_refused_when_it_is_announced(kind, value):
    @dataclass(frozen=True, kw_only=True)
    class Sample(Event, name="house.sample", version=1):
        field: kind

    with pytest.raises(Unreadable, match="field"):
        Sample(field=value).to_body()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "no object"),
        ({}, "number is missing"),
        ({"number": "7"}, "number is no int"),
        ({"number": None}, "number is no int"),
    ],
)
def test_event_whose_body_is_not_right_is_unreadable(body, words):
    @dataclass(frozen=True, kw_only=True)
    class Sample(Event, name="house.sample", version=1):
        number: int

    with pytest.raises(Unreadable, match=words):
        Sample.from_body(body)


def test_event_with_a_field_more_or_less_is_read_if_there_is_a_default():
    @dataclass(frozen=True, kw_only=True)
    class Sample(Event, name="house.sample", version=1):
        number: int
        name: str = "door"

    assert Sample.from_body({"number": 7, "colour": "red"}) == Sample(number=7, name="door")


def test_event_of_an_unknown_version_is_not_known_yet(door_opened):
    assert event_type("house.door_opened", 1) is door_opened
    with pytest.raises(NotKnownYet, match=r"house\.door_opened\.2"):
        event_type("house.door_opened", 2)


@pytest.mark.parametrize(
    ("name", "version"), [("Door", 1), ("door", 1), ("house.door_opened", 0), ("", 1)]
)
def test_event_without_a_proper_name_is_refused(name, version):
    with pytest.raises(TypeError, match="no name of an event"):
        type("Sample", (Event,), {}, name=name, version=version)


def test_event_or_subscriber_of_a_name_that_is_taken_is_refused(door_opened):
    subscribe(door_opened, name="guest")(lambda event, now: None)

    with pytest.raises(TypeError, match="two events"):
        type("Another", (Event,), {}, name="house.door_opened", version=1)
    with pytest.raises(ImproperlyConfigured, match="two subscribers"):
        subscribe(door_opened, name="guest")(lambda event, now: None)


def test_subscriber_of_a_queue_that_no_worker_serves_is_refused(door_opened):
    with pytest.raises(ImproperlyConfigured, match="'slow'"):
        subscribe(door_opened, queue="slow")


def test_subscriber_is_named_for_where_it_stands(door_opened):
    def greet(event, *, now): ...

    greet.__module__ = "accounts.notifications.subscribers"
    subscribe(door_opened)(greet)

    assert "accounts.notifications.greet" in subscribers


def test_subscriber_may_listen_to_several_versions(door_opened):
    later = dataclass(frozen=True, kw_only=True)(
        type("Later", (Event,), {"__annotations__": {}}, name="house.door_opened", version=2)
    )
    seen = []
    subscribe(door_opened, later, name="guest")(lambda event, now: seen.append(event))
    assert [one.name for one in subscribers_to(door_opened)] == ["guest"]
    assert subscribers_to(later) == subscribers_to(door_opened)


@pytest.mark.django_db
def test_database_when_told_of_a_done_delivery_without_a_moment_refuses():
    with pytest.raises(IntegrityError, match="core_delivery_done_has_moment"):
        DeliveryFactory(status="done")
