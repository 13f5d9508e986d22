from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connection

from ticketing.core.database import (
    MIGRATION_LOCK,
    admit_application_role,
    admit_reserved_role,
    as_owner,
)


class Command(Migrate):
    help = f"{Migrate.help} Runs as the owner of the tables and admits the application's role."

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            admit_application_role()
            admit_reserved_role()
            super().handle(*args, **options)
