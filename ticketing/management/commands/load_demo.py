from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ticketing import demo


class Command(BaseCommand):
    help = "Load the demo data, once. Its passwords are public: never in production."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("The demo's passwords are public; it is not loaded in production.")
        if not demo.is_loaded():
            demo.load(now=timezone.now())
