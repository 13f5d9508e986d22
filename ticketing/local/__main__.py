"""`make run`: the whole product on this machine, until Ctrl-C."""

import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from ticketing.local.ports import HOST, is_free
from ticketing.local.postgres import OWNER, Cluster
from ticketing.local.state import State, prepare_folder
from ticketing.local.supervisor import Part, Supervisor, say
from ticketing.local.trouble import Trouble
from ticketing.local.valkey import Valkey

BASE_DIR = Path(__file__).resolve().parents[2]
APPLICATION, RESERVED = "ticketing_app", "ticketing_reserved"
PYTHON = sys.executable
WORKER = ["worker", "--concurrency=2", "--loglevel=INFO"]


class Stopped(BaseException):
    pass


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    supervisor: Supervisor | None = None
    started = time.monotonic()
    try:
        port = wanted_port()
        folder = Path(os.environ.get("DATA_DIR", str(BASE_DIR / ".data"))).absolute()
        lock = prepare_folder(folder)
        state = State.read(folder)
        state.choose_ports(
            "postgres", "valkey", "smtp", "mails", "simulator", folder=folder, web=port
        )
        state.write(folder)
        supervisor = Supervisor(folder / "logs")
        start_everything(supervisor, folder, state, port)
        greet(port, state, folder, time.monotonic() - started)
        supervisor.watch()
        lock.close()
    except Trouble as trouble:
        say(f"\nThis run cannot start. {trouble}")
        return finish(supervisor, 1)
    except Stopped:
        pass
    return finish(supervisor, 0)


def finish(supervisor: Supervisor | None, code: int) -> int:
    # From here on a second Ctrl-C must not leave half of the parts behind.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if supervisor:
        say("Stopping …")
        supervisor.stop()
        say("Everything has stopped. Your data is kept.")
    return code


def stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def wanted_port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Trouble(f"PORT is {text!r}, which is no port number.")
    port = int(text)
    if not is_free(port):
        raise Trouble(
            f"Port {port} is taken: stop what listens there, or choose another: "
            f"PORT={port + 1} make run"
        )
    return port


