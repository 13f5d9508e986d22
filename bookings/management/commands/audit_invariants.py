from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from bookings.domain.auditing import audit
from ticketing.core.clock import database_now


class Command(BaseCommand):
    help = (
        "Asks whether everything promised of places, bookings, tickets and money is so. Writes nothing; "
        "fails if anything is not. Runs in production too."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--without-chain",
            action="store_true",
            help="leave out the walk along the audit record, which reads all of it",
        )

    def handle(self, *args: Any, without_chain: bool, **options: Any) -> None:
        findings = audit(now=database_now(), with_chain=not without_chain)
        for one in findings:
            mark = "kept  " if one.is_kept else "BROKEN"
            self.stdout.write(f"{mark} {one.promise.number:<3} {one.promise.words}")
            for example in one.examples:
                self.stdout.write(f"           {example}")
            if one.count > len(one.examples):
                self.stdout.write(f"           and {one.count - len(one.examples)} more")
        broken = [one.promise.name for one in findings if not one.is_kept]
        if broken:
            raise CommandError(f"{len(broken)} of {len(findings)} are broken: {', '.join(broken)}.")
        self.stdout.write(f"All {len(findings)} are kept.")
