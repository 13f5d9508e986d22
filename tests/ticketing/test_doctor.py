from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.enums import LegalKind
from events.media.scanning import Scanner
from tests.factories import LegalTextFactory, UserFactory
from ticketing import doctor
from ticketing.core import redis
from ticketing.core.heartbeat import beat
from ticketing.core.outbox import figures
from ticketing.health import probes

pytestmark = pytest.mark.django_db


@pytest.fixture
def _all_is_well(monkeypatch):
    monkeypatch.setattr(probes, "is_mail_taken", lambda: True)
    monkeypatch.setattr(figures, "RELAYS", "SELECT 1 WHERE %s <> ''")
    beat(now=timezone.now())
    author = UserFactory()
    for kind in LegalKind:
        LegalTextFactory(kind=kind, changed_by=author)


def ill_findings():
    return {finding.what: finding for finding in doctor.examine() if not finding.is_well}


@pytest.mark.usefixtures("_all_is_well")
def test_doctor_when_all_is_well_says_so():
    output = StringIO()

    call_command("doctor", stdout=output, no_color=True)

    assert output.getvalue().endswith("All is well.\n")
    assert output.getvalue().count("  well  ") == 16


def test_doctor_when_something_is_ill_says_how_to_mend_it_and_fails():
    output = StringIO()

    with pytest.raises(CommandError, match="things to mend"):
        call_command("doctor", stdout=output, no_color=True)

    assert "ill   worker and beat are at work: no sign of life" in output.getvalue()
    assert "→ Write them in the back office" in output.getvalue()


@pytest.mark.usefixtures("_all_is_well")
@pytest.mark.parametrize(
    ("target", "replacement", "what"),
    [
        ("probes.is_worker_at_work", lambda: False, "worker and beat are at work"),
        ("probes.is_mail_taken", lambda: 1 / 0, "mail server takes mail"),
        ("probes.is_storage_there", lambda: 1 / 0, "files can be kept"),
        (
            "probes.configured_scanner",
            lambda: Scanner("tcp://127.0.0.1:1"),
            "virus scanner answers, if there is one",
        ),
        ("probes.waiting_migrations", lambda: ["a.0001"], "migrations are applied"),
        ("application_role_owns", lambda: ["table x"], "database role owns nothing"),
        (
            "may_use_reserve",
            lambda: False,
            "gateways are heard when connections run out, if there is a reserve",
        ),
        ("UNICODE", "klingon", "database sorts text as every other"),
        ("SOME_ZONES", ("Moon/Tranquility",), "time zones are known"),
        ("LARGEST_CLOCK_DIFFERENCE", timedelta(seconds=-1), "clocks agree"),
    ],
)
def test_doctor_finds(monkeypatch, target, replacement, what):
    monkeypatch.setattr(f"ticketing.doctor.{target}", replacement)

    found = ill_findings()

    assert list(found) == [what]
    assert found[what].mend


@pytest.mark.usefixtures("_all_is_well")
def test_doctor_when_redis_is_away_names_it_and_what_hangs_on_it(monkeypatch):
    monkeypatch.setattr(redis, "_away_until", float("inf"))

    assert list(ill_findings()) == ["Redis answers", "worker and beat are at work"]


@pytest.mark.usefixtures("_all_is_well")
def test_doctor_when_the_database_is_away_goes_on_with_the_rest(monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("connection refused\nmore")

    monkeypatch.setattr(connection, "cursor", refuse)

    found = ill_findings()

    assert found["database answers"].problem == "connection refused"
    assert "mail server takes mail" not in found
