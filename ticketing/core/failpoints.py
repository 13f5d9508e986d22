"""Named points at which a fault test lets a process die, as by kill -9 between two steps.

Inert unless the environment is the tests' and FAILPOINT names the point.
"""

import os
import signal

from django.conf import settings


def failpoint(name: str) -> None:
    if settings.ENVIRONMENT == "test" and os.environ.get("FAILPOINT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
