"""Whoever owns the database can change it; the chain and its anchors tell."""

import pytest
from django.db import connection

from accounts.audit.domain.anchors import Head, heads_sealed_after, line_of
from accounts.audit.domain.chain import hash_of, seal_waiting
from accounts.audit.domain.verification import verify
from accounts.audit.enums import NOTHING_BEFORE, PLATFORM
from accounts.audit.models import Seal
from tests.accounts.audit.conftest import NOW
from ticketing.core.database import as_owner
from ticketing.core.ids import new_id

pytestmark = pytest.mark.django_db(transaction=True)


def anchors_now():
    return [line_of(head, now=NOW) for head in heads_sealed_after(None)]


def the_only_problem(**given):
    findings = verify(**given)
    assert len(findings.problems) == 1, findings.problems
    return findings.problems[0]


def place_of(entry):
    return f"Chain of the platform, seal {Seal.objects.get(entry=entry).seq}, entry {entry.pk}: "


def test_chain_as_it_was_written_is_whole(sealed, staff):
    sealed(3, by=staff, on=staff, before={"name": "S."})

    findings = verify(anchors=anchors_now())

    assert findings.is_whole
    assert (findings.seals, findings.anchors, findings.waiting, findings.erased) == (3, 1, 0, 0)


@pytest.mark.parametrize(
    "change",
    [
        "action = 'tests.innocent'",
        "actor_id = 'somebody-else'",
        "object_id = 'x'",
        "object_type = 'x'",
        "actor_type = 'x'",
        "occurred_at = occurred_at - interval '1 microsecond'",
        "request_id = 'x'",
        "change_digest = repeat('0', 64)",
        "origin_digest = repeat('0', 64)",
    ],
)
def test_entry_when_edited_is_found(sealed, tamper, change):
    entry = sealed(3)[1]

    tamper((f"UPDATE audit_entry SET {change} WHERE id = %s", entry.pk))

    assert f"{place_of(entry)}the entry or its seal was changed." in verify().problems


def test_seal_when_edited_is_found(sealed, tamper):
    entry = sealed(3)[1]

    tamper(("UPDATE audit_seal SET sealed_at = now() WHERE entry_id = %s", entry.pk))

    assert the_only_problem() == f"{place_of(entry)}the entry or its seal was changed."


def test_entry_when_edited_and_its_seal_made_fit_breaks_the_chain_after_it(sealed, tamper):
    entries = sealed(3)
    tamper(("UPDATE audit_entry SET action = 'tests.x' WHERE id = %s", entries[1].pk))
    seal = Seal.objects.get(entry=entries[1])
    fitting = hash_of(seal.entry, seq=2, prev_hash=seal.prev_hash, sealed_at=seal.sealed_at)

    tamper(("UPDATE audit_seal SET hash = %s WHERE entry_id = %s", fitting, seal.pk))

    assert the_only_problem().startswith(f"{place_of(entries[2])}it does not follow")


def test_entry_when_moved_to_another_chain_is_found(sealed, tamper):
    entry = sealed(2)[0]

    tamper(("UPDATE audit_entry SET organizer = %s WHERE id = %s", new_id(), entry.pk))

    assert "the entry belongs to Chain of organizer" in the_only_problem()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            """UPDATE audit_payload SET data = '{"after": {"number": 7}}'""",
            "its change was changed.",
        ),
        ("UPDATE audit_payload SET salt = repeat('0', 32)", "its change was changed."),
        ("DELETE FROM audit_payload", "its change is gone, and no erasure says why."),
        (
            "INSERT INTO audit_payload SELECT entry_id, 'origin', salt, data, people FROM audit_payload",
            "its origin was added afterwards.",
        ),
    ],
)
def test_words_when_changed_deleted_or_added_are_found(sealed, tamper, change, problem):
    entry = sealed()

    tamper((change,))

    assert the_only_problem() == f"{place_of(entry)}{problem}"


def delete(entry):
    return [
        (f"DELETE FROM audit_{table} WHERE {key} = %s", entry.pk)
        for table, key in (("payload", "entry_id"), ("seal", "entry_id"), ("entry", "id"))
    ]


def test_entry_when_deleted_leaves_a_gap(sealed, tamper):
    entries = sealed(4)

    tamper(*delete(entries[1]), *delete(entries[2]))

    assert the_only_problem() == f"{place_of(entries[3])}the seals from 2 to 3 are missing."


def test_entry_when_deleted_and_the_rest_moved_up_is_found(sealed, tamper):
    entries = sealed(4)

    tamper(*delete(entries[1]), ("UPDATE audit_seal SET seq = seq - 1 WHERE seq > 2",))

    assert f"{place_of(entries[2])}it does not follow the seal before it" in verify().problems[0]


def test_seal_alone_when_deleted_leaves_a_gap_and_a_forgotten_entry(sealed, tamper):
    entries = sealed(3)

    tamper(("DELETE FROM audit_seal WHERE entry_id = %s", entries[1].pk))

    assert verify().problems == [
        f"{place_of(entries[2])}the seals from 2 to 2 are missing.",
        f"Entry {entries[1].pk} is neither sealed nor waiting for it.",
    ]


