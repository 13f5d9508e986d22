from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from payments.domain.reconciling import reconcile
from ticketing.core.clock import database_now


class Command(BaseCommand):
    help = (
        "Holds what the gateways list against what we have, as is done each hour for the last two "
        "days: settles what is behind, and opens a case for what nobody here knows. For any time, "
        "as after a restore (docs/restoring.md). May be run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=moment, required=True, help="what moved then or later")

    def handle(self, *args: Any, since: datetime, **options: Any) -> None:
        now = database_now()
        found = reconcile(since=since, until=now, now=now)
        self.stdout.write(f"{found.looked_at} movements of money were looked at.")
        for case in found.cases:
            facts = case.facts
            amount = f"{facts.get('amount', '')} {facts.get('currency', '')}".strip()
            self.stdout.write(f"  {case.get_kind_display()}: {case.reference} {amount}".rstrip())
        for name in found.away:
            self.stderr.write(f"{name} does not answer: nothing is known of it. Run this again.")
        self.stdout.write(f"{len(found.cases)} of them are for a person, under Cases.")


def moment(text: str) -> datetime:
    parsed = parse_datetime(text)
    if parsed is None:
        raise ValueError(text)
    return parsed if parsed.tzinfo else timezone.make_aware(parsed)
