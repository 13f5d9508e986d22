"""Refuse migrations that the code of the version before would not survive.

Usage: python -m tests.kit.lint_migrations   (starts a database for itself)
"""

import sys

import django

from tests.kit import servers


def main() -> int:
    servers.start_servers()
    try:
        django.setup()
        from django_migration_linter import MigrationLinter  # noqa: PLC0415 - needs the settings

        linter = MigrationLinter(
            include_apps=[
                "accounts",
                "audit",
                "events",
                "bookings",
                "notifications",
                "payments",
                "core",
            ],
            all_warnings_as_errors=True,
            no_cache=True,
        )
        linter.lint_all_migrations()
    finally:
        servers.pytest_unconfigure()
    return int(linter.has_errors)


if __name__ == "__main__":
    sys.exit(main())
