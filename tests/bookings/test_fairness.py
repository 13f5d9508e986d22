"""Limits by address and device, and the step that appears only while an event is stormed."""

import re
import shutil
import subprocess
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from django.core import signing

from bookings.domain import fairness
from bookings.domain.fairness import (
    Caller,
    ChallengeRequired,
    Proof,
    TooManyHolds,
    require_fair,
)
from tests.events.factories import NOW
from ticketing.core.limits import Limit

JS = Path(__file__).parents[2] / "ticketing" / "static" / "js" / "challenge-worker.js"
ADA = Caller(address="192.0.2.1", device="ada")


@pytest.fixture(autouse=True)
def _easy(monkeypatch, settings):
    monkeypatch.setattr(fairness, "BITS", 8)
    settings.RATE_LIMIT_SCALE = 1


@pytest.fixture
def event():
    return uuid4()


def fair(event, caller=ADA, now=NOW):
    require_fair(event, caller, now=now)


def refused(event, caller=ADA, now=NOW):
    with pytest.raises(ChallengeRequired) as caught:
        fair(event, caller, now)
    return caught.value


def solve(facts):
    number = 0
    while sha256(f"{facts['seed']}.{number}".encode()).digest()[0]:
        number += 1
    return Proof(facts["token"], str(number))


def as_ada(proof, **facts):
    return Caller(**{"address": ADA.address, "device": ADA.device, "proof": proof, **facts})


# --- Limits ------------------------------------------------------------------------------------


def test_a_device_is_limited_and_a_new_one_at_its_address_is_not(event, monkeypatch):
    monkeypatch.setattr(fairness, "OF_A_DEVICE", Limit(calls=3, seconds=600))
    for _ in range(3):
        fair(event)

    with pytest.raises(TooManyHolds) as caught:
        fair(event)

    assert 100 < caught.value.retry_after <= 201
    fair(event, Caller(address=ADA.address, device="bob"))
    fair(uuid4())


def test_who_throws_cookies_away_is_limited_by_address(event, monkeypatch):
    monkeypatch.setattr(fairness, "OF_AN_ADDRESS", Limit(calls=5, seconds=600))
    for number in range(5):
        fair(event, Caller(address=ADA.address, device=f"new-{number}"))

    with pytest.raises(TooManyHolds):
        fair(event, Caller(address=ADA.address, device="newest"))
    fair(event, Caller(address="192.0.2.2", device="newest"))


def test_a_class_behind_one_address_gets_through(event):
    for number in range(150):
        fair(event, Caller(address=ADA.address, device=f"pupil-{number}"))


# --- The step ----------------------------------------------------------------------------------


def test_the_step_appears_only_under_pressure_and_for_that_event(event, settings):
    settings.CHALLENGE_ABOVE = 10
    callers = [Caller(address=f"192.0.2.{number}") for number in range(11)]
    for caller in callers[:10]:
        fair(event, caller)

    assert refused(event, callers[10]).code == "challenge_required"
    fair(uuid4(), callers[10])


def test_an_operator_can_ask_for_it_always_or_never(event, settings):
    settings.CHALLENGE_ABOVE = 0
    settings.CHALLENGE = "never"
    fair(event)
    settings.CHALLENGE = "always"
    settings.CHALLENGE_ABOVE = 1000

    assert refused(event).facts.keys() == {
        "token", "algorithm", "seed", "bits", "wait", "expires_in",
    }  # fmt: skip


@pytest.fixture
def always(settings):
    settings.CHALLENGE = "always"


@pytest.mark.usefixtures("always")
class TestTheToken:
    def test_a_solution_lets_through_once(self, event):
        proof = solve(refused(event).facts)

        fair(event, as_ada(proof))
        again = refused(event, as_ada(proof))

        assert again.facts["token"] != proof.token

    def test_a_wrong_solution_gets_the_same_token_with_the_seconds_left(self, event):
        token = refused(event).facts["token"]

        again = refused(event, as_ada(Proof(token, "x")), now=NOW + timedelta(seconds=5))

        assert (again.facts["token"], again.facts["wait"], again.retry_after) == (token, 15, 15)

    def test_who_waits_gets_through_without_a_solution_and_once(self, event):
        proof = Proof(refused(event).facts["token"])
        later = NOW + timedelta(seconds=fairness.WAIT)

        fair(event, as_ada(proof), now=later)

        assert refused(event, as_ada(proof), now=later).facts["token"] != proof.token

    def test_it_is_of_one_event_and_one_person(self, event):
        proof = solve(refused(event).facts)

        refused(uuid4(), as_ada(proof))
        refused(event, as_ada(proof, address="198.51.100.7", device="eve"))
        refused(event, as_ada(proof, address="198.51.100.7", device=""))
        fair(event, as_ada(proof))

    def test_a_telephone_may_change_its_address_and_a_browser_keep_no_cookie(self, event):
        one, other = (solve(refused(event).facts) for _ in range(2))

        fair(event, as_ada(one, address="198.51.100.7"))
        fair(event, as_ada(other, device="another"))

    def test_it_runs_out(self, event):
        proof = solve(refused(event).facts)
        late = NOW + timedelta(seconds=fairness.LASTS + 1)

        assert refused(event, as_ada(proof), now=late).facts["token"] != proof.token

    def test_one_that_we_did_not_write_is_nothing(self, event):
        facts = refused(event).facts
        own = signing.dumps(signing.loads(facts["token"], salt=fairness.SALT), salt="another")

        for token in (
            own,
            f"{facts['token']}x",
            "",
            "a.b.c",
            signing.dumps([1], salt=fairness.SALT),
        ):
            assert refused(event, as_ada(Proof(token, "1"))).facts["token"] not in {token, own}

    def test_without_redis_a_token_counts_again_and_nobody_is_limited(self, event, monkeypatch):
        proof = solve(refused(event).facts)
        monkeypatch.setattr(fairness, "ask_redis", lambda _question, *, otherwise: otherwise)

        for _ in range(300):
            fair(event, as_ada(proof))


def test_without_redis_nobody_is_asked_anything(event, settings, monkeypatch):
    settings.CHALLENGE_ABOVE = 0
    monkeypatch.setattr(fairness, "ask_redis", lambda _question, *, otherwise: otherwise)

    fair(event)


@pytest.mark.skipif(
    shutil.which("node") is None, reason="the script is run by node where there is one"
)
@pytest.mark.parametrize("bits", [1, 8, 12])
def test_the_pages_script_finds_what_the_server_accepts(tmp_path, bits):
    seed = sha256(str(bits).encode()).hexdigest()[:32]
    run = (
        "let hear; globalThis.addEventListener = (_, act) => (hear = act);"
        "globalThis.postMessage = (found) => console.log(found);\n"
        f"{JS.read_text()}\nhear({{ data: {{ seed: '{seed}', bits: {bits} }} }});"
    )
    script = tmp_path / "run.js"
    script.write_text(run)

    said = subprocess.run(
        [shutil.which("node"), script], capture_output=True, text=True, check=True, timeout=60
    )

    found = said.stdout.strip()
    challenge = fairness.Challenge("", "", "", 0, seed, bits)
    assert re.fullmatch(r"\d+", found)
    assert challenge.is_solved_by(found)
    assert not any(challenge.is_solved_by(str(number)) for number in range(int(found)))
