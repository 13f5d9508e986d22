"""What comes after a booking, with processes that die, a Redis that is away, mail servers that
hang up: everybody who has a place has tickets and one mail, and the auditor finds nothing."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from functools import partial

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.notifications.models import Message
from bookings.domain import mails
from bookings.domain.confirming import confirm_free_booking
from bookings.domain.devices import register_device
from bookings.domain.files import printed
from bookings.models import Booking, TicketFile
from events.models import Place
from tests.bookings.conftest import book, choir, event, free
from tests.events.factories import NOW
from tests.faults.test_mail import listen, port
from tests.kit.dying import let_leases_run_out
from tests.kit.races import race
from tests.kit.running import BASE_DIR, until
from tests.kit.soundness import assert_sound, broken_promises
from ticketing.core.clock import database_now
from ticketing.core.environment import mailer
from ticketing.core.models import Delivery
from ticketing.core.outbox import deliver_all
from ticketing.core.redis import redis_client
from ticketing.local.ports import HOST

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["book", "choir", "event", "free", "listen", "port"]  # fixtures
NOBODY_THERE = f"redis://{HOST}:1"


@pytest.fixture(autouse=True)
def _here(settings, tmp_path, port):
    settings.MEDIA_ROOT, settings.MEDIA_BUCKET = tmp_path / "files", ""
    settings.MAILERS = {"default": mailer(f"smtp://{HOST}:{port}")}


@pytest.fixture
def start(settings, port, tmp_path):
    """Start processes on the test's database; whatever is left of them is killed afterwards."""
    started = []

    def start(*command, **variables):
        environment = {
            "EMAIL_URL": f"smtp://{HOST}:{port}",
            "FILES": str(settings.MEDIA_ROOT),
            **variables,
        }
        with (tmp_path / "out").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore", *command],
                cwd=BASE_DIR, env=os.environ | environment, stdout=output, stderr=output,
            )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.fixture
def act(dying, port):
    return partial(dying, EMAIL_URL=f"smtp://{HOST}:{port}")


@pytest.mark.parametrize("point", ["bookings.claimed", "outbox.announced"])
def test_f1_who_dies_while_booking_has_taken_nothing(free, act, point):
    code = act("book", free.event.slug, str(free.pk), FAILPOINT=point)

    assert code == -signal.SIGKILL
    assert not Booking.objects.exists()
    assert not Place.objects.exclude(holder=None).exists()
    assert_sound()


def test_f1_who_dies_right_after_booking_has_a_ticket_and_a_mail(free, act, listen):
    server = listen()

    killed = act("book", free.event.slug, str(free.pk), FAILPOINT="outbox.committed")
    act("work")

    assert killed == -signal.SIGKILL
    assert len(server.mails) == 1
    assert printed(Booking.objects.get()).link
    assert_sound()


@pytest.mark.parametrize("point", ["bookings.confirmed", "outbox.announced"])
def test_f1_who_dies_while_confirming_keeps_the_hold_and_confirms_again(free, act, listen, point):
    server = listen()
    act("hold", free.event.slug, str(free.pk))

    killed = act("confirm", FAILPOINT=point)
    between = Booking.objects.get().status
    act("confirm")
    act("work")

    assert (killed, between) == (-signal.SIGKILL, "held")
    assert Booking.objects.get().status == "confirmed"
    assert len(server.mails) == 1
    assert_sound()


def test_f1_who_dies_right_after_confirming_is_confirmed_once(free, act, listen):
    server = listen()
    act("hold", free.event.slug, str(free.pk))

    killed = act("confirm", FAILPOINT="outbox.committed")
    act("confirm")
    act("work")

    assert killed == -signal.SIGKILL
    assert len(server.mails) == 1
    assert_sound()


STEPS = {
    "outbox.claimed": 1,
    "outbox.handled": 1,
    "outbox.marked": 1,
    "mail.claimed": 1,
    "bookings.mail_written": 1,
    "mail.accepted": 2,  # accepted and not yet marked: again, under the same Message-ID
    "bookings.printed": 1,
    "bookings.file_stored": 1,
}


