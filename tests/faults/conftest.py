import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.kit.running import BASE_DIR, Run
from ticketing.local.ports import first_free


@pytest.fixture
def folder():
    """An empty folder that the database server, which may run as another user, can enter."""
    folder = Path(tempfile.mkdtemp(prefix="ticketing-run-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def static_files():
    """Collected once for all runs of all processes: compressing them takes longer than the rest
    of a start. Each run looks for itself whether they are as they should be."""
    of_this_suite = Path(os.environ["TICKETING_TEST_RUN"])
    folder = of_this_suite / "static-of-runs"
    collecting = [sys.executable, "-m", "ticketing.local.prepare", "static"]
    environment = os.environ | {"ENVIRONMENT": "development", "STATIC_ROOT": str(folder)}
    with (of_this_suite / "static-of-runs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder.mkdir(exist_ok=True)
        subprocess.run(collecting, cwd=BASE_DIR, env=environment, check=True)
    return str(folder)


@pytest.fixture
def make_run(folder, static_files):
    """Start runs of one data folder; whatever is left of them is killed afterwards."""
    runs = []

    def start(*, port=None, **variables):
        port = port or first_free(28_000 + os.getpid() % 2000)
        run = Run(folder / "data", port, **{"DEMO": "people", "STATIC_ROOT": static_files, **variables})
        runs.append(run)
        run.start()
        return run

    yield start
    for run in runs:
        run.kill()
        run.wait_until_ended()
