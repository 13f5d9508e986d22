"""Events and subscribers for processes that fault tests start and kill.

Usage: python -m tests.faults.sample relay …      (any command of manage.py)
       python -m tests.faults.sample announce     (one event, in a process of its own)
       python -m tests.faults.sample call [lease]  (one POST with an Idempotency-Key)
       celery -A tests.faults.sample worker …
What handlers do outside of the database is a line in the file that EFFECTS names.
"""

import os
import resource
import signal
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.core.management import execute_from_command_line  # noqa: E402 - once Django is ready
from django.db import transaction  # noqa: E402 - once Django is ready
from django.test import RequestFactory  # noqa: E402 - once Django is ready
from rest_framework.response import Response  # noqa: E402 - once Django is ready

from ticketing.core.api import View  # noqa: E402 - once Django is ready
from ticketing.core.jobs import app  # noqa: E402 - once Django is ready
from ticketing.core.outbox import Event, announce, delivering, handing_over, subscribe  # noqa: E402 - once Django is ready

__all__ = ["app"]
# Short for a process that is to die, so that another takes over soon; else longer than a busy
# machine keeps a living one from its work.
LEASE = timedelta(seconds=float(os.environ.get("LEASE", "30")))
handing_over.HANDED_OVER_FOR = timedelta(seconds=1)
MOST_FAILURES = int(os.environ.get("MOST_FAILURES", "5"))
if "MOST_FAILURES" in os.environ:  # then what fails is tried again soon
    delivering.FIRST_WAIT = timedelta(seconds=1)


def leave_trace(what: str) -> None:
    with Path(os.environ["EFFECTS"]).open("a") as effects:
        effects.write(f"{what}\n")


@dataclass(frozen=True, kw_only=True)
class Rang(Event, name="sample.rang", version=1):
    number: int


@dataclass(frozen=True, kw_only=True)
class Echoed(Event, name="sample.echoed", version=1):
    number: int


@dataclass(frozen=True, kw_only=True)
class Posted(Event, name="sample.posted", version=1):
    number: int


@dataclass(frozen=True, kw_only=True)
class Opened(Event, name="sample.opened", version=1):
    seconds: int


@dataclass(frozen=True, kw_only=True)
class Poisoned(Event, name="sample.poisoned", version=1):
    number: int


@dataclass(frozen=True, kw_only=True)
class Bitten(Event, name="sample.bitten", version=1):
    how: str


@subscribe(Rang, name="sample.outside", lease=LEASE)
def outside(event, *, now, delivery_key):
    leave_trace(delivery_key)


@subscribe(Rang, name="sample.inside", lease=LEASE, is_atomic=True)
def inside(event, *, now):
    announce(Echoed(number=event.number), about=f"sample.bell:{event.number}")


@subscribe(Posted, name="sample.by_worker", queue="mail", lease=LEASE)
def by_worker(event, *, now, delivery_key):
    leave_trace(delivery_key)


@subscribe(Opened, name="sample.slow", lease=LEASE, is_atomic=True)
def slow(event, *, now):
    leave_trace("begun")
    time.sleep(event.seconds)
    announce(Echoed(number=0))
    leave_trace("ended")


@subscribe(Poisoned, name="sample.deadly", lease=LEASE, most_failures=2)
def deadly(event, *, now):
    leave_trace("deadly")
    os.kill(os.getpid(), signal.SIGKILL)


@subscribe(Bitten, name="sample.bitten", queue="default", lease=LEASE, most_failures=MOST_FAILURES)
def bitten(event, *, now):
    leave_trace(event.how)
    if event.how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)  # as the kernel does to whoever takes all memory
    if event.how == "starved":
        eat_memory()
    raise ValueError("poison")


def eat_memory():
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (2**30, before[1]))
    try:
        bytearray(2**32)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


class Desk(View):
    permission_classes = []

    def post(self, request):
        leave_trace("called")
        with transaction.atomic():
            announce(Echoed(number=1))
        return Response({"door": "open"}, status=201)


class LeasedDesk(Desk):
    idempotency = "lease"
    idempotency_lease = LEASE


def call(*how):
    """The same call, whichever process makes it."""
    view = LeasedDesk if how else Desk
    request = RequestFactory().post("/desk", {}, headers={"Idempotency-Key": "one-and-only"})
    return view.as_view()(request)


if sys.argv[1:] == ["announce"]:
    with transaction.atomic():
        announce(Rang(number=1))
elif sys.argv[1:2] == ["call"]:
    call(*sys.argv[2:])
elif __name__ == "__main__":
    execute_from_command_line(["manage.py", *sys.argv[1:]])
