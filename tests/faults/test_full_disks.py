"""F24: no room is left, for the database's rows or for files. Selling stops with a clear answer,
nothing is half done, and it goes on by itself once there is room."""

import os
import subprocess
import tempfile
from collections import Counter
from contextlib import closing, suppress
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import psycopg
import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from bookings.domain.files import printed
from bookings.models import Booking, TicketFile
from events.models import Place
from tests.bookings.conftest import book, choir, event, free
from tests.faults.test_crowd import asked, audit
from tests.kit.running import until
from tests.kit.soundness import assert_sound
from tests.load.bookings import event_on_sale
from tests.load.crowd import ask
from ticketing.core.clock import database_now
from ticketing.core.ids import new_id
from ticketing.core.models import Delivery
from ticketing.core.outbox import deliver_all
from ticketing.local.ports import HOST
from ticketing.local.postgres import Account

__all__ = ["book", "choir", "event", "free"]  # fixtures


class Disk:
    def __init__(self, place):
        self.place, self.ballast = place, place / "ballast"

    def fill(self):
        with self.ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 65_536)
        with self.ballast.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0")

    def make_room(self):
        self.ballast.unlink()


@pytest.fixture
def disk():
    """Make a small disk that the database server may write to."""
    made = []

    def make(megabytes):
        place = Path(tempfile.mkdtemp(prefix="ticketing-disk-"))
        made.append(place)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
        if os.getuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("only who may mount a disk can fill one")
        account = Account.to_run_as()
        os.chown(place, account.uid, account.gid)
        return Disk(place)

    yield make
    for place in made:
        subprocess.run(["umount", str(place)], check=False, capture_output=True)
        place.rmdir()


TABLES = ("bookings_booking", "bookings_ticket", "core_idempotencykey")


@pytest.fixture
def small(transactional_db, disk):
    """The disk on which bookings are."""
    name, made = connection.settings_dict["NAME"], disk(2)
    address = os.environ["TICKETING_TEST_CLUSTER"].rpartition("/")[0]
    connection.close()
    with psycopg.connect(f"{address}/{name}", autocommit=True) as server:
        server.execute(f"CREATE TABLESPACE small_{name} LOCATION '{made.place}'")
        for table in TABLES:
            server.execute(f"VACUUM FULL {table}")  # no room of rows that are gone
            server.execute(f"ALTER TABLE {table} SET TABLESPACE small_{name}")
        yield made
        connection.close()
        for table in TABLES:
            server.execute(f"ALTER TABLE {table} SET TABLESPACE pg_default")
        server.execute(f"DROP TABLESPACE small_{name}")


def test_f24_a_database_without_room_sells_nothing_and_goes_on_once_there_is_room(
    free, client, small
):
    def call():
        body = {
            "event": free.event.slug,
            "lines": [{"ticket_type": str(free.pk), "quantity": 2}],
            "buyer": {"email": "ada@example.org"},
        }
        answer = client.post(
            "/api/v1/bookings", body, content_type="application/json",
            headers={"Idempotency-Key": "one-and-only"},
        )  # fmt: skip
        close_old_connections()  # as a server does after each answer
        return answer

    small.fill()
    full = call()
    page = client.get(f"/events/{free.event.slug}/")
    between = Booking.objects.count(), Place.objects.exclude(holder=None).count()
    assert_sound()
    small.make_room()
    again = call()

    assert (full.status_code, full.headers["Retry-After"]) == (503, "5")
    assert full.json()["code"] == "unavailable"
    assert page.status_code == 200
    assert between == (0, 0)
    assert (again.status_code, len(again.json()["tickets"])) == (201, 2)
    assert_sound()


@pytest.mark.django_db
def test_f24_without_room_for_files_tickets_are_given_all_the_same_and_kept_later(
    free, book, disk, settings
):
    room = disk(1)
    settings.MEDIA_ROOT, settings.MEDIA_BUCKET = room.place, ""
    booking = book(free, now=database_now())
    room.fill()
    deliver_all()
    waiting = Delivery.objects.exclude(status="done")

    full = printed(booking)
    kept_waiting = {(one.subscriber, one.status, one.failures) for one in waiting}
    room.make_room()
    deliver_all(now=timezone.now() + timedelta(hours=2))

    assert full.content.startswith(b"%PDF")
    assert {(status, failures) for _, status, failures in kept_waiting} == {("waiting", 0)}
    assert printed(booking).link
    assert {one.stored_at is not None for one in TicketFile.objects.all()} == {True}
    assert not waiting.all().exists()


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.xdist_group("make run")
def test_f24_a_sale_on_a_disk_that_runs_full_stops_cleanly_and_goes_on_by_itself(
    disk, own_database, make_run
):
    """Rows and the write-ahead log alike: the server may fall, and is started again meanwhile."""
    room = disk(400)
    data = room.place / "postgres"
    data.mkdir()
    database = own_database(data, max_wal_size="64MB", min_wal_size="32MB")
    database.keep_running()
    run = make_run(WEB_CONCURRENCY="2", RATE_LIMIT_SCALE="1000000", **database.addresses)
    run.wait_until_ready()
    slug, ticket_type = event_on_sale(run, places=3000)
    sale = Sale(run, slug, ticket_type)

    sale.sell(20)
    room.fill()
    sale.sell_until(lambda: sale.refused >= 200)
    room.make_room()
    until(run.is_well, 120)
    refused = sale.refused
    sale.again()
    sale.sell(20)

    assert set(sale.answers) == {201, 503}
    assert sale.answers[503] >= refused
    confirmed = "SELECT count(*) FROM bookings_booking WHERE status = 'confirmed'"
    assert asked(run, confirmed) == [(len(sale.booked),)]
    taken = "SELECT count(*) FROM events_place WHERE holder IS NOT NULL"
    assert asked(run, taken) == [(len(sale.booked),)]
    database.ask("CREATE EXTENSION IF NOT EXISTS amcheck")
    database.ask(
        "SELECT bt_index_check(oid, true) FROM pg_class WHERE relkind = 'i' AND relam ="
        " (SELECT oid FROM pg_am WHERE amname = 'btree') AND relname LIKE 'bookings%'"
    )
    until(lambda: audit(run).returncode == 0, 120)
    print(f"{len(sale.booked)} booked, {refused} told to come later")  # noqa: T201 - for who runs it
    assert run.stop() == 0


class Sale:
    """One buyer after the other, each asking until there is an answer; who was told to come later
    does so with the same key."""

    def __init__(self, run, slug, ticket_type):
        self.run, self.slug, self.ticket_type = run, slug, ticket_type
        self.answers, self.booked, self.open = Counter(), set(), []

    @property
    def refused(self):
        return len(self.open)

    def sell(self, count):
        for _ in range(count):
            self.attempt(str(new_id()))

    def sell_until(self, is_enough):
        while not is_enough():
            self.attempt(str(new_id()))

    def again(self):
        for key in self.open:
            until(lambda key=key: self.ask(key) == 201, 60)

    def attempt(self, key):
        if self.ask(key) != 201:
            self.open.append(key)

    def ask(self, key):
        with closing(HTTPConnection(HOST, self.run.port, timeout=60)) as line:
            body = {
                "event": self.slug,
                "lines": [{"ticket_type": self.ticket_type, "quantity": 1}],
                "buyer": {"email": f"{key}@example.org", "name": "Guest"},
            }
            status, answer = ask(
                line, body, {"Content-Type": "application/json", "Idempotency-Key": key}
            )
        self.answers[status] += 1
        if status == 201:
            self.booked.add(answer["reference"])
        return status
