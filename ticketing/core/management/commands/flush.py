from typing import Any

from django.core.management.commands.flush import Command as Flush

from ticketing.core.database import as_owner


class Command(Flush):
    help = f"{Flush.help} Runs as the owner of the tables."

    def handle(self, **options: Any) -> None:
        with as_owner():
            super().handle(**options)
