"""More people than places, at real processes that are killed meanwhile: each place is booked once,
whoever has one has a ticket and a mail, and everybody else was told so."""

import os
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from email import message_from_bytes

import psycopg
import pytest

from tests.kit.running import BASE_DIR, until
from tests.load.crowd import Crowd

# What a killed worker had begun is begun anew after its lease; the short form does not wait.
TIME_GOES_BY = [
    "UPDATE core_delivery SET due_at = now() WHERE status IN ('running', 'handed_over')",
    "UPDATE notifications_message SET claimed_until = now() WHERE claimed_until > now()",
]
TICKETS = """
SELECT buyer_email, booking.status, count(ticket.id), count(DISTINCT ticket.place_id)
FROM bookings_booking AS booking JOIN bookings_ticket AS ticket ON ticket.booking_id = booking.id
WHERE ticket.status = 'valid' GROUP BY booking.id
"""
pytestmark = [pytest.mark.long, pytest.mark.xdist_group("make run")]


def environment_of(run):
    """What `make shell` reads, over what the run itself was given."""
    lines = (run.folder / "environment").read_text().splitlines()
    found = dict(re.fullmatch(r"export (\w+)=(.*)", line).groups() for line in lines)
    return run.environment | {name: value.strip("'") for name, value in found.items()}


def asked(run, statement):
    with psycopg.connect(environment_of(run)["DATABASE_URL"], autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def kill(run, *words):
    """kill -9, and nothing else: everything in flight ends without an answer."""
    for pid, command in run.processes().items():
        if any(word in command for word in words):
            os.kill(pid, signal.SIGKILL)


def mails(run):
    """Message-ids by recipient."""
    found = {}
    for path in (run.folder / "mails").glob("[!.]*.eml"):
        mail = message_from_bytes(path.read_bytes())
        found.setdefault(mail["To"], []).append(mail["Message-ID"])
    return found


def audit(run):
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "audit_invariants"],
        cwd=BASE_DIR, env=environment_of(run), capture_output=True, text=True, check=False,
    )  # fmt: skip


def sell(make_run, *, clients, attempts, places, deaths, is_waiting_for_leases=False):
    """`deaths` says after how many bookings which part is killed."""
    run = make_run(is_prepared=True, WEB_CONCURRENCY="2", RATE_LIMIT_SCALE="1000000")
    run.wait_until_ready()

    def dies(part):
        kill(run, part)
        if part == "celery" and not is_waiting_for_leases:
            for statement in TIME_GOES_BY:
                asked(run, statement)

    after = {booked: lambda part=part: dies(part) for booked, part in deaths.items()}
    crowd = Crowd(run, clients, attempts, places, after)
    crowd.come()
    until(lambda: mails(run).keys() >= crowd.booked.keys(), 600 if is_waiting_for_leases else 120)

    # Somebody was left without an answer, and asked again; nobody met an error of ours.
    assert crowd.unclear["0"] > 0
    assert crowd.unclear.keys() <= {"0", "503 unavailable", "409 in_progress"}
    assert crowd.answers["confirmed"] == places
    assert sum(crowd.answers.values()) == attempts
    assert all(len(one["tickets"]) == 1 for one in crowd.booked.values())
    assert Counter(asked(run, TICKETS)) == Counter(
        (email, "confirmed", 1, 1) for email in crowd.booked
    )
    sent = mails(run)
    assert sent.keys() == crowd.booked.keys()
    # Accepted and not yet marked when the worker died: again, and known by its id as the same.
    assert {len(set(ids)) for ids in sent.values()} == {1}
    audited = audit(run)
    assert audited.returncode == 0, audited.stdout + audited.stderr
    assert run.stop() == 0
    return crowd


def test_f2_f13_of_a_crowd_exactly_as_many_are_booked_as_there_are_places_though_parts_die(
    make_run,
):
    deaths = {8: "valkey", 16: "gunicorn", 28: "bin/postgres", 40: "celery"}
    sell(make_run, clients=30, attempts=150, places=50, deaths=deaths)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_f2_of_two_hundred_clients_exactly_as_many_are_booked_as_there_are_places_though_parts_die(
    make_run,
):
    deaths = {
        50: "gunicorn", 120: "celery", 200: "gunicorn", 280: "manage.py relay", 340: "celery",
        400: "gunicorn", 470: "celery",
    }  # fmt: skip
    crowd = sell(
        make_run, clients=200, attempts=1500, places=500, deaths=deaths,
        is_waiting_for_leases=True,
    )  # fmt: skip
    print(f"sold out after {crowd.seconds:.1f} s; asked again {dict(crowd.unclear)}")  # noqa: T201 - for who runs it


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_f2_f13_a_sale_ends_well_though_part_after_part_dies(make_run):
    """Twenty deaths at random moments of the sale, the database's and the broker's among them."""
    parts = ["gunicorn", "celery", "manage.py relay", "bin/postgres", "valkey"]
    order = random.sample(parts * 4, 20)
    print(f"they die in this order: {order}")  # noqa: T201 - for who looks into a failure
    deaths = {25 * (number + 1): part for number, part in enumerate(order)}
    sell(
        make_run, clients=50, attempts=1500, places=600, deaths=deaths,
        is_waiting_for_leases=True,
    )  # fmt: skip
