from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from ticketing.core.outbox.replaying import Wanted, replay
from ticketing.core.outbox.subscribers import subscribers


class Command(BaseCommand):
    help = (
        "Delivers events again, under the same delivery keys. Handlers drop what they have done "
        "already, or do it again: know which before you choose."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=moment, help="announced then or later")
        parser.add_argument("--until", type=moment, help="announced before then")
        parser.add_argument("--name", help="such events, like bookings.booking_confirmed")
        parser.add_argument("--about", help="events about one object, like bookings.booking:id")
        parser.add_argument("--subscriber", help="to this subscriber alone")
        parser.add_argument("--dry-run", action="store_true", help="count and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("since", "until", "name", "about", "subscriber")
        wanted = Wanted(**{name: options[name] for name in names})
        if wanted == Wanted(subscriber=wanted.subscriber):
            raise CommandError("Say which: --since, --until, --name or --about.")
        if wanted.subscriber and wanted.subscriber not in subscribers:
            raise CommandError(f"Nobody listens as {wanted.subscriber}.")
        counts = replay(wanted, now=timezone.now(), is_dry_run=options["dry_run"])
        for name, count in sorted(counts.items()):
            self.stdout.write(f"  {count:>8}  {name}")
        verb = "would be" if options["dry_run"] else "are"
        self.stdout.write(f"{sum(counts.values())} deliveries {verb} made again.")


def moment(text: str) -> datetime:
    parsed = parse_datetime(text)
    if parsed is None:
        raise ValueError(text)
    return parsed if parsed.tzinfo else timezone.make_aware(parsed)
