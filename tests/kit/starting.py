"""`manage.py` in an environment of its own, as often as one likes: the libraries that know nothing
of settings are imported once, and each start is a fork from there.

python -m tests.kit.starting    each line of its input ({"environment": {…}, "command": […]})
"""

import json
import os
import subprocess
import sys
import traceback
from functools import cache
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryFile

BASE_DIR = Path(__file__).resolve().parents[2]
LIBRARIES = [
    "cryptography.x509", "django.core.management", "django.db.models", "django.test", "environs",
    "fido2.server", "jinja2", "jwt", "kombu", "markdown_it", "opentelemetry.sdk.metrics",
    "psycopg", "redis", "requests",
]  # fmt: skip


def start(environment: dict[str, str], *command: str) -> CompletedProcess[str]:
    """`manage.py command`, with nothing but this environment."""
    process = server()
    assert process.stdin is not None
    assert process.stdout is not None
    asked = {"environment": {"PATH": os.environ["PATH"], **environment}, "command": command}
    process.stdin.write(json.dumps(asked) + "\n")
    process.stdin.flush()
    return CompletedProcess(command, *json.loads(process.stdout.readline()))


@cache
def server() -> subprocess.Popen[str]:
    """Ends with this process, whose pipe it reads."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.kit.starting"],
        cwd=BASE_DIR, env={"PATH": os.environ["PATH"]}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def serve() -> None:
    for name in LIBRARIES:
        import_module(name)
    assert not any(name.startswith("ticketing") for name in sys.modules)
    for line in sys.stdin:
        asked = json.loads(line)
        with TemporaryFile("w+") as output, TemporaryFile("w+") as errors:
            if (pid := os.fork()) == 0:
                os.dup2(output.fileno(), 1)
                os.dup2(errors.fileno(), 2)
                manage(asked["environment"], asked["command"])
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            output.seek(0)
            errors.seek(0)
            print(json.dumps([code, output.read(), errors.read()]), flush=True)  # noqa: T201 - the answer


def manage(environment: dict[str, str], command: list[str]) -> None:
    """As Python does with manage.py, whose process ends with it."""
    code = 1
    try:
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["manage.py", *command]
        import_module("manage").main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - said, and the process ends
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
