from typing import Any

from django.core.management.base import BaseCommand

from events.search.keeping import rebuild_search


class Command(BaseCommand):
    help = "Write anew what events are found by; searching goes on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        events, words = rebuild_search()
        counted = "1 event is" if events == 1 else f"{events} events are"
        self.stdout.write(f"{counted} found by {words} words.")
