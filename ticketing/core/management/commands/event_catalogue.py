from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ticketing.core.outbox.catalogue import catalogue


class Command(BaseCommand):
    help = "Writes docs/events.md from the events that the code declares."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "events.md"
        path.write_text(catalogue())
        self.stdout.write(f"Written: {path.relative_to(settings.BASE_DIR)}")