def test_entries_when_reordered_are_found(sealed, tamper):
    entries = sealed(4)

    tamper(
        ("UPDATE audit_seal SET seq = 99 WHERE seq = 2",),
        ("UPDATE audit_seal SET seq = 2 WHERE seq = 3",),
        ("UPDATE audit_seal SET seq = 3 WHERE seq = 99",),
    )

    problems = verify().problems
    assert problems[0].startswith(f"{place_of(entries[2])}it does not follow the seal before it")
    assert len(problems) == 5  # two that were changed, three that do not follow


def test_entry_when_put_in_between_is_found(sealed, act, tamper):
    entries = sealed(3)
    false = act()
    first = Seal.objects.get(entry=entries[0])
    fitting = hash_of(false, seq=2, prev_hash=first.hash, sealed_at=NOW)

    tamper(
        ("DELETE FROM audit_waiting",),
        ("UPDATE audit_seal SET seq = seq + 100 WHERE seq > 1",),
        ("UPDATE audit_seal SET seq = seq - 99 WHERE seq > 1",),
        (
            "INSERT INTO audit_seal VALUES (%s, %s, 2, %s, %s, %s)",
            false.pk, PLATFORM, first.hash, fitting, NOW,
        ),
    )  # fmt: skip

    assert verify().problems[0].startswith(f"{place_of(entries[1])}it does not follow")


def test_tail_when_cut_off_is_seen_by_the_anchor_alone(sealed, tamper):
    entries = sealed(3)
    anchors = anchors_now()

    tamper(*delete(entries[2]))

    assert verify().is_whole
    assert the_only_problem(anchors=anchors) == (
        "Chain of the platform: an anchor knows seal 3, and it is gone. "
        "The end of the chain was cut off."
    )


def test_tail_when_cut_off_and_grown_again_is_seen_by_the_anchor(sealed, act, tamper):
    entries = sealed(3)
    anchors = anchors_now()
    tamper(*delete(entries[2]))
    act(2)
    seal_waiting(now=NOW)

    assert verify().is_whole
    assert the_only_problem(anchors=anchors) == (
        "Chain of the platform, seal 3: an anchor knows another hash. The chain was made anew."
    )


def test_whole_chain_when_removed_is_seen_by_the_anchor(sealed, tamper):
    organizer = new_id()
    entry = sealed(organizer=organizer)
    anchors = anchors_now()

    tamper(*delete(entry))

    assert verify().is_whole
    assert f"Chain of organizer {organizer}: an anchor knows seal 1" in the_only_problem(
        anchors=anchors
    )


def test_chain_when_rewritten_from_its_beginning_is_seen_by_the_anchor(sealed, tamper):
    entries = sealed(4)
    anchors = anchors_now()
    tamper(("UPDATE audit_entry SET actor_id = 'innocent' WHERE id = %s", entries[0].pk))

    prev_hash, statements = NOTHING_BEFORE, []
    for seal in Seal.objects.select_related("entry").order_by("seq"):
        hash_ = hash_of(seal.entry, seq=seal.seq, prev_hash=prev_hash, sealed_at=seal.sealed_at)
        statements.append((
            "UPDATE audit_seal SET prev_hash = %s, hash = %s WHERE entry_id = %s",
            prev_hash, hash_, seal.pk,
        ))  # fmt: skip
        prev_hash = hash_
    tamper(*statements)

    assert verify().is_whole
    assert "seal 4: an anchor knows another hash" in the_only_problem(anchors=anchors)


def test_guard_when_left_off_is_told(sealed):
    sealed()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER USER")
    try:
        assert the_only_problem() == (
            "The table audit_seal is not guarded: it can be changed like any other."
        )
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_seal ENABLE TRIGGER USER")


def test_problems_of_one_chain_are_told_when_it_alone_is_asked_for(sealed, tamper):
    organizer = new_id()
    entry = sealed(organizer=organizer)
    sealed()
    tamper(("UPDATE audit_entry SET action = 'tests.x' WHERE id = %s", entry.pk))

    assert verify(chains=[PLATFORM], anchors=anchors_now()).is_whole
    assert verify(chains=[organizer]).problem_count == 1


def test_line_that_is_no_anchor_is_told():
    for line in ("nonsense", "{}", '{"chain": "x", "seq": 1, "hash": "y"}', "[1]"):
        assert "This line is no anchor" in the_only_problem(anchors=[line])


def test_problems_beyond_the_first_are_counted(sealed, tamper):
    sealed(60)
    tamper(("UPDATE audit_entry SET action = 'tests.x'",))

    findings = verify()

    assert (len(findings.problems), findings.problem_count) == (50, 60)


def test_head_is_the_last_seal_of_each_chain(sealed):
    organizer = new_id()
    sealed(2)
    sealed(3, organizer=organizer)

    heads = [Head(seal.chain, seal.seq, seal.hash) for seal in Seal.objects.filter(seq__in=[2, 3])]

    last = {head.chain: head for head in sorted(heads, key=lambda head: head.seq)}
    assert heads_sealed_after(None) == [last[PLATFORM], last[organizer]]
