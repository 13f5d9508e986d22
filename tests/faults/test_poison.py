"""F20: messages that no worker survives are tried five times at most, then they are where an
operator sees them; everything else goes on."""

from collections import Counter

import pytest

from tests.faults.test_relay import announce_now, effects, log, relay, sample, start, traces
from tests.kit.running import until
from ticketing.core.models import Delivery
from ticketing.core.outbox.figures import current_figures
from ticketing.doctor import nothing_was_given_up

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["effects", "log", "relay", "sample", "start"]  # fixtures
WORDS = {
    "killed": "times its process died",
    "starved": "MemoryError",
    "raises": "ValueError: poison",
}


@pytest.mark.parametrize("most", [2, pytest.param(5, marks=pytest.mark.soak)])
def test_f20_what_kills_starves_or_breaks_its_worker_is_given_up_and_others_go_on(
    sample, relay, start, effects, log, most
):
    own = {"MOST_FAILURES": str(most), "LEASE": "1"}
    announce_now(*[sample.Bitten(how=how) for how in WORDS])
    posted = announce_now(*[sample.Posted(number=number) for number in range(5)])
    relay(**own)
    start(
        "celery", "-A", "tests.faults.sample", "worker", "--concurrency=2", "--without-gossip",
        "--without-mingle", "--without-heartbeat", **own,
    )  # fmt: skip
    until(lambda: are_over("sample.by_worker"), 60)
    until(lambda: are_over("sample.bitten"), 30 * most)

    others = Delivery.objects.filter(subscriber="sample.by_worker")
    assert set(others.values_list("status", flat=True)) == {"done"}
    told = traces(effects)
    assert {key for key in told if ":" in key} == {f"{pk}:sample.by_worker" for pk in posted}
    dead = Delivery.objects.filter(subscriber="sample.bitten", status="dead").select_related(
        "event"
    )
    assert {one.event.body["how"]: one.failures for one in dead} == dict.fromkeys(WORDS, most)
    assert Counter({how: told[how] for how in WORDS}) == dict.fromkeys(WORDS, most)
    for one in dead:
        assert WORDS[one.event.body["how"]] in one.last_error
    # Whoever watches the log, the metric or `doctor` learns of it.
    assert log().count("delivery_given_up") == 3
    assert current_figures().dead == {"sample.bitten": 3}
    assert nothing_was_given_up().problem == "3 to sample.bitten were given up"


def are_over(subscriber):
    rows = Delivery.objects.filter(subscriber=subscriber)
    return not rows.exclude(status__in=["done", "dead"]).exists()
