from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ticketing import demo


class Command(BaseCommand):
    help = "Load the demo data, once. Its passwords are public: never in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--without-events", action="store_true", help="People and texts alone: loads at once."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("The demo's passwords are public; it is not loaded in production.")
        if not demo.is_loaded():
            demo.load(with_events=not options["without_events"], now=timezone.now())