def start_everything(supervisor: Supervisor, folder: Path, state: State, port: int) -> None:
    environment = environment_for(folder, state, port)
    in_project: dict[str, Any] = {"cwd": BASE_DIR, "env": environment}
    with subprocess.Popen(  # while the servers start; joined below
        [PYTHON, "-m", "ticketing.local.prepare", "static"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **in_project,
    ) as collecting:
        start_servers(supervisor, folder, state)
        prepare_data(environment)
        output, _ = collecting.communicate()
    if collecting.returncode:
        raise Trouble(f"The static files could not be collected: {output.decode().strip()}")
    write_environment(folder / "environment", environment)

    say("  starting the web server, the relay, the workers and what stands in for the world …")
    celery = [PYTHON, "-m", "celery", "-A", "ticketing.core.jobs"]
    supervisor.start(
        *stand_ins(folder, state, port, environment),
        Part("relay", [PYTHON, "manage.py", "relay"], popen=in_project),
        # Mails and files can wait where pages are asked for.
        Part("worker", [*celery, *WORKER], popen=in_project, gives_way=True),
        Part(
            "beat",
            [*celery, "beat", f"--schedule={folder / 'beat'}", "--pidfile="],
            popen=in_project,
        ),
        Part(
            "web",
            [PYTHON, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "ticketing.wsgi"],
            is_ready=partial(answers, f"http://{HOST}:{port}/health/ready"),
            popen=in_project,
        ),
    )


def stand_ins(
    folder: Path, state: State, port: int, environment: Mapping[str, str]
) -> tuple[Part, Part]:
    """What the world has and a laptop has not: somebody who takes mails, and somebody who takes money."""
    of_mails = {"SMTP_PORT": str(state.ports["smtp"]), "MAILS_PORT": str(state.ports["mails"])}
    of_simulator = {
        "SIMULATOR_PORT": str(state.ports["simulator"]),
        "SIMULATOR_SECRET": state.simulator_secret,
        "SIMULATOR_NOTICES": f"http://{HOST}:{port}/webhooks/simulator",
    }
    return (
        Part(
            "mail-catcher",
            [PYTHON, "-m", "ticketing.local.mailcatcher", str(folder / "mails")],
            is_ready=partial(answers, f"http://{HOST}:{state.ports['mails']}/"),
            is_used=True,
            popen={"cwd": BASE_DIR, "env": {**environment, **of_mails}},
        ),
        Part(
            "simulator",
            [PYTHON, "-m", "payments.simulator", str(folder / "simulator")],
            is_ready=partial(answers, f"http://{HOST}:{state.ports['simulator']}/"),
            popen={"cwd": BASE_DIR, "env": {**environment, **of_simulator}},
        ),
    )


def start_servers(supervisor: Supervisor, folder: Path, state: State) -> None:
    servers = []
    cluster = None
    if "DATABASE_URL" not in os.environ:
        cluster = cluster_of(folder, state)
        is_known = cluster.exists
        if not is_known:
            say(f"  making a PostgreSQL data folder in {cluster.folder} …")
        cluster.create()
        if is_known and state.is_new:
            raise Trouble(
                f"{folder} holds a database but not its password: put state.json back, or move "
                "the folder away to start anew."
            )
        cluster.take_over()
        servers.append(cluster.part())
    if "REDIS_URL" not in os.environ:
        servers.append(Valkey(folder / "valkey", port=state.ports["valkey"]).part())
    if servers:
        say(f"  starting {' and '.join(part.name for part in servers)} …")
        supervisor.start(*servers)
    if cluster:
        cluster.create_owner()


def cluster_of(folder: Path, state: State) -> Cluster:
    return Cluster(
        folder / "postgres", port=state.ports["postgres"], password=state.database_password
    )


def environment_for(folder: Path, state: State, port: int) -> dict[str, str]:
    """What the product reads; whatever the person has set goes before."""
    ports = state.ports
    database = f"{state.database_password}@{HOST}:{ports['postgres']}/ticketing"
    defaults = {
        "DJANGO_SETTINGS_MODULE": "ticketing.settings",
        "ENVIRONMENT": "development",
        "SECRET_KEY": state.secret_key,
        "SITE_URL": f"http://localhost:{port}",
        "EXTRA_HOSTS": HOST,
        "DATABASE_URL": f"postgresql://{APPLICATION}:{database}",
        "REDIS_URL": f"redis://{HOST}:{ports['valkey']}/0",
        "EMAIL_URL": f"smtp://{HOST}:{ports['smtp']}",
        "SIMULATOR_URL": f"http://{HOST}:{ports['simulator']}",
        "SIMULATOR_SECRET": state.simulator_secret,
    }
    environment = defaults | os.environ
    # Somebody's own database has its own owner; by default the one role that was given.
    given = os.environ.get("DATABASE_URL")
    environment.setdefault("DATABASE_OWNER_URL", given or f"postgresql://{OWNER}:{database}")
    ours = "" if given else f"postgresql://{RESERVED}:{database}"
    environment.setdefault("DATABASE_RESERVED_URL", ours)
    return environment | {"PORT": str(port), "DATA_DIR": str(folder)}


def prepare_data(environment: dict[str, str]) -> None:
    say("  bringing the database up to date …")
    done = subprocess.run(
        [PYTHON, "-m", "ticketing.local.prepare"],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = (done.stderr or done.stdout or "it gave no reason").strip().splitlines()[-1]
        raise Trouble(f"The database could not be prepared: {words}")


def write_environment(path: Path, environment: dict[str, str]) -> None:
    """For `make shell` and whoever wants to run a command beside this run."""
    names = ["ENVIRONMENT", "SECRET_KEY", "SITE_URL", "EXTRA_HOSTS", "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_RESERVED_URL", "REDIS_URL", "EMAIL_URL", "SIMULATOR_URL", "SIMULATOR_SECRET", "PORT", "DATA_DIR"]  # fmt: skip
    path.touch(mode=0o600)
    lines = [f"export {name}={shlex.quote(environment[name])}" for name in names]
    path.write_text("\n".join(lines) + "\n")


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own loopback
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def greet(port: int, state: State, folder: Path, seconds: float) -> None:
    say(f"""
Ready after {seconds:.1f} s. Everything runs on this machine, in {folder}.

  The site          http://localhost:{port}/      in French: http://localhost:{port}/fr/
  The back office   http://localhost:{port}/admin/
  The mails         http://localhost:{state.ports["mails"]}/
  How it is         http://localhost:{port}/health
  Payments          go to a simulator: its page lists the cards it knows
  All components    http://localhost:{port}/gallery/

  Demo accounts, all with the password  village-choir-40
    staff@example.org       the platform's staff: sees and changes everything
    organizer@example.org   owns the Village Choir
    steward@example.org     works at the door
    attendee@example.org    goes out

  Try this: sign in as organizer@example.org, invite a friend under "Invitations" in the back
  office, read the mail that goes out, and follow its link. A second factor (a passkey, an app)
  is set up under "Your account"; in production staff and owners must (REQUIRE_MFA).

Logs are in {folder / "logs"}. Ctrl-C stops everything.
""")


if __name__ == "__main__":
    sys.exit(main())
