"""F7: a gateway that tells everything at once, many things twice, and others who tell in its name,
at real web processes: one effect of each, and the forged are refused and change nothing."""

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.faults.test_crowd import asked, audit, environment_of
from tests.kit.running import until
from tests.payments.signing import signature

CLIENTS = 8
pytestmark = [pytest.mark.long, pytest.mark.xdist_group("make run")]


def deliveries(count, secret):
    """30 % come again, 20 % are not signed by the gateway, in no order."""
    forged, again = count // 5, count * 3 // 10
    true = [event(number, secret) for number in range(count - forged - again)]
    false = [event(f"forged-{number}", "guessed") for number in range(forged)]
    all_of_them = [*true, *random.choices(true, k=again), *false]
    random.shuffle(all_of_them)
    return len(true), all_of_them


def event(number, secret):
    body = json.dumps(
        {"id": f"ev_{number}", "kind": "payment.captured", "reference": f"sim_{number}"}
    ).encode()
    return str(number).startswith("forged"), body, signature(body, secret=secret)


def tell(address, delivery):
    is_forged, body, signed = delivery
    headers = {"Content-Type": "application/json", "Simulator-Signature": signed}
    begun = time.monotonic()
    status = requests.post(address, body, headers=headers, timeout=30).status_code
    return is_forged, status, time.monotonic() - begun


def storm(make_run, count):
    run = make_run(is_prepared=True, WEB_CONCURRENCY="2", RATE_LIMIT_SCALE="1000000")
    run.wait_until_ready()
    distinct, all_of_them = deliveries(count, environment_of(run)["SIMULATOR_SECRET"])
    address = f"http://127.0.0.1:{run.port}/webhooks/simulator"

    with ThreadPoolExecutor(CLIENTS) as clients:
        got = list(clients.map(lambda one: tell(address, one), all_of_them))

    assert {status for is_forged, status, _ in got if is_forged} == {400}
    assert {status for is_forged, status, _ in got if not is_forged} == {200}
    assert asked(run, "SELECT count(*) FROM payments_notice") == [(distinct,)]
    told = "SELECT count(*) FROM core_announcedevent WHERE name = 'payments.payment_reported'"
    assert asked(run, told) == [(distinct,)]
    waiting = """SELECT count(*) FROM core_delivery WHERE status <> 'done'
        AND subscriber LIKE 'payments.%'"""
    until(lambda: asked(run, waiting) == [(0,)], 60 + count / 10)
    # What the gateway has told of and does not have, is looked into by a person, each once.
    assert asked(run, "SELECT count(*) FROM payments_case") == [(distinct,)]
    assert asked(run, "SELECT count(*) FROM payments_payment") == [(0,)]
    audited = audit(run)
    assert audited.returncode == 0, audited.stdout + audited.stderr
    assert run.stop() == 0
    times = sorted(seconds for is_forged, _, seconds in got if not is_forged)
    return times[int(len(times) * 0.99)]


def test_f7_a_storm_of_notices_has_one_effect_each(make_run):
    storm(make_run, 200)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_f7_ten_thousand_notices_have_one_effect_each_and_are_answered_fast(make_run):
    p99 = storm(make_run, 10_000)
    print(f"answered within {p99 * 1000:.0f} ms, 99 % of them")  # noqa: T201 - for who runs it
    assert p99 < 0.5
