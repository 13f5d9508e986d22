"""Processes around a booking, for fault tests that let them die:

python -m tests.faults.booking book SLUG TYPE    one free ticket for ada@example.org
python -m tests.faults.booking hold SLUG TYPE    the same, held and not confirmed
python -m tests.faults.booking confirm           what is held
python -m tests.faults.booking work              whatever waits, until nothing does
python -m tests.faults.booking serve             each line of its input, in a process of its own

FAILPOINT says where it dies.
"""

import json
import os
import sys
import traceback
from pathlib import Path
from uuid import UUID

import django

django.setup()

from django.conf import settings  # noqa: E402 - once Django is ready

from bookings.domain.confirming import confirm_free_booking  # noqa: E402 - once Django is ready
from bookings.domain.holding import book_places  # noqa: E402 - once Django is ready
from bookings.domain.wishes import Buyer, Wanted, WantedLine  # noqa: E402 - once Django is ready
from bookings.models import Booking  # noqa: E402 - once Django is ready
from bookings.queries.sales import sale  # noqa: E402 - once Django is ready
from ticketing.core.clock import database_now  # noqa: E402 - once Django is ready
from ticketing.core.environment import mailer  # noqa: E402 - once Django is ready
from ticketing.core.outbox.claims import OF_RELAY, claim_next  # noqa: E402 - once Django is ready
from ticketing.core.outbox.delivering import run  # noqa: E402 - once Django is ready


def book(slug, ticket_type, *, is_hold_only=False):
    wanted = Wanted(
        lines=[WantedLine(ticket_type=UUID(ticket_type), quantity=1)],
        buyer=Buyer(email="ada@example.org", name="Ada"),
        is_hold_only=is_hold_only,
    )
    found = sale(slug)
    book_places(found, wanted, by=None, now=found.as_of)


def hold(slug, ticket_type):
    book(slug, ticket_type, is_hold_only=True)


def confirm():
    confirm_free_booking(Booking.objects.get(), by=None, now=database_now())


def work():
    while claims := [
        claim for queue in (OF_RELAY, *settings.QUEUES) if (claim := claim_next(queue))
    ]:
        for claim in claims:
            run(claim)


def serve():
    """Starting Python and Django takes longer than anything above: it is done once, and each line
    ({"do": […], "with": {…}}) is done by a fork, whose end is told by a line of output."""
    for line in sys.stdin:
        asked = json.loads(line)
        if (pid := os.fork()) == 0:
            act(asked["do"], asked["with"])
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer


def act(command, variables):
    code = 1
    try:
        os.environ.update(variables)
        settings.MEDIA_ROOT = Path(os.environ["FILES"])
        settings.MAILERS = {"default": mailer(os.environ["EMAIL_URL"])}
        ACTS[command[0]](*command[1:])
        code = 0
    except Exception:  # noqa: BLE001 - said, and the process ends
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


ACTS = {"book": book, "hold": hold, "confirm": confirm, "work": work}

if __name__ == "__main__":
    serve() if sys.argv[1] == "serve" else act(sys.argv[1:], {})
