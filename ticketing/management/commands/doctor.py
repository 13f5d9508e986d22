from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ticketing.doctor import examine


class Command(BaseCommand):
    help = "Look at what operators get wrong, and say how to mend each."
    # The settings are examined among the rest, so that one fault does not hide the others.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        ill = 0
        for finding in examine():
            if finding.is_well:
                self.stdout.write(self.style.SUCCESS(f"  well  {finding.what}"))
                continue
            ill += 1
            self.stdout.write(self.style.ERROR(f"  ill   {finding.what}: {finding.problem}"))
            self.stdout.write(f"        → {finding.mend}")
        if ill:
            raise CommandError(f"{ill} thing{'s' if ill > 1 else ''} to mend.", returncode=1)
        self.stdout.write("All is well.")
