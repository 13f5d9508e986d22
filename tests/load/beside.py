"""What is measured beside the product: under the same gunicorn, at a port of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.kit.running import BASE_DIR, until
from ticketing.local.__main__ import answers
from ticketing.local.ports import HOST, first_free


@contextmanager
def running_beside(module: str, *, after: int, **variables: str) -> Iterator[str]:
    """The module's `application` at the first free port after that one; yields its address."""
    port = first_free(after + 1)
    address = f"http://{HOST}:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", module],
        cwd=BASE_DIR,
        env={**os.environ, "PORT": str(port), **variables},
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: answers(f"{address}/"))
        yield address
    finally:
        process.terminate()
        process.wait()
