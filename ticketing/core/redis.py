"""Redis as something that may be away: asked, never waited for."""

import logging
import time
from collections.abc import Callable
from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

# After a failure nobody asks again for this long, so that an outage costs a page one short
# wait a second and not one a request.
SECONDS_OF_PEACE = 1.0
_away_until = 0.0


@cache
def redis_client() -> Redis:
    """The process's client; its connections are made after a fork, when first used."""
    return Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=settings.REDIS_TIMEOUT,
        socket_timeout=settings.REDIS_TIMEOUT,
        # One repeat at once: a connection that a restarted server has dropped heals unseen.
        retry=Retry(NoBackoff(), 1),
    )


def ask_redis[Answer, Otherwise](
    question: Callable[[], Answer], *, otherwise: Otherwise
) -> Answer | Otherwise:
    """Redis's answer, or `otherwise` at once while it is away."""
    global _away_until  # noqa: PLW0603 - one process, one view of the server
    if time.monotonic() < _away_until:
        return otherwise
    try:
        return question()
    except (RedisError, OSError) as error:
        _away_until = time.monotonic() + SECONDS_OF_PEACE
        logger.warning("redis_away", extra={"reason": type(error).__name__})
        return otherwise
