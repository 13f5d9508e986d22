"""Real relays and workers, killed between every two steps: nothing is lost, and nothing is done
twice but where a handler's outside effect is made and not yet marked."""

import os
import signal
import subprocess
import sys
from collections import Counter

import psycopg
import pytest
from django.db import connection, transaction

from tests.kit.outbox import own_registry
from tests.kit.running import BASE_DIR, until
from ticketing.core.models import AnnouncedEvent, Delivery
from ticketing.core.outbox import announce, handing_over
from ticketing.local.ports import HOST, first_free
from ticketing.local.supervisor import Supervisor
from ticketing.local.valkey import Valkey

pytestmark = pytest.mark.django_db(transaction=True)
QUICK = ["--poll=0.4", "--hands=2"]


@pytest.fixture
def sample():
    """The events of the processes that are started, known to this one too while the test runs."""
    before = handing_over.HANDED_OVER_FOR
    with own_registry():
        sys.modules.pop("tests.faults.sample", None)
        import tests.faults.sample as module  # noqa: PLC0415 - declares events where it is imported

        yield module
    handing_over.HANDED_OVER_FOR = before


@pytest.fixture
def effects(tmp_path):
    return tmp_path / "effects"


@pytest.fixture
def start(effects, tmp_path):
    """Start processes on the test's database; whatever is left of them is killed afterwards."""
    started = []

    def start(*command, **variables):
        if "FAILPOINT" in variables:
            variables.setdefault("LEASE", "0.5")
        with (tmp_path / "out").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=BASE_DIR,
                env=os.environ | {"EFFECTS": str(effects)} | variables,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def relay(start):
    def start_relay(*options, **variables):
        return start("tests.faults.sample", "relay", *QUICK, *options, **variables)

    return start_relay


@pytest.fixture
def worker(start):
    def start_worker(**variables):
        return start(
            "celery", "-A", "tests.faults.sample", "worker", "--pool=solo",
            "--without-gossip", "--without-mingle", "--without-heartbeat", **variables,
        )  # fmt: skip

    return start_worker


@pytest.fixture
def log(tmp_path):
    return (tmp_path / "out").read_text


@pytest.fixture
def own_valkey(tmp_path):
    """A broker that the test stops and starts."""
    valkey = Valkey(tmp_path / "valkey", port=first_free(31_100 + os.getpid() % 500))
    supervisor = Supervisor(tmp_path / "logs")
    part = valkey.part()
    supervisor.start(part)
    yield valkey, part, supervisor
    supervisor.stop()


def announce_now(*events):
    with transaction.atomic():
        return [announce(event) for event in events]


def are_all(status):
    return set(Delivery.objects.values_list("status", flat=True)) == {status}


def is_killed(process):
    return process.wait(60) == -signal.SIGKILL


def traces(effects):
    return Counter(effects.read_text().split()) if effects.exists() else Counter()


@pytest.mark.parametrize(
    ("point", "most_repeats"),
    [("outbox.claimed", 0), ("outbox.handled", 1), ("outbox.marked", 0)],
)
def test_relay_when_killed_between_two_steps_loses_nothing(
    sample, relay, effects, point, most_repeats
):
    ids = announce_now(*[sample.Rang(number=number) for number in range(5)])

    assert is_killed(relay(FAILPOINT=point))
    relay()
    until(lambda: are_all("done"), 60)

    outside = traces(effects)
    assert set(outside) == {f"{pk}:sample.outside" for pk in ids}
    # Two hands may have been between the outside effect and its mark when the process died.
    assert sum(outside.values()) - len(ids) <= 2 * most_repeats
    # Inside of the database effect and mark are one.
    assert AnnouncedEvent.objects.filter(name="sample.echoed").count() == 5


def test_announcing_process_when_killed_before_its_commit_has_announced_nothing(start):
    assert is_killed(start("tests.faults.sample", "announce", FAILPOINT="outbox.announced"))

    assert not AnnouncedEvent.objects.exists()


def test_announcing_process_when_killed_right_after_its_commit_is_heard(start, relay, effects):
    relay()

    assert is_killed(start("tests.faults.sample", "announce", FAILPOINT="outbox.committed"))

    until(lambda: are_all("done"), 60)
    assert len(traces(effects)) == 1


@pytest.mark.parametrize(
    ("point", "who"),
    [
        ("outbox.claimed_to_hand_over", "relay"),
        ("outbox.handed_over", "relay"),
        ("outbox.claimed", "worker"),
        ("outbox.handled", "worker"),
        ("outbox.marked", "worker"),
    ],
)
def test_handing_over_when_one_side_is_killed_loses_nothing(
    sample, relay, worker, effects, point, who
):
    ids = announce_now(*[sample.Posted(number=number) for number in range(3)])

    if who == "relay":
        assert is_killed(relay(FAILPOINT=point))
        relay()
    else:
        relay()
        assert is_killed(worker(FAILPOINT=point))
    worker()
    until(lambda: are_all("done"), 60)

    written = traces(effects)
    assert set(written) == {f"{pk}:sample.by_worker" for pk in ids}
    assert sum(written.values()) - len(ids) <= (1 if point == "outbox.handled" else 0)


