from typing import Any

from django.core.management import BaseCommand, CommandError

from ticketing.core.rotation import places, rotate


class Command(BaseCommand):
    help = (
        "Encrypts with the first of the FIELD_KEYS what a later one has encrypted, in batches. "
        "May be interrupted and run again."
    )

    def handle(self, **_: Any) -> None:
        unreadable: list[str] = []
        for place in places():
            rotated = rotate(place)
            unreadable += rotated.unreadable
            self.stdout.write(f"  {place}: {rotated.rows} rows encrypted anew")
        if unreadable:
            raise CommandError(
                f"{len(unreadable)} rows stay as they are; keep the keys that opened them:\n"
                + "\n".join(f"  {line}" for line in unreadable[:20])
            )
        self.stdout.write("Everything is encrypted with the first key.")
