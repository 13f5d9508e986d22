import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.databases import copied, started
from tests.kit.running import BASE_DIR, Run
from ticketing.local.ports import first_free


@pytest.fixture
def folder():
    """An empty folder that the database server, which may run as another user, can enter."""
    folder = Path(tempfile.mkdtemp(prefix="ticketing-run-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def alone(name):
    """One process of the suite at a time; the folder for what it makes for all of them."""
    of_this_suite = Path(os.environ["TICKETING_TEST_RUN"])
    with (of_this_suite / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield of_this_suite / name


@pytest.fixture(scope="session")
def static_files():
    """Collected once for all runs of all processes: compressing them takes longer than the rest
    of a start. Each run looks for itself whether they are as they should be."""
    collecting = [sys.executable, "-m", "ticketing.local.prepare", "static"]
    with alone("static-of-runs") as folder:
        environment = os.environ | {"ENVIRONMENT": "development", "STATIC_ROOT": str(folder)}
        folder.mkdir(exist_ok=True)
        subprocess.run(collecting, cwd=BASE_DIR, env=environment, check=True)
    return str(folder)


@pytest.fixture(scope="session")
def prepared(static_files):
    """A data folder as a first run leaves it when it stops: a later one starts far sooner."""
    with alone("prepared") as folder:
        if not (folder / "stopped").exists():
            port = first_free(28_000 + os.getpid() % 2000)
            run = Run(folder / "data", port, DEMO="people", STATIC_ROOT=static_files)
            folder.mkdir()
            folder.chmod(0o755)
            run.start()
            run.wait_until_ready()
            assert run.stop() == 0
            (folder / "stopped").touch()
    return folder / "data"


@pytest.fixture
def make_run(request, folder, static_files):
    """Start runs of one data folder; whatever is left of them is killed afterwards.

    `is_prepared` where the first start of a folder is not what is asked about.
    """
    runs = []

    def start(*, port=None, is_prepared=False, **variables):
        port = port or first_free(28_000 + os.getpid() % 2000)
        run = Run(
            folder / "data", port, **{"DEMO": "people", "STATIC_ROOT": static_files, **variables}
        )
        if is_prepared:
            made = request.getfixturevalue("prepared")
            subprocess.run(["cp", "-a", str(made), str(run.folder)], check=True)
        runs.append(run)
        run.start()
        return run

    yield start
    for run in runs:
        run.kill()
        run.wait_until_ended()


@pytest.fixture
def own_database(folder, prepared, tmp_path):
    """Start a database for a run that is made afterwards: `make_run(**database.addresses)`.

    `place` is where its data are to be, or are already once restored.
    """
    servers = []

    def start(place=None, *, is_restored=False, **options):
        there = place if is_restored else copied(prepared, folder / "data", data=place)
        servers.append(started(folder / "data", there, tmp_path / "logs", **options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()
