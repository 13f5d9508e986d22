from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.domain.rates import keep_rates
from events.rates.fetching import TooLarge, fetch_file
from events.rates.reading import FileUnclear, rates_in
from ticketing.core.resilience import Away, NoAnswer


class Command(BaseCommand):
    help = "Take over exchange rates from a file of the European Central Bank (its XML or CSV)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="From RATES_URL if not given.")

    def handle(self, *args: Any, file: Path | None = None, **options: Any) -> None:
        if file is None and not settings.RATES_URL:
            raise CommandError("Give a file, or set RATES_URL.")
        try:
            rates = rates_in(fetch_file() if file is None else file.read_bytes())
        except (OSError, Away, NoAnswer, TooLarge, FileUnclear) as error:
            raise CommandError(f"{type(error).__name__}: {error}") from error
        count, last = keep_rates(rates), max(one.day for one in rates)
        self.stdout.write(f"{count} rates are kept, the latest of {last.isoformat()}.")
