"""What beat starts for payments. What is due within seconds, the relay looks after (rounds.py)."""

import logging
from datetime import timedelta
from typing import Any

from celery import shared_task

from payments.domain.reconciling import reconcile
from ticketing.core.clock import database_now

logger = logging.getLogger(__name__)


@shared_task(name="payments.reconcile")
def reconcile_lately(*, hours: int = 48, **_: Any) -> None:
    """Each hour the last two days, each day the last three months."""
    now = database_now()
    found = reconcile(since=now - timedelta(hours=hours), until=now, now=now)
    logger.info(
        "reconciled",
        extra={"looked_at": found.looked_at, "cases": len(found.cases), "away": found.away},
    )
