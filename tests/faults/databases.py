"""A PostgreSQL under a run that the run does not start: it can be starved, filled and restored."""

import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread

import psycopg

from ticketing.local.__main__ import APPLICATION, RESERVED
from ticketing.local.ports import first_free
from ticketing.local.postgres import OWNER, Cluster
from ticketing.local.state import State
from ticketing.local.supervisor import Part, Supervisor

FIRST_PORT = 31_700


class Arranged(Cluster):
    """With settings of the test's own; of two that are given the server takes the last."""

    options: dict[str, str] = {}

    @property
    def command(self):
        given = [f"{name}={value}" for name, value in self.options.items()]
        return [*super().command, *(part for one in given for part in ("-c", one))]


@dataclass
class Database:
    cluster: Arranged
    part: Part
    supervisor: Supervisor
    port: int
    """Where runs look for it: its own, or that of a wire to it."""

    @property
    def addresses(self):
        place = f"{self.cluster.password}@127.0.0.1:{self.port}/ticketing"
        roles = {"": APPLICATION, "_RESERVED": RESERVED, "_OWNER": OWNER}
        return {
            f"DATABASE{name}_URL": f"postgresql://{role}:{place}" for name, role in roles.items()
        }

    def ask(self, statement):
        with self.cluster.connect("ticketing") as server:
            cursor = server.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def keep_running(self):
        """Started again whenever it dies, as whoever runs one does."""
        Thread(target=self.supervisor.watch, daemon=True).start()

    def stop(self):
        with suppress(psycopg.Error):
            self.supervisor.stop()


def copied(prepared, folder, *, data=None):
    """A run's folder as a first run left it; its PostgreSQL's data elsewhere, if it is said where."""
    if not folder.exists():
        subprocess.run(["cp", "-a", str(prepared), str(folder)], check=True)
    if data is None:
        return folder / "postgres"
    subprocess.run(["cp", "-a", f"{folder}/postgres/.", str(data)], check=True)
    shutil.rmtree(folder / "postgres")
    return data


def started(folder, place, logs, **options):
    """A server on these data; `options` are settings of PostgreSQL."""
    password = State.read(folder).database_password
    cluster = Arranged(place, port=first_free(FIRST_PORT), password=password)
    cluster.options = options
    cluster.take_over()
    supervisor, part = Supervisor(logs), cluster.part()
    supervisor.start(part)
    return Database(cluster, part, supervisor, cluster.port)
