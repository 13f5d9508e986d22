"""The mail catcher of the local run as a fixture: where to send mails, and where to read them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.running import until
from ticketing.local.__main__ import BASE_DIR, answers
from ticketing.local.ports import first_free


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[tuple[str, str]]:
    smtp = first_free(27_000 + os.getpid() % 1000)
    page = first_free(smtp + 1)
    environment = {**os.environ, "SMTP_PORT": str(smtp), "MAILS_PORT": str(page)}
    command = [sys.executable, "-m", "ticketing.local.mailcatcher", str(tmp_path)]
    with subprocess.Popen(command, cwd=BASE_DIR, env=environment) as process:
        address = f"http://127.0.0.1:{page}"
        until(lambda: answers(address))
        yield f"smtp://127.0.0.1:{smtp}", address
        process.terminate()
    assert process.returncode == 0
