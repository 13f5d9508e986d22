"""A worker of one delivery, for fault tests that let it die: python -m tests.faults.mailing

Leases are short, so that another need not wait for long. FAILPOINT says where it dies.
"""

from dataclasses import replace
from datetime import timedelta

import django

django.setup()

from accounts.notifications.domain import sending  # noqa: E402 - once Django is ready
from ticketing.core.outbox.claims import claim_next  # noqa: E402 - once Django is ready
from ticketing.core.outbox.delivering import run  # noqa: E402 - once Django is ready
from ticketing.core.outbox.subscribers import subscribers  # noqa: E402 - once Django is ready

SHORT = timedelta(seconds=0.5)
NAME = "accounts.notifications.send_queued_message"


def main():
    sending.LEASE = SHORT
    subscribers[NAME] = replace(subscribers[NAME], lease=2 * SHORT)
    claim = claim_next("mail")
    if claim:
        run(claim)


if __name__ == "__main__":
    main()
