"""Processes that may die at a step of their work. Starting Python and Django takes longer than any
of that: one process is ready (tests.faults.paying serve) and forks for each."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models.functions import Now

from accounts.notifications.models import Message
from tests.kit.running import BASE_DIR
from ticketing.core.models import Delivery

type Forking = Callable[[tuple[str, ...], dict[str, str]], tuple[int, str]]


@pytest.fixture(scope="session")
def forking() -> Iterator[Forking]:
    with tempfile.TemporaryFile("a+") as said:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.paying", "serve"],
            cwd=BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        tell, answers = process.stdin, process.stdout

        def fork(command: tuple[str, ...], variables: dict[str, str]) -> tuple[int, str]:
            tell.write(json.dumps({"do": command, "with": variables}) + "\n")
            tell.flush()
            code = answers.readline()
            said.seek(0)
            return int(code or "1"), said.read()

        yield fork
        tell.close()
        process.wait()
        answers.close()


@pytest.fixture
def dying(forking: Forking, settings: Any) -> Callable[..., int]:
    """One process, to its end; how it ended. FAILPOINT says where it dies."""

    def act(*command: str, **variables: str) -> int:
        given = {"FILES": str(settings.MEDIA_ROOT), "EMAIL_URL": os.environ["EMAIL_URL"]}
        code, said = forking(command, {**given, "FAILPOINT": "", **variables})
        assert code in {0, -signal.SIGKILL}, said
        return code

    return act


def let_leases_run_out() -> None:
    """As if it were later: whoever claimed something and died has it no more."""
    with transaction.atomic():
        # What a paused process has locked it still has.
        unfinished = Delivery.objects.exclude(status__in=["done", "dead"])
        free = list(unfinished.select_for_update(skip_locked=True).values_list("pk", flat=True))
        Delivery.objects.filter(pk__in=free).update(due_at=Now())
        claimed = Message.objects.exclude(claimed_until=None)
        theirs = list(claimed.select_for_update(skip_locked=True).values_list("pk", flat=True))
        earlier = Now() - timedelta(seconds=1)
        Message.objects.filter(pk__in=theirs).update(claimed_until=earlier)
