"""What becomes of a delivery: done, put off, given up, taken over by another."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from tests.factories import AnnouncedEventFactory, DeliveryFactory
from tests.kit.outbox import own_registry
from tests.kit.races import race
from ticketing.core import tasks
from ticketing.core.models import AnnouncedEvent, Delivery
from ticketing.core.outbox import Event, Retry, announce, deliver_all, delivering, subscribe
from ticketing.core.outbox.claims import (
    claim_next,
    claim_this,
    claim_to_hand_over,
)
from ticketing.core.outbox.delivering import LONGEST_WAIT, SHORTEST_WAIT, run, wait_before
from ticketing.core.outbox.handing_over import messages_of
from ticketing.core.outbox.subscribers import LEASE
from ticketing.core.tasks import deliver

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _own_registry():
    with own_registry():
        yield


@pytest.fixture
def rang():
    @dataclass(frozen=True, kw_only=True)
    class Rang(Event, name="house.rang", version=1):
        number: int = 0

    return Rang


def waiting(subscriber="guest", **fields):
    event = AnnouncedEventFactory(name="house.rang", body={"number": 7})
    return DeliveryFactory(event=event, subscriber=subscriber, due_at=NOW, **fields)


def facts(delivery):
    delivery.refresh_from_db()
    return (delivery.status, delivery.attempts, delivery.failures, delivery.retries)


@pytest.mark.django_db
def test_handler_that_asks_for_another_time_gets_it(rang):
    tries = []

    @subscribe(rang, name="guest")
    def greet(event, *, now):
        tries.append(now)
        if len(tries) == 1:
            raise Retry("Nobody is there yet.", after=3 * MINUTE)

    delivery = waiting()
    deliver_all(now=NOW)
    delivery.refresh_from_db()
    assert (delivery.due_at, delivery.last_error) == (NOW + 3 * MINUTE, "Nobody is there yet.")
    assert facts(delivery) == ("waiting", 1, 0, 1)
    deliver_all(now=NOW + 2 * MINUTE)
    deliver_all(now=NOW + 3 * MINUTE)

    assert tries == [NOW, NOW + 3 * MINUTE]
    assert facts(delivery) == ("done", 2, 0, 1)


@pytest.mark.django_db
def test_handler_that_fails_is_tried_again_later_and_at_last_given_up_with_an_alert(rang, caplog):
    @subscribe(rang, name="guest", most_failures=3)
    def greet(event, *, now):
        raise ValueError("ada@example.org is not a number")

    delivery = waiting()
    for day in range(5):
        deliver_all(now=NOW + timedelta(days=day), raise_errors=False)

    assert facts(delivery) == ("dead", 3, 3, 0)
    assert delivery.last_error.startswith("ValueError: [email] is not a number (test_outbox_")
    alerts = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [record.message for record in alerts] == ["delivery_given_up"]
    assert (alerts[0].delivery, alerts[0].event) == (delivery.key, "house.rang.1")


@pytest.mark.django_db
def test_handler_that_asks_for_another_time_too_often_is_given_up(rang):
    @subscribe(rang, name="guest", most_retries=2)
    def greet(event, *, now):
        raise Retry("Still closed.")

    delivery = waiting()
    deliver_all(now=NOW)
    deliver_all(now=NOW + MINUTE)

    assert facts(delivery) == ("dead", 2, 0, 2)


@pytest.mark.django_db
def test_deliver_all_raises_what_a_handler_did_not_foresee_after_the_others_are_done(rang):
    seen = []
    subscribe(rang, name="broken")(lambda event, now: 1 / 0)
    subscribe(rang, name="guest")(lambda event, now: seen.append(event.number))
    announce(rang(number=7))

    with pytest.raises(ZeroDivisionError):
        deliver_all(now=NOW)

    assert seen == [7]


@pytest.mark.django_db
def test_deliver_all_runs_what_handlers_announce(rang):
    seen = []

    @subscribe(rang, name="guest")
    def greet(event, *, now):
        seen.append(event.number)
        if event.number:
            announce(rang(number=event.number - 1))

    announce(rang(number=2))
    deliver_all(now=NOW)

    assert seen == [2, 1, 0]


@pytest.mark.django_db
def test_body_that_cannot_be_read_is_given_up_at_once_and_others_go_on(rang):
    seen = []
    subscribe(rang, name="guest")(lambda event, now: seen.append(event.number))
    broken = waiting()
    AnnouncedEvent.objects.filter(pk=broken.event_id).update(body={"number": "seven"})
    announce(rang(number=8))

    deliver_all(now=NOW, raise_errors=False)

    assert facts(broken) == ("dead", 1, 1, 0)
    assert broken.last_error == "number is no int."
    assert seen == [8]


@pytest.mark.django_db
def test_version_that_nobody_knows_waits_for_a_deployment_and_is_given_up_at_last(rang):
    subscribe(rang, name="guest")(lambda event, now: None)
    newer = waiting()
    AnnouncedEvent.objects.filter(pk=newer.event_id).update(version=2)

    deliver_all(now=NOW, raise_errors=False)
    assert facts(newer) == ("waiting", 1, 1, 0)
    for day in range(1, 6):
        deliver_all(now=NOW + timedelta(days=day), raise_errors=False)

    assert facts(newer) == ("dead", 5, 5, 0)
    assert newer.last_error == "This code knows no house.rang.2."


@pytest.mark.django_db
def test_subscriber_that_this_code_does_not_know_is_left_to_code_that_does(rang):
    delivery = waiting("guest_of_tomorrow")

    assert claim_next(now=NOW) is None
    assert deliver_all(now=NOW) == []
    assert facts(delivery) == ("waiting", 0, 0, 0)


@pytest.mark.parametrize(("tries", "most"), [(1, 10), (2, 20), (5, 160), (9, 2560), (10, 3600), (99, 3600)])  # fmt: skip
def test_wait_grows_to_an_hour_and_is_anywhere_below(monkeypatch, tries, most):
    monkeypatch.setattr(delivering.random, "random", lambda: 0.999999)
    longest = wait_before(tries)
    monkeypatch.setattr(delivering.random, "random", lambda: 0.0)

    assert longest.total_seconds() == pytest.approx(most, rel=0.001)
    assert longest <= LONGEST_WAIT
    assert wait_before(tries) == SHORTEST_WAIT


@pytest.mark.django_db
def test_claim_is_ours_for_the_lease_and_then_somebody_else_s(rang):
    subscribe(rang, name="guest")(lambda event, now: None)
    delivery = waiting()

    first = claim_next(now=NOW)
    meanwhile = claim_next(now=NOW + LEASE - timedelta(seconds=1))
    second = claim_next(now=NOW + LEASE)

    assert (first.attempts, first.due_at) == (1, NOW + LEASE)
    assert meanwhile is None
    assert (second.attempts, second.failures) == (2, 1)
    assert run(first, now=NOW + LEASE).status is None
    assert facts(delivery) == ("running", 2, 1, 0)
    assert run(second, now=NOW + LEASE).status == "done"
    assert run(first, now=NOW + LEASE).status is None
    assert facts(delivery) == ("done", 2, 1, 0)


@pytest.mark.django_db
def test_atomic_handler_that_was_overtaken_leaves_nothing_behind(rang):
    @subscribe(rang, name="guest", is_atomic=True)
    def greet(event, *, now):
        AnnouncedEventFactory(name="house.greeted")

    waiting()
    slept = claim_next(now=NOW)
    awake = claim_next(now=NOW + LEASE)

    run(awake, now=NOW + LEASE)
    run(slept, now=NOW + LEASE)

    assert AnnouncedEvent.objects.filter(name="house.greeted").count() == 1


@pytest.mark.django_db
def test_failure_of_who_was_overtaken_changes_nothing(rang):
    outcomes = [ZeroDivisionError, None]

    @subscribe(rang, name="guest")
    def greet(event, *, now):
        if error := outcomes.pop():
            raise error

    delivery = waiting()
    slept = claim_next(now=NOW)
    awake = claim_next(now=NOW + LEASE)
    run(awake, now=NOW + LEASE)

    assert run(slept, now=NOW + LEASE).status is None
    assert facts(delivery) == ("done", 2, 1, 0)


@pytest.mark.django_db
def test_deliveries_that_lost_a_process_together_come_back_apart(rang):
    """One of them may have killed it; the others are not to be given up with it."""
    subscribe(rang, name="guest")(lambda event, now: None)
    for _ in range(20):
        waiting()
    for lost in range(2):  # a single death is forgiven at once
        assert len([claim_next(now=NOW + lost * LEASE) for _ in range(20)]) == 20

    again = [claim_next(now=NOW + 2 * LEASE) for _ in range(20)]

    assert set(again) == {None}
    rows = Delivery.objects.all()
    assert {(one.status, one.attempts, one.failures) for one in rows} == {("waiting", 2, 2)}
    moments = [one.due_at - NOW - 2 * LEASE for one in rows]
    assert len(set(moments)) == 20
    assert timedelta(0) <= min(moments) < LEASE / 3 < LEASE * 2 / 3 < max(moments) <= LEASE


@pytest.mark.django_db
def test_delivery_whose_process_died_as_often_as_may_be_is_given_up_unseen(rang):
    seen = []
    subscribe(rang, name="guest", most_failures=2)(lambda event, now: seen.append(event))
    delivery = waiting()
    for lost in range(3):  # the last time it is only put aside
        claim_next(now=NOW + lost * LEASE)

    run(claim_next(now=NOW + 3 * LEASE), now=NOW + 3 * LEASE)

    assert seen == []
    assert facts(delivery) == ("dead", 3, 2, 0)
    assert delivery.last_error == ("2 times its process died or took longer than the lease allows.")


@pytest.mark.django_db
def test_each_claim_takes_its_own_kind_the_longest_due_first(rang):
    for name, queue in (("guest", None), ("postman", "mail")):
        subscribe(rang, name=name, queue=queue)(lambda event, now: None)
    later = waiting()
    sooner = waiting()
    Delivery.objects.filter(pk=sooner.pk).update(due_at=NOW - MINUTE)
    mail = waiting("postman", queue="mail")

    claimed = [claim_next(now=NOW) for _ in range(3)]
    handed = claim_to_hand_over("mail", 10, lease=MINUTE, now=NOW)

    assert [claim and claim.id for claim in claimed] == [sooner.pk, later.pk, None]
    assert [claim.id for claim in handed] == [mail.pk]
    assert facts(mail) == ("handed_over", 0, 0, 0)
    assert claim_next("mail", now=NOW) is None
    assert claim_next("mail", now=NOW + MINUTE).id == mail.pk


@pytest.mark.django_db
def test_worker_takes_what_was_handed_over_and_nothing_that_was_not(rang):
    seen = []
    subscribe(rang, name="postman", queue="mail")(lambda event, now: seen.append(event.number))
    delivery = waiting("postman", queue="mail")
    claim_to_hand_over("mail", 10, lease=MINUTE, now=NOW)

    deliver(delivery_ids=[delivery.pk])
    deliver(delivery_ids=[delivery.pk, 0])

    assert seen == [7]
    assert facts(delivery) == ("done", 1, 0, 0)


@pytest.mark.django_db
def test_worker_that_was_held_up_gives_back_the_rest_of_its_message(rang, monkeypatch):
    monkeypatch.setattr(tasks, "SECONDS_TO_BEGIN", 0)
    subscribe(rang, name="postman", queue="mail")(lambda event, now: None)
    mails = [waiting("postman", queue="mail") for _ in range(3)]
    claim_to_hand_over("mail", 10, lease=MINUTE, now=NOW)

    deliver(delivery_ids=[mail.pk for mail in mails])

    assert [facts(mail) for mail in mails] == [
        ("done", 1, 0, 0),
        ("waiting", 0, 0, 0),
        ("waiting", 0, 0, 0),
    ]


@pytest.mark.django_db
def test_worker_goes_on_after_a_delivery_that_failed(rang):
    @subscribe(rang, name="postman", queue="mail")
    def post(event, *, now):
        raise ValueError

    mails = [waiting("postman", queue="mail") for _ in range(2)]
    claim_to_hand_over("mail", 10, lease=MINUTE, now=NOW)

    deliver(delivery_ids=[mail.pk for mail in mails])

    assert [facts(mail) for mail in mails] == [("waiting", 1, 1, 0)] * 2


@pytest.mark.parametrize(
    ("waiting", "sizes"), [(1, [1]), (7, [1] * 7), (9, [2, 2, 2, 2, 1]), (100, [10] * 10)]
)
def test_deliveries_share_messages_when_many_wait(waiting, sizes):
    claims = [SimpleNamespace(subscriber="postman", id=number) for number in range(waiting)]

    assert [len(message) for message in messages_of(claims)] == sizes


def test_deliveries_of_different_subscribers_share_no_message():
    claims = [SimpleNamespace(subscriber=f"of_{number % 2}") for number in range(80)]

    assert [len({one.subscriber for one in message}) for message in messages_of(claims)] == [1] * 8


@pytest.mark.django_db
def test_worker_with_an_old_message_waits_like_everybody_for_what_was_put_off(rang):
    subscribe(rang, name="postman", queue="mail")(lambda event, now: None)
    delivery = waiting("postman", queue="mail")
    Delivery.objects.update(due_at=NOW + MINUTE)

    assert claim_this(delivery.pk, now=NOW) is None
    assert claim_this(delivery.pk, now=NOW + MINUTE).id == delivery.pk


@pytest.mark.django_db(transaction=True)
def test_claims_by_many_at_once_never_take_one_twice(rang):
    subscribe(rang, name="guest")(lambda event, now: None)
    for _ in range(30):
        waiting()

    def claim_until_nothing_is_left(_):
        claims = []
        while claim := claim_next(now=NOW):
            claims.append(claim.id)
        return claims

    claims = race(8, claim_until_nothing_is_left)

    assert sorted(pk for some in claims for pk in some) == sorted(
        Delivery.objects.values_list("pk", flat=True)
    )


@pytest.mark.django_db(transaction=True)
def test_claim_goes_round_what_another_transaction_holds(rang):
    subscribe(rang, name="guest")(lambda event, now: None)
    held, free = waiting(), waiting()

    with transaction.atomic():
        Delivery.objects.select_for_update().get(pk=held.pk)
        (found,) = race(1, lambda _: claim_next(now=NOW))

    assert found.id == free.pk


@pytest.mark.django_db
def test_claiming_uses_the_index_of_what_is_open(rang):
    subscribe(rang, name="guest")(lambda event, now: None)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM core_delivery WHERE status IN"
            " ('waiting', 'handed_over', 'running') AND queue = '' AND due_at <= now()"
            " ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED"
        )
        plan = " ".join(row[0] for row in cursor.fetchall())

    assert "Index Scan using core_delivery_open" in plan
    assert "Sort" not in plan


@pytest.mark.django_db(transaction=True)
def test_claim_alone_does_not_wait_for_the_disk(rang):
    def patience():
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            return cursor.fetchone()[0]

    subscribe(rang, name="guest")(lambda event, now: seen.append(patience()))
    waiting()
    before, seen = patience(), []

    run(claim_next(now=NOW))

    assert [*seen, patience()] == [before, before]
