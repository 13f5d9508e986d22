from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connection, transaction

from ticketing.core.append_only import tables_that_only_grow
from ticketing.core.database import as_owner


class Command(Flush):
    help = f"{Flush.help} Runs as the owner of the tables."

    def handle(self, **options: Any) -> None:
        with as_owner(), transaction.atomic():
            guard_tables("DISABLE")
            super().handle(**options)
            guard_tables("ENABLE")


def guard_tables(word: str) -> None:
    with connection.cursor() as cursor:
        for table in tables_that_only_grow():
            cursor.execute(f"ALTER TABLE {table} {word} TRIGGER {table}_only_grows")
