"""The suite's own PostgreSQL and Valkey, started before Django reads its settings.

The cluster lives as long as the run. The owner migrates one template; each process of the run
gets a copy of it and connects as the application's role, so that a missing grant fails a test.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from payments.simulator.server import serve
from ticketing.local.ports import HOST, first_free
from ticketing.local.postgres import DATABASE, OWNER, Cluster
from ticketing.local.supervisor import Supervisor
from ticketing.local.valkey import Valkey

FIRST_PORT = 25_000
RUN_FOLDER = "TICKETING_TEST_RUN"
CLUSTER_ADDRESS = "TICKETING_TEST_CLUSTER"
VALKEY_ADDRESS = "TICKETING_TEST_VALKEY"
_supervisor: Supervisor | None = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, Any, Any]:
    if RUN_FOLDER not in os.environ:
        start_servers()
    connect_this_process(os.environ.get("PYTEST_XDIST_WORKER", "main"))
    return (yield)


def start_servers() -> None:
    global _supervisor  # noqa: PLW0603 - the run's own, stopped when it ends
    folder = Path(tempfile.mkdtemp(prefix="ticketing-tests-"))
    folder.chmod(0o755)  # the database server may run as another user
    port = first_free(FIRST_PORT + secrets.randbelow(1000))
    cluster = Cluster(
        folder / "postgres", port=port, password=secrets.token_urlsafe(), durable=False
    )
    cluster.create()
    valkey = Valkey(folder / "valkey", port=first_free(port + 1))
    _supervisor = Supervisor(folder / "logs")
    _supervisor.start(cluster.part(), valkey.part())
    cluster.create_owner()
    os.environ |= {
        RUN_FOLDER: str(folder),
        CLUSTER_ADDRESS: cluster.address("postgres", database="postgres"),
        VALKEY_ADDRESS: f"redis://{HOST}:{valkey.port}",
        "DJANGO_SETTINGS_MODULE": "ticketing.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright's loop runs in the tests' thread
        "ENVIRONMENT": "test",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SITE_URL": "http://testserver",
        "EXTRA_HOSTS": f"localhost,{HOST}",
        "EMAIL_URL": f"smtp://{HOST}:{first_free(valkey.port + 1)}",
        "DATA_DIR": str(folder),
        "REDIS_TIMEOUT": "20",  # a busy machine is no outage
        "REDIS_URL": f"redis://{HOST}:{valkey.port}/0",
        "DATABASE_URL": cluster.address("ticketing_app"),
        "DATABASE_OWNER_URL": cluster.address(OWNER),
        "DATABASE_RESERVED_URL": cluster.address("ticketing_reserved"),
    }
    (folder / "static").mkdir()
    migrated = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrated, check=True)


def connect_this_process(process: str) -> None:
    """Give the process a copy of the migrated database and a Redis database of its own."""
    database = f"test_{process}"
    with psycopg.connect(os.environ[CLUSTER_ADDRESS], autocommit=True) as server:
        # Two processes cannot copy one template at the same moment.
        server.execute("SELECT pg_advisory_lock(1)")
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                *(sql.Identifier(name) for name in (database, DATABASE, OWNER))
            )
        )
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_RESERVED_URL"):
        os.environ[name] = os.environ[name].rpartition("/")[0] + f"/{database}"
    number = int(process.removeprefix("gw")) + 1 if process.startswith("gw") else 0
    os.environ["REDIS_URL"] = f"{os.environ[VALKEY_ADDRESS]}/{number}"
    start_simulator()


def start_simulator() -> None:
    """Each process's own gateway, with books of its own, in a thread; it tells nobody anything."""
    secret = secrets.token_urlsafe()
    simulator = serve(":memory:", host=HOST, port=0, secret=secret, notices="")
    threading.Thread(target=simulator.serve_forever, daemon=True).start()
    os.environ |= {
        "SIMULATOR_URL": f"http://{HOST}:{simulator.server_port}",
        "SIMULATOR_SECRET": secret,
    }


def pytest_unconfigure() -> None:
    if _supervisor:
        _supervisor.stop()
        shutil.rmtree(os.environ[RUN_FOLDER], ignore_errors=True)
