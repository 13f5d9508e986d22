from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from accounts.audit.domain.chain import seal_waiting, wait_again
from accounts.audit.domain.verification import verify
from accounts.audit.enums import PLATFORM
from accounts.audit.places import anchor_everywhere, kept_lines, local_files


class Command(BaseCommand):
    help = "Proves the audit record whole, seals what waits, writes the heads down outside."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        check = acts.add_parser("verify", help="walk the chains; fails if anything does not fit")
        check.add_argument(
            "--chain", type=chain_named, action="append", help="an organizer's id, or 'platform'"
        )
        check.add_argument(
            "--anchors",
            type=Path,
            action="append",
            metavar="PATH",
            help="file or folder of anchors; else the file that this machine writes",
        )
        acts.add_parser("seal", help="seal what waits, and what was forgotten")
        acts.add_parser("anchor", help="write down the heads now, at every place")

    def handle(self, *, act: str, **options: Any) -> None:
        {"verify": self.verify, "seal": self.seal, "anchor": self.anchor}[act](**options)

    def verify(self, *, chain: list[UUID] | None, anchors: list[Path] | None, **_: Any) -> None:
        paths = local_files() if anchors is None else anchors
        if missing := [str(path) for path in paths if not path.exists()]:
            raise CommandError(f"There are no anchors at {', '.join(missing)}.")
        findings = verify(chains=chain, anchors=kept_lines(paths))
        self.stdout.write(
            f"{findings.seals} seals, {findings.anchors} anchors, {findings.waiting} entries wait "
            f"to be sealed, {findings.erased} payloads were erased."
        )
        if not findings.is_whole:
            told = "\n".join(f"  {problem}" for problem in findings.problems)
            raise CommandError(f"{findings.problem_count} things do not fit:\n{told}")
        self.stdout.write("The record is whole.")
        if not findings.anchors:
            self.stdout.write("Without anchors nobody can tell whether its end was cut off.")

    def seal(self, **_: Any) -> None:
        forgotten, sealed = wait_again(), 0
        while some := seal_waiting(now=timezone.now()):
            sealed += some
        self.stdout.write(f"{sealed} entries sealed; {forgotten} of them had been forgotten.")

    def anchor(self, **_: Any) -> None:
        done = anchor_everywhere(now=timezone.now(), even_if_early=True)
        for address, outcome in done.items():
            self.stdout.write(f"  {address}: {outcome}")
        if any(isinstance(outcome, Exception) for outcome in done.values()):
            raise CommandError("Not every place took the anchors.")


def chain_named(text: str) -> UUID:
    return PLATFORM if text == "platform" else UUID(text)
