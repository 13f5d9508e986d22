from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from events.management.samples import make_events
from events.models import Event


class Command(BaseCommand):
    help = "Make many events to measure with, the same ones for the same seed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, default=100_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--force", action="store_true", help="also in production")

    def handle(self, *, count: int, seed: int, force: bool, **options: Any) -> None:
        if settings.IS_PRODUCTION and not force:
            raise CommandError("Everybody would find these events. Use --force if they should.")
        if Event.objects.filter(slug=f"sample-{seed}-0").exists():
            raise CommandError(f"The events of seed {seed} are there already: use another --seed.")
        for made in make_events(count, seed=seed, now=timezone.now()):
            if made % 10_000 == 0 or made == count:
                self.stdout.write(f"{made} events")
