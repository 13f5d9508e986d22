import signal
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from ticketing.core.outbox.relay import Relay, relay_starting


class Command(BaseCommand):
    help = (
        "Brings announced events to their subscribers, until told to stop. Needs PostgreSQL "
        "alone; several may run at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hands", type=int, default=4, help="deliveries at once (4)")
        parser.add_argument(
            "--poll", type=float, default=3.0, help="seconds between looks when nothing rings (3)"
        )
        parser.add_argument(
            "--take-over-after",
            type=float,
            default=30.0,
            help="seconds without a broker after which it does the workers' part (30)",
        )
        parser.add_argument(
            "--proof-of-life", type=Path, help="a file that is touched at every look"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        relay = Relay(
            hands=options["hands"],
            poll=options["poll"],
            take_over_after=options["take_over_after"],
            proof_of_life=options["proof_of_life"],
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: relay.stop())
        relay_starting.send(sender=Relay)
        relay.run()
