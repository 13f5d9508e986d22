"""A worker of one delivery, for tests that let it die: python -m tests.events.media.working

FAILPOINT says where. Its files are in the folder that FILES names.
"""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 - once Django is ready

from ticketing.core.outbox.claims import claim_next  # noqa: E402 - once Django is ready
from ticketing.core.outbox.delivering import run  # noqa: E402 - once Django is ready
from ticketing.core.outbox.subscribers import subscribers  # noqa: E402 - once Django is ready

NAME = "events.media.look_into"
SHORT = timedelta(seconds=0.5)


def main():
    settings.MEDIA_ROOT = Path(os.environ["FILES"])
    subscribers[NAME] = replace(subscribers[NAME], lease=SHORT)
    if claim := claim_next("default"):
        run(claim)


if __name__ == "__main__":
    main()
