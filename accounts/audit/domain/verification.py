"""Walks the chains and says what does not fit. Reads in batches: memory stays as it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce

from accounts.audit.domain.anchors import Head, head_in, heads_sealed_after
from accounts.audit.domain.chain import hash_of
from accounts.audit.domain.payloads import digest
from accounts.audit.enums import NOTHING_BEFORE, PLATFORM
from accounts.audit.models import Entry, Erasure, Payload, Seal, Waiting
from ticketing.core.append_only import unguarded_tables

ROWS_AT_ONCE, IDS_AT_ONCE = 1000, 10_000
PROBLEMS_TO_TELL = 50


@dataclass
class Findings:
    seals: int = 0
    erased: int = 0
    waiting: int = 0
    anchors: int = 0
    problems: list[str] = field(default_factory=list)
    """The first of them in words; `problem_count` has all."""
    problem_count: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.problem_count

    def add(self, problem: str) -> None:
        self.problem_count += 1
        if len(self.problems) < PROBLEMS_TO_TELL:
            self.problems.append(problem)


def verify(*, chains: Iterable[UUID] | None = None, anchors: Iterable[str] = ()) -> Findings:
    """Check everything, or some chains; `anchors` are lines as they were written outside."""
    findings = Findings()
    for table in unguarded_tables():
        findings.add(f"The table {table} is not guarded: it can be changed like any other.")
    wanted = None if chains is None else set(chains)
    for head in heads_sealed_after(None):
        if wanted is None or head.chain in wanted:
            walk(head.chain, findings)
    if wanted is None:
        look_for_forgotten(findings)
    compare_with_anchors(anchors, wanted, findings)
    return findings


def walk(chain: UUID, findings: Findings) -> None:
    """Follow a chain from its first seal to its last."""
    before, prev_hash = 0, NOTHING_BEFORE
    for seals in batches_of(chain):
        words = words_of(seals)
        for seal in seals:
            found = [
                *problems_of(seal, before=before, prev_hash=prev_hash),
                *problems_of_words(seal.entry, words),
            ]
            for problem in found:
                findings.add(f"{name_of(chain)}, seal {seal.seq}, entry {seal.entry_id}: {problem}")
            before, prev_hash = seal.seq, seal.hash
        findings.seals += len(seals)
        findings.erased += len(words.erased)


def batches_of(chain: UUID) -> Iterator[list[Seal]]:
    last = 0
    while True:
        following = Seal.objects.filter(chain=chain, seq__gt=last).order_by("seq")
        seals = list(following.select_related("entry")[:ROWS_AT_ONCE])
        if seals:
            yield seals
        if len(seals) < ROWS_AT_ONCE:
            return
        last = seals[-1].seq


@dataclass(frozen=True)
class Words:
    digests: dict[tuple[UUID, str], str]
    erased: set[tuple[UUID, str]]


def words_of(seals: list[Seal]) -> Words:
    """What is there of the words of these entries: first that, then what was erased.

    In this order, because what is erased between the two questions is seen by both.
    """
    entries = [seal.entry_id for seal in seals]
    payloads = Payload.objects.filter(entry__in=entries).values_list(
        "entry_id", "part", "salt", "data"
    )
    digests = {(entry, part): digest(salt, data) for entry, part, salt, data in payloads}
    erasures = Erasure.objects.filter(entry__in=entries).values_list("entry_id", "part")
    return Words(digests, set(erasures))


def problems_of(seal: Seal, *, before: int, prev_hash: str) -> Iterator[str]:
    """What is wrong with one seal, given the one before it."""
    if seal.seq != before + 1:
        yield f"the seals from {before + 1} to {seal.seq - 1} are missing."
    elif seal.prev_hash != prev_hash:
        yield "it does not follow the seal before it: something was put in, taken out or moved."
    if seal.entry.chain != seal.chain:
        yield f"the entry belongs to {name_of(seal.entry.chain)}."
    elif seal.hash != hash_of(
        seal.entry, seq=seal.seq, prev_hash=seal.prev_hash, sealed_at=seal.sealed_at
    ):
        yield "the entry or its seal was changed."


def problems_of_words(entry: Entry, words: Words) -> Iterator[str]:
    for part, sealed in (("origin", entry.origin_digest), ("change", entry.change_digest)):
        found = words.digests.get((entry.pk, part))
        if found is None:
            if sealed and (entry.pk, part) not in words.erased:
                yield f"its {part} is gone, and no erasure says why."
        elif not sealed:
            yield f"its {part} was added afterwards."
        elif found != sealed:
            yield f"its {part} was changed."


def look_for_forgotten(findings: Findings) -> None:
    """Entries that are not sealed must be waiting for it."""
    # In one statement, or an entry that is sealed meanwhile would be in neither place.
    waits = Waiting.objects.filter(
        chain=Coalesce(OuterRef("organizer"), PLATFORM), entry=OuterRef("pk")
    )
    last = UUID(int=0)
    while ids := ids_after(last):
        batch = Entry.objects.filter(pk__gt=last, pk__lte=ids[-1], seal=None)
        for pk, is_waiting in batch.annotate(waits=Exists(waits)).values_list("pk", "waits"):
            if is_waiting:
                findings.waiting += 1
            else:
                findings.add(f"Entry {pk} is neither sealed nor waiting for it.")
        last = ids[-1]


def ids_after(last: UUID) -> list[UUID]:
    ids = Entry.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
    return list(ids[:IDS_AT_ONCE])


def compare_with_anchors(
    lines: Iterable[str], wanted: set[UUID] | None, findings: Findings
) -> None:
    for some in batched(lines, ROWS_AT_ONCE, strict=False):
        heads = []
        for line in some:
            try:
                heads.append(head_in(line))
            except ValueError:
                findings.add(f"This line is no anchor: {line[:80]!r}")
        compare(
            [head for head in heads if wanted is None or head.chain in wanted],
            findings,
        )


def compare(heads: list[Head], findings: Findings) -> None:
    known = {
        (chain, seq): hash_
        for chain, seq, hash_ in Seal.objects.filter(
            chain__in={head.chain for head in heads}, seq__in={head.seq for head in heads}
        ).values_list("chain", "seq", "hash")
    }
    for head in heads:
        findings.anchors += 1
        found = known.get((head.chain, head.seq))
        if found is None:
            findings.add(
                f"{name_of(head.chain)}: an anchor knows seal {head.seq}, and it is gone. "
                "The end of the chain was cut off."
            )
        elif found != head.hash:
            findings.add(
                f"{name_of(head.chain)}, seal {head.seq}: an anchor knows another hash. "
                "The chain was made anew."
            )


def name_of(chain: UUID) -> str:
    return "Chain of the platform" if chain == PLATFORM else f"Chain of organizer {chain}"
