"""How long a ticket takes as a PDF, in a process that has made some: python -m tests.load.tickets

No database and no store: the printing alone, each ticket with a code of its own.
"""

import os
import secrets
import time
from collections.abc import Sequence
from statistics import median, quantiles

import django

NOTHING = {
    "ENVIRONMENT": "development",
    "SECRET_KEY": "none",
    "SITE_URL": "http://localhost",
    "DATABASE_URL": "postgresql://none@none/none",
    "REDIS_URL": "redis://none",
    "EMAIL_URL": "smtp://none",
}
RUNS, MANY = 200, 50


def main() -> None:
    os.environ.update(NOTHING, DJANGO_SETTINGS_MODULE="ticketing.settings")
    django.setup()
    from bookings.domain.codes import base45  # noqa: PLC0415 - once Django is ready
    from bookings.printing.press import print_tickets  # noqa: PLC0415 - once Django is ready
    from bookings.printing.sheets import Sheet  # noqa: PLC0415 - once Django is ready

    def sheet() -> Sheet:
        return Sheet(
            language="en", accent="#7a2e8f", organizer="Village choir", title="Quiet songs",
            day="Friday 14 May 2027", hours="20:00 – 22:30", zone="Central European Summer Time",
            doors="19:30", where="Village hall, Lyon", address="1 rue du Puits, 69001 Lyon, France",
            kind="General", name="Ada Attendee", serial="K7Q2M9XA-1",
            code=base45(secrets.token_bytes(97)),
        )  # fmt: skip

    first = timed([lambda: print_tickets([sheet()])])[0]
    singles = timed([lambda: print_tickets([sheet()])] * RUNS)
    together = timed([lambda: print_tickets([sheet() for _ in range(MANY)])] * 3)
    print(f"first of a process: {first[0]:.0f} ms ({first[1]:.0f} ms of a core)")
    for name, part in (("on the clock", 0), ("of a core", 1)):
        each = [one[part] for one in singles]
        pages = median(one[part] for one in together) / MANY
        print(
            f"one ticket, {name}: p50 {median(each):.1f} ms, p95 {quantiles(each, n=20)[-1]:.1f} ms;"
            f" {MANY} in one file: {pages:.1f} ms a page"
        )


def timed(acts: Sequence[object]) -> list[tuple[float, float]]:
    """Milliseconds of each, on the clock and of a core."""
    took = []
    for act in acts:
        clock, core = time.perf_counter(), time.process_time()
        act()  # type: ignore[operator] # a function
        took.append(((time.perf_counter() - clock) * 1000, (time.process_time() - core) * 1000))
    return took


if __name__ == "__main__":
    main()
