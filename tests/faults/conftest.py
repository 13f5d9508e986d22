import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.kit.running import Run
from ticketing.local.ports import first_free


@pytest.fixture
def folder():
    """An empty folder that the database server, which may run as another user, can enter."""
    folder = Path(tempfile.mkdtemp(prefix="ticketing-run-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def make_run(folder):
    """Start runs of one data folder; whatever is left of them is killed afterwards."""
    runs = []

    def start(*, port=None, **variables):
        port = port or first_free(28_000 + os.getpid() % 2000)
        run = Run(folder / "data", port, **{"DEMO": "people", **variables})
        runs.append(run)
        run.start()
        return run

    yield start
    for run in runs:
        run.kill()
        run.wait_until_ended()
