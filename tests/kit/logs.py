"""The whole suite's log lines are kept, and searched for what must never stand in one."""

import logging
import os
import re
from pathlib import Path

import pytest

from tests.factories import PASSWORD
from tests.kit.servers import RUN_FOLDER
from ticketing.core.logs import JSONFormatter

# Everybody in the tests lives at example.org, so one expression finds any person's address.
PRIVATE = re.compile(rf"[\w.+-]+@[\w.-]*example\.\w+|{re.escape(PASSWORD)}|eyJ[\w-]{{10,}}\.")


def private_lines(folder: Path) -> list[str]:
    return [
        line
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text().splitlines()
        if PRIVATE.search(line) or os.environ["SECRET_KEY"] in line
    ]


def pytest_configure() -> None:
    process = os.environ.get("PYTEST_XDIST_WORKER", "main")
    handler = logging.FileHandler(Path(os.environ[RUN_FOLDER]) / f"{process}.jsonl")
    handler.setFormatter(JSONFormatter())
    logging.getLogger().addHandler(handler)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    if found := private_lines(Path(os.environ[RUN_FOLDER])):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        terminal = session.config.get_terminal_writer()
        terminal.line("\nPrivate data or secrets in the logs of this run (trust 62):", red=True)
        for line in found[:5]:
            terminal.line(line)
