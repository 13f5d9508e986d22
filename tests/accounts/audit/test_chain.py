"""Entries become one chain each, whoever writes and whoever seals."""

from datetime import timedelta
from hashlib import sha256
from threading import Event, Thread
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connection, transaction

from accounts.audit.domain import chain as chains
from accounts.audit.domain.chain import seal_waiting, wait_again
from accounts.audit.domain.records import record
from accounts.audit.domain.verification import verify
from accounts.audit.enums import NOTHING_BEFORE, PLATFORM
from accounts.audit.models import Entry, Seal, Waiting
from accounts.audit.tasks import seal
from tests.accounts.audit.conftest import NOW
from tests.kit.races import race

ORGANIZERS = [uuid4(), uuid4()]


def numbers_of(chain):
    return list(Seal.objects.filter(chain=chain).order_by("seq").values_list("seq", flat=True))


def write_one(number, organizer=None):
    with transaction.atomic():
        record(action="tests.acted", by=None, organizer=organizer, after={"n": number}, now=NOW)


@pytest.mark.django_db
def test_sealing_links_each_entry_to_the_one_before_it_in_its_chain(act):
    platform = act(2)
    theirs = act(organizer=ORGANIZERS[0])

    sealed = seal_waiting(now=NOW)

    first, second = (
        entry.seal for entry in Entry.objects.filter(pk__in=[e.pk for e in platform]).order_by("pk")
    )
    assert sealed == 3
    assert (first.chain, first.seq, first.prev_hash) == (PLATFORM, 1, NOTHING_BEFORE)
    assert (second.chain, second.seq, second.prev_hash) == (PLATFORM, 2, first.hash)
    other = Seal.objects.get(entry=theirs)
    assert (other.chain, other.seq, other.prev_hash) == (ORGANIZERS[0], 1, NOTHING_BEFORE)
    assert not Waiting.objects.exists()


@pytest.mark.django_db
def test_sealing_again_goes_on_where_the_chain_ends(sealed):
    sealed(2)
    sealed(2)

    assert seal_waiting(now=NOW) == 0
    assert numbers_of(PLATFORM) == [1, 2, 3, 4]
    assert verify().is_whole


@pytest.mark.django_db
def test_sealing_of_more_than_a_batch_does_all_of_it(act, monkeypatch):
    monkeypatch.setattr(chains, "ENTRIES_AT_ONCE", 3)
    act(4, organizer=ORGANIZERS[0])
    act(4, organizer=ORGANIZERS[1])

    assert seal_waiting(now=NOW) == 8
    assert verify().is_whole


@pytest.mark.django_db
def test_sealing_costs_the_same_statements_for_many_chains(act, django_assert_num_queries):
    for organizer in (uuid4() for _ in range(5)):
        act(2, organizer=organizer)

    with django_assert_num_queries(7):  # savepoint and release are two of them
        seal_waiting(now=NOW)


@pytest.mark.django_db
def test_task_seals(act):
    act()

    seal()

    assert numbers_of(PLATFORM) == [1]


@pytest.mark.django_db(transaction=True)
def test_entry_that_commits_late_gets_a_later_number(act):
    wrote, may_commit = Event(), Event()

    def write_slowly():
        with transaction.atomic():
            record(action="tests.slow", by=None, now=NOW)
            wrote.set()
            may_commit.wait(20)
        connection.close()

    slow = Thread(target=write_slowly)
    slow.start()
    assert wrote.wait(20)
    later = act()
    seal_waiting(now=NOW)
    may_commit.set()
    slow.join()
    seal_waiting(now=NOW)

    late = Entry.objects.get(action="tests.slow")
    assert late.pk < later.pk
    assert (Seal.objects.get(entry=later).seq, Seal.objects.get(entry=late).seq) == (1, 2)
    assert verify().is_whole


@pytest.mark.django_db(transaction=True)
def test_100_parallel_writers_and_two_sealers_keep_one_chain_each():
    def run(number):
        if number < 2:
            return sum(seal_waiting(now=NOW) for _ in range(20))
        for n in range(10):
            write_one(n, organizer=None if number % 2 else ORGANIZERS[0])
        return 0

    outcomes = [outcome for part in range(5) for outcome in race(22, run)]
    sealed = sum(outcomes) + seal_waiting(now=NOW)

    assert sealed == 1000
    assert numbers_of(PLATFORM) == list(range(1, 501))
    assert numbers_of(ORGANIZERS[0]) == list(range(1, 501))
    assert verify().is_whole


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_do_not_wait_for_each_other(act):
    act(3)
    other = None

    def seal_meanwhile(_):
        return seal_waiting(now=NOW)

    with transaction.atomic():
        assert seal_waiting(now=NOW) == 3
        [other] = race(1, seal_meanwhile)

    assert other == 0
    assert verify().is_whole


@pytest.mark.django_db(transaction=True)
def test_sealer_killed_half_way_leaves_everything_to_the_next(act, monkeypatch):
    act(5)

    def die(rows):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as patch:
        patch.setattr(chains, "take_from_waiting", die)
        with pytest.raises(OperationalError):
            seal_waiting(now=NOW)
    connection.close()

    assert (Seal.objects.count(), Waiting.objects.count()) == (0, 5)
    assert seal_waiting(now=NOW) == 5
    assert verify().is_whole


@pytest.mark.django_db
def test_what_has_no_business_to_wait_is_cleared_away_and_not_sealed(sealed, act):
    entry = sealed(organizer=ORGANIZERS[0])
    Waiting.objects.create(chain=ORGANIZERS[0], entry=entry)
    Waiting.objects.create(chain=ORGANIZERS[1], entry=act(organizer=ORGANIZERS[0]))

    assert seal_waiting(now=NOW) == 1
    assert not Waiting.objects.exists()
    assert numbers_of(ORGANIZERS[0]) == [1, 2]
    assert numbers_of(ORGANIZERS[1]) == []


@pytest.mark.django_db
def test_entry_that_was_taken_from_waiting_is_missed_and_can_be_put_back(act):
    entry = act()
    Waiting.objects.all().delete()

    findings = verify()

    assert findings.problems == [f"Entry {entry.pk} is neither sealed nor waiting for it."]
    assert (wait_again(), seal_waiting(now=NOW)) == (1, 1)
    assert verify().is_whole


def test_hash_is_what_the_record_of_the_decision_says():
    """A chain must be checkable without this code, and by later versions of it."""
    entry = Entry(
        id=UUID("0198c0de-0000-7000-8000-000000000001"),
        occurred_at=NOW + timedelta(microseconds=5),
        action="tests.acted",
        change_digest="ab" * 32,
    )

    made = chains.hash_of(entry, seq=1, prev_hash=NOTHING_BEFORE, sealed_at=NOW)

    core = (
        '{"action":"tests.acted","actor_id":"","actor_type":"",'
        '"id":"0198c0de-0000-7000-8000-000000000001","object_id":"","object_type":"",'
        '"occurred_at":"2026-11-21T12:00:00.000005+00:00","organizer":null,"request_id":"",'
        '"sealed_at":"2026-11-21T12:00:00.000000+00:00","seq":1}'
    )
    assert made == sha256(f"{'0' * 64}.{core}..{'ab' * 32}".encode()).hexdigest()