def test_worker_that_was_paused_beyond_its_lease_changes_nothing_when_it_wakes(
    sample, relay, effects, log
):
    announce_now(sample.Opened(seconds=1))
    paused = relay(LEASE="1.5")
    until(lambda: traces(effects)["begun"] == 1, 60)
    paused.send_signal(signal.SIGSTOP)

    relay()
    until(lambda: are_all("done"), 60)
    done = Delivery.objects.values().get()
    paused.send_signal(signal.SIGCONT)
    until(lambda: "delivery_overtaken" in log(), 60)

    assert Delivery.objects.values().get() == done
    assert (done["attempts"], done["failures"]) == (2, 1)
    assert traces(effects) == {"begun": 2, "ended": 2}
    assert AnnouncedEvent.objects.filter(name="sample.echoed").count() == 1


def test_relay_when_told_to_stop_finishes_what_is_at_hand(sample, relay, effects):
    announce_now(sample.Opened(seconds=1))
    process = relay()
    until(lambda: traces(effects)["begun"] == 1, 60)

    process.send_signal(signal.SIGTERM)

    assert process.wait(60) == 0
    assert Delivery.objects.get().status == "done"
    assert traces(effects) == {"begun": 1, "ended": 1}


def test_message_that_kills_its_process_is_given_up_and_others_go_on(sample, relay, effects, log):
    announce_now(sample.Poisoned(number=1))

    assert is_killed(relay(LEASE="0.5"))
    assert is_killed(relay(LEASE="0.5"))
    announce_now(sample.Rang(number=2))
    relay()
    until(lambda: not Delivery.objects.exclude(status__in=["done", "dead"]).exists(), 60)

    dead = Delivery.objects.get(status="dead")
    assert (dead.subscriber, dead.failures) == ("sample.deadly", 2)
    assert "its process died" in dead.last_error
    assert "delivery_given_up" in log()
    assert traces(effects)["deadly"] == 2
    assert Delivery.objects.filter(status="done").count() == 2


def test_relay_when_the_broker_is_down_right_after_the_commit_does_the_workers_part(
    sample, relay, effects
):
    relay("--take-over-after=0.5", REDIS_URL=f"redis://{HOST}:1/0")
    ids = announce_now(sample.Rang(number=1), sample.Posted(number=1), sample.Posted(number=2))

    until(lambda: are_all("done"), 60)

    assert traces(effects) == Counter(
        [f"{ids[0]}:sample.outside", *[f"{pk}:sample.by_worker" for pk in ids[1:]]]
    )


def test_relay_when_the_broker_comes_back_hands_over_what_waited(
    sample, relay, worker, effects, own_valkey
):
    valkey, part, supervisor = own_valkey
    supervisor.stop()
    relay(REDIS_URL=valkey.address)
    ids = announce_now(sample.Rang(number=1), sample.Posted(number=1))
    until(lambda: Delivery.objects.filter(status="done").count() == 2, 60)
    assert Delivery.objects.get(queue="mail").attempts == 0

    part.start(supervisor.log_of(part))
    worker(REDIS_URL=valkey.address)

    until(lambda: are_all("done"), 60)
    assert traces(effects) == Counter([f"{ids[0]}:sample.outside", f"{ids[1]}:sample.by_worker"])


def test_relay_when_its_connections_are_cut_comes_back(sample, relay, effects):
    relay()
    announce_now(sample.Rang(number=1))
    until(lambda: are_all("done"), 60)

    with psycopg.connect(os.environ["TICKETING_TEST_CLUSTER"], autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s",
            [connection.settings_dict["NAME"], connection.connection.info.backend_pid],
        )
    announce_now(sample.Rang(number=2))

    until(lambda: are_all("done"), 60)
    assert len(traces(effects)) == 2


@pytest.mark.parametrize(
    ("how", "point", "calls"),
    [
        ([], "idempotency.worked", 1),
        ([], "idempotency.stored", 1),
        (["lease"], "idempotency.begun", 0),
        (["lease"], "idempotency.worked", 1),
    ],
)
def test_keyed_call_whose_process_was_killed_is_worked_by_the_next(
    sample, start, effects, monkeypatch, how, point, calls
):
    monkeypatch.setenv("EFFECTS", str(effects))

    assert is_killed(start("tests.faults.sample", "call", *how, FAILPOINT=point))
    again, repeated = sample.call(*how), sample.call(*how)

    assert (again.status_code, "Idempotency-Replayed" in again.headers) == (201, False)
    assert (repeated.content, repeated.headers["Idempotency-Replayed"]) == (again.content, "true")
    assert traces(effects)["called"] == calls + 1
    # In one transaction the killed call left nothing; by lease the work must find what it did.
    assert AnnouncedEvent.objects.count() == (1 if not how else calls + 1)