@pytest.mark.parametrize("step", STEPS)
def test_f1_a_worker_that_dies_between_booking_and_mail_loses_nothing(
    free, act, book, listen, step
):
    server = listen()
    booking = book(free, now=database_now())

    killed = act("work", FAILPOINT=step)
    while Delivery.objects.exclude(status="done").exists():
        let_leases_run_out()
        act("work")

    assert killed == -signal.SIGKILL
    assert len(server.mails) == STEPS[step]
    assert len(set(server.message_ids())) == 1
    assert TicketFile.objects.filter(stored_at__isnull=False).count() == 1
    assert printed(booking).link
    assert set(Delivery.objects.values_list("status", flat=True)) == {"done"}
    assert_sound()


def test_f19_without_redis_the_relay_writes_the_mails_and_releases_what_ran_out(
    free, book, start, listen
):
    server = listen()
    start("manage.py", "relay", "--poll=0.4", "--take-over-after=0.1", REDIS_URL=NOBODY_THERE)
    run_out = book(free, is_hold_only=True, now=database_now() - timedelta(hours=1))
    booking = book(free, now=database_now())

    until(lambda: len(server.mails) == 1, 60)
    until(lambda: Booking.objects.get(pk=run_out.pk).status == "expired", 60)
    until(lambda: not Delivery.objects.exclude(status="done").exists(), 60)

    assert Place.objects.exclude(holder=None).get().holder == booking.pk
    assert_sound()


@pytest.fixture
def no_redis(monkeypatch):
    """Nobody listens where Redis was."""
    pools = [redis_client().connection_pool, cache._cache.get_client().connection_pool]
    for pool in pools:
        pool.disconnect()
        monkeypatch.setitem(pool.connection_kwargs, "port", 1)
    yield
    for pool in pools:
        pool.disconnect()


def test_f17_without_redis_people_look_hold_confirm_change_their_mind_and_come_in(
    free, event, organizer, client, listen, no_redis
):
    server = listen()
    gate = register_device(event, name="North gate", by=organizer, now=database_now())[1]
    body = {
        "event": event.slug,
        "lines": [{"ticket_type": str(free.pk), "quantity": 2}],
        "buyer": {"email": "ada@example.org"},
        "hold_only": True,
    }

    def call(path, body=None, **headers):
        answer = client.post(
            f"/api/v1{path}", body or {}, content_type="application/json", headers=headers
        )
        return answer.status_code, answer.json()

    page = client.get(f"/events/{event.slug}/")
    status, held = call("/bookings", body, **{"Idempotency-Key": "first"})
    token = {"X-Booking-Token": held["token"]}
    path = f"/bookings/{held['reference']}"
    confirmed = call(f"{path}/confirm", **token)
    tickets = confirmed[1]["tickets"]
    given_up = call(f"{path}/cancel", {"tickets": [tickets[1]["id"]]}, **token)
    scan = {"code": tickets[0]["code"], "nonce": "one", "scanned_at": timezone.now().isoformat()}
    door = {"Authorization": f"Bearer {gate}"}
    came_in = call(f"/events/{event.slug}/checkins", scan, **door)
    again = call(f"/events/{event.slug}/checkins", {**scan, "nonce": "two"}, **door)
    deliver_all()

    assert (page.status_code, status) == (200, 201)
    assert [one[0] for one in (confirmed, given_up, came_in, again)] == [200, 200, 200, 409]
    assert again[1]["code"] == "already_used"
    assert len(server.mails) == 2  # with the tickets, and of the one that was given up
    assert_sound()


def test_f18_a_redis_that_forgets_everything_takes_nobodys_places(free, book, client):
    held = book(free, 2, is_hold_only=True, now=database_now())

    redis_client().flushall()
    confirm_free_booking(held, by=None, now=database_now())
    redis_client().flushall()
    got = race(6, lambda number: book(free, now=database_now()))

    assert sum(isinstance(one, Booking) for one in got) == 3
    deliver_all(raise_errors=False)
    assert_sound()


