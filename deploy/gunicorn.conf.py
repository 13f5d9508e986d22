"""gunicorn, the same on a laptop and in a container. Everything comes from the environment."""

import gc
import os
import tempfile
import time
from pathlib import Path

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

A_MOMENT = 0.0005  # seconds; two thousand new connections a second and worker are enough
MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes its own file with a random name there

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Load the code once and fork: workers share its memory, and a broken start is seen at once.
preload_app = True
timeout = 30
graceful_timeout = 20
keepalive = 75  # longer than a load balancer keeps an idle connection (60 s)
forwarded_allow_ips = "*" if int(os.environ.get("TRUSTED_PROXIES", "0")) else "127.0.0.1"
control_socket_disable = True
# Workers prove that they live by touching a file; on a disk that could block.
worker_tmp_dir = str(MEMORY) if MEMORY.is_dir() else None

if os.environ.get("METRICS_TOKEN"):
    # Workers put their figures where the one that is asked can add them up.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="metrics-"))

logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "ticketing.core.logs.JSONFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "gunicorn.error": {"handlers": [], "propagate": True, "level": "INFO"},
    },
}


class Log(Logger):
    """The application writes the line of each request, with its route and id. gunicorn would put
    one of its own together each time, for nobody to read."""

    access_log_enabled = False


logger_class = Log


class FairWorker(ThreadWorker):
    """Connections stay with who takes them, and who was awake first would take all that come at once:
    after each, the others get the time to wake up."""

    def accept(self, listener: object) -> None:
        super().accept(listener)
        time.sleep(A_MOMENT)


worker_class = FairWorker


def when_ready(server: object) -> None:
    """Before the first fork: what was loaded stays for good, and looking through it again and again
    would stop a worker for a tenth of a second each time, and copy the memory that workers share."""
    gc.collect()
    gc.freeze()


def child_exit(server: object, worker: object) -> None:
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 - only when configured

        mark_process_dead(worker.pid)  # type: ignore[attr-defined, no-untyped-call] # both without types
