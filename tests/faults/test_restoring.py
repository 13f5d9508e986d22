"""F32: the database is brought back to a moment, and the gateway goes on from a later one. Whatever was
paid in between is found: settled where its row is there, else a case."""

import shutil
import subprocess
import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from payments.announcements import PaymentReported
from payments.domain.by_hand import close_case_by_hand
from payments.domain.reporting import look_into
from payments.domain.settling import settle
from payments.models import Case, Payment, Refund
from tests.bookings.conftest import book, choir, event, paid
from tests.faults.test_crowd import asked, audit, environment_of
from tests.kit.running import BASE_DIR
from tests.load.bookings import Api, event_on_sale
from tests.payments.conftest import begin, rested_gateways, till
from tests.payments.till import PAYS, Till
from ticketing.core.clock import database_now
from ticketing.core.ids import new_id

__all__ = ["begin", "book", "choir", "event", "paid", "rested_gateways", "till"]  # fixtures


@pytest.mark.django_db(transaction=True)
def test_f32_what_was_paid_after_the_moment_of_a_restore_is_found(paid, book, begin, till, staff):
    """As it is after one: rows up to a moment, and a gateway that is further."""
    till.at(timezone.now())
    now = database_now()
    kept, open_then = [begin(book(paid, now=now), now=now) for _ in range(2)]
    till.pay(kept)
    settle(kept.pk, now=now)
    till.pay(open_then)
    till.post(f"payments/{kept.reference}/refunds", amount=500, refund=None)
    forgotten = till.post("payments", payment=str(new_id()), amount=700, currency="EUR")["id"]
    till.post(f"payments/{forgotten}/pay", card=PAYS)

    said = StringIO()
    call_command("reconcile", since=now - timedelta(minutes=1), stdout=said)

    assert [Payment.objects.get(pk=one.pk).captured for one in (kept, open_then)] == [2000, 2000]
    assert [one.amount for one in Refund.objects.all()] == [500]
    case = Case.objects.get(reference=f"simulator:{forgotten}")
    assert (case.kind, case.facts["amount"], case.facts["currency"]) == ("missing_here", 700, "EUR")
    assert forgotten in said.getvalue()

    # The gateway tells of it again; and once somebody has seen to it, it is not asked about again.
    look_into(PaymentReported(gateway="simulator", reference=forgotten), now=now)
    assert Case.objects.filter(reference=f"simulator:{forgotten}").count() == 1
    close_case_by_hand(case, outcome="Given back there", by=staff, now=now)
    call_command("reconcile", since=now - timedelta(minutes=1), stdout=StringIO())
    assert Case.objects.filter(reference=f"simulator:{forgotten}").count() == 1


class Buyer:
    """Over the API and the gateway's page."""

    def __init__(self, run, till):
        self.run, self.till, self.api = run, till, Api(run)
        self.slug, _ = event_on_sale(run, places=50)
        pool = {"name": "Stalls", "capacity": 20}
        pool = self.api.post(f"/events/{self.slug}/pools", pool)["id"]
        paid = {"name": "Seat", "pool": pool, "price": 2000}
        self.ticket_type = self.api.post(f"/events/{self.slug}/ticket-types", paid)["id"]

    def begins(self):
        lines = [{"ticket_type": self.ticket_type, "quantity": 1}]
        buyer = {"email": "ada@example.org", "name": "Ada"}
        body = {"event": self.slug, "lines": lines, "buyer": buyer}
        reference = self.api.post("/bookings", body)["reference"]
        home = {"channel": "web", "return_url": f"http://localhost:{self.run.port}/"}
        return reference, self.api.post(f"/bookings/{reference}/payments", home)["id"]

    def pays(self, payment):
        (there,) = self.till.get(f"payments?payment={payment}")["payments"]
        assert self.till.post(f"payments/{there['id']}/pay", card=PAYS)["result"] == "captured"
        return there["id"]

    def buys(self):
        reference, payment = self.begins()
        there = self.pays(payment)
        assert self.api.post(f"/payments/{payment}/confirm", {})["status"] == "captured"
        return reference, there


def manage(run, *command):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *command],
        cwd=BASE_DIR, env=environment_of(run), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def back_up(cluster, folder):
    """As docs/restoring.md says."""
    address = f"postgresql://postgres:{cluster.password}@127.0.0.1:{cluster.port}"
    tool = [str(cluster.bin / "pg_basebackup"), "--checkpoint=fast", "--wal-method=none"]
    subprocess.run([*tool, f"--pgdata={folder}/data", f"--dbname={address}"], check=True)


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.xdist_group("make run")
def test_f32_a_database_restored_to_a_moment_agrees_with_the_gateway_again(
    own_database, make_run, folder
):
    wal, backup = folder / "wal", folder / "backup"
    for place in (wal, backup):
        place.mkdir()
        place.chmod(0o777)
    live = own_database(archive_mode="on", archive_command=f"cp %p {wal}/%f")
    run = make_run(RATE_LIMIT_SCALE="1000000", **live.addresses)
    run.wait_until_ready()
    back_up(live.cluster, backup)
    known = environment_of(run)
    till = Till(known["SIMULATOR_URL"], known["SIMULATOR_SECRET"])
    buyer = Buyer(run, till)
    before, _ = buyer.buys()
    between, payment = buyer.begins()
    ((moment,),) = live.ask("SELECT clock_timestamp()")

    buyer.pays(payment)
    lost, forgotten = buyer.buys()
    live.ask("SELECT pg_switch_wal()")
    assert run.stop() == 0
    live.stop()

    shutil.chown(backup / "data", *owner_of(live.cluster))
    (backup / "data" / "recovery.signal").touch()
    for path in (backup / "data").rglob("*"):
        shutil.chown(path, *owner_of(live.cluster))
    (backup / "data").chmod(0o700)
    restored = own_database(
        backup, is_restored=True, restore_command=f"cp {wal}/%f %p",
        recovery_target_time=moment.isoformat(), recovery_target_action="promote",
    )  # fmt: skip
    again = make_run(port=run.port, **restored.addresses)
    again.wait_until_ready()
    said = manage(again, "reconcile", "--since", (moment - timedelta(hours=1)).isoformat())

    status = "SELECT status FROM bookings_booking WHERE reference = "
    assert asked(again, f"{status}'{before}'") == [("confirmed",)]
    assert asked(again, f"{status}'{between}'") == [("confirmed",)]
    assert asked(again, f"{status}'{lost}'") == []
    cases = "SELECT kind, reference, facts ->> 'amount' FROM payments_case WHERE closed_at IS NULL"
    assert asked(again, cases) == [("missing_here", f"simulator:{forgotten}", "2000")]
    assert forgotten in said
    audited = audit(again)
    assert audited.returncode == 0, audited.stdout + audited.stderr
    assert again.stop() == 0


def owner_of(cluster):
    account = cluster.account
    return (account.uid, account.gid) if account else (None, None)