def test_f20_a_booking_whose_mail_cannot_be_written_stops_no_others(
    free, book, listen, monkeypatch
):
    server = listen()
    poison, good = book(free, now=database_now()), book(free, now=database_now())
    look = mails.booking_to_look_at

    def poisoned(booking_id):
        if booking_id == poison.pk:
            raise ValueError("poison")
        return look(booking_id)

    monkeypatch.setattr(mails, "booking_to_look_at", poisoned)
    for hours in range(8):
        deliver_all(now=timezone.now() + timedelta(hours=2 * hours), raise_errors=False)

    dead = Delivery.objects.get(status="dead")
    assert (dead.subscriber, dead.failures) == ("bookings.send_confirmation", 5)
    assert len(server.mails) == 1
    # Nobody has to find out by themselves: the auditor tells of it.
    found = broken_promises(now=timezone.now() + timedelta(hours=1))
    assert found == {"confirmed_has_its_mail": [f"booking {poison.reference}"]}
    assert good.reference != poison.reference


def test_f21_two_workers_at_once_write_one_mail(free, book):
    booking = book(free, now=NOW)

    race(4, lambda _: mails.send_confirmation(booking.pk, now=NOW))

    assert Message.objects.get().key == f"booking-confirmed:{booking.pk}"


def test_f21_a_worker_that_was_paused_past_its_lease_sends_no_second_mail(
    free, book, act, start, listen
):
    """Paused at its work; meanwhile another worker sees to it."""
    server = listen()
    book(free, now=database_now())
    paused = start("-m", "tests.faults.booking", "work")
    until(lambda: Delivery.objects.filter(status="running").exists() or server.mails, 30)
    os.kill(paused.pid, signal.SIGSTOP)
    try:
        while Delivery.objects.exclude(status="done").exists():
            time.sleep(0.2)  # until the database gives up on it, if it was in the middle
            let_leases_run_out()
            act("work")
    finally:
        os.kill(paused.pid, signal.SIGCONT)
    paused.wait(60)

    assert Message.objects.count() == 1
    assert len(set(server.message_ids())) == 1
    assert set(Delivery.objects.values_list("status", flat=True)) == {"done"}
    assert_sound()


@pytest.mark.parametrize("hours", [-10, 10])
def test_f22_a_web_server_with_a_wrong_clock_holds_and_confirms_by_the_databases(
    free, client, monkeypatch, hours
):
    wrong = timezone.now() + timedelta(hours=hours)
    monkeypatch.setattr(timezone, "now", lambda: wrong)
    body = {
        "event": free.event.slug,
        "lines": [{"ticket_type": str(free.pk), "quantity": 1}],
        "buyer": {"email": "ada@example.org"},
        "hold_only": True,
    }

    held = client.post("/api/v1/bookings", body, content_type="application/json").json()
    confirmed = client.post(
        f"/api/v1/bookings/{held['reference']}/confirm",
        headers={"X-Booking-Token": held["token"]},
    )

    assert confirmed.json()["status"] == "confirmed"
    booking = Booking.objects.get()
    assert abs(booking.confirmed_at - database_now()) < timedelta(minutes=1)
    assert abs(booking.expires_at - database_now()) < timedelta(minutes=16)


@pytest.mark.parametrize("answer", ["421 4.3.0 Closing", "451 4.3.0 Try again later"])
def test_f26_a_mail_server_that_is_busy_gets_the_mail_later_and_once(free, book, listen, answer):
    server = listen()
    server.refuse_mail = answer
    book(free, now=database_now())

    deliver_all()
    server.refuse_mail = ""
    deliver_all(now=timezone.now() + timedelta(hours=2))

    assert len(server.mails) == 1
    assert Message.objects.get().state == "sent"
    assert_sound()


def test_f26_a_mail_whose_answer_is_lost_comes_again_under_its_message_id(free, book, listen):
    server = listen()
    server.hang_up = True
    book(free, now=database_now())

    deliver_all()
    server.hang_up = False
    deliver_all(now=timezone.now() + timedelta(hours=2))

    assert len(server.mails) == 2
    assert len(set(server.message_ids())) == 1


def test_f26_an_address_that_bounces_is_known_and_the_booking_stands(free, book, listen):
    server = listen()
    server.refuse_address = "550 5.1.1 No such user here"
    booking = book(free, now=database_now())

    deliver_all()

    booking.refresh_from_db()
    assert booking.is_confirmed
    assert Message.objects.get().state == "bounced"
    assert_sound()
