"""What each part says of itself.

Only PostgreSQL and its migrations decide whether this process can serve; the others are
reported, because pages, holds and check-ins go on without them (rule 8 of the architecture).
"""

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import mailers
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from events.media.scanning import configured_scanner
from ticketing.core.heartbeat import ALIVE_FOR, last_beat
from ticketing.core.outbox.figures import current_figures
from ticketing.core.redis import ask_redis, redis_client

logger = logging.getLogger(__name__)

SECONDS_FOR_MAIL = 1
SMTP_DONE = 250


class State(StrEnum):
    OK = "ok"
    DOWN = "down"
    UNKNOWN = "unknown"
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True)
class Health:
    part: str
    state: State

    @property
    def is_ok(self) -> bool:
        return self.state is State.OK


def deciding_parts() -> list[Health]:
    return [probe("database", is_database_there), probe("migrations", are_migrations_applied)]


def reported_parts() -> list[Health]:
    redis = probe("redis", is_redis_there)
    return [
        probe("relay", is_relay_at_work),
        redis,
        # Without Redis nobody can know whether a worker still works.
        probe("worker", is_worker_at_work) if redis.is_ok else Health("worker", State.UNKNOWN),
        probe("storage", is_storage_there),
        probe("mail", is_mail_taken),
        scanner(),
    ]


def scanner() -> Health:
    """What looks for viruses in what people send; where there is none, files pass unseen."""
    configured = configured_scanner()
    if configured is None:
        return Health("scanner", State.NOT_CONFIGURED)
    return probe("scanner", configured.is_there)


def probe(part: str, is_there: Callable[[], bool]) -> Health:
    try:
        return Health(part, State.OK if is_there() else State.DOWN)
    except Exception as error:  # noqa: BLE001 - whatever breaks a part, the page must say so
        logger.warning("part_down", extra={"part": part, "reason": type(error).__name__})
        return Health(part, State.DOWN)


def is_database_there() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def are_migrations_applied() -> bool:
    return not waiting_migrations()


_complete = False


def waiting_migrations() -> list[str]:
    """Names of migrations that this code has and the database has not.

    Once none wait, none will for this code: the answer is remembered for the process's life.
    """
    global _complete  # noqa: PLW0603 - a fact about this process's code
    if _complete:
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    _complete = not plan
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def is_redis_there() -> bool:
    return ask_redis(lambda: bool(redis_client().ping()), otherwise=False)


def is_worker_at_work() -> bool:
    beat = last_beat()
    return beat is not None and timezone.now() - beat < ALIVE_FOR


def is_relay_at_work() -> bool:
    return current_figures().is_relay_at_work


def is_storage_there() -> bool:
    if settings.MEDIA_BUCKET:
        storage: Any = default_storage
        storage.connection.meta.client.head_bucket(Bucket=settings.MEDIA_BUCKET)
    else:
        settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    return True


def is_mail_taken() -> bool:
    """Whether the mail server greets us; without logging in, which providers count."""
    mailer = mailers.default
    if not isinstance(mailer, SMTPBackend):
        return True
    server = smtplib.SMTP_SSL if mailer.use_ssl else smtplib.SMTP
    with server(mailer.host, mailer.port, timeout=SECONDS_FOR_MAIL) as connected:
        return connected.noop()[0] == SMTP_DONE
