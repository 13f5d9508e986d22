"""The poller: whatever is open is asked for again, sooner at first and then every few minutes."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from payments.domain.settling import settle
from payments.models import Payment

logger = logging.getLogger(__name__)

AT_ONCE = 10
# Whoever dies with some in hand: another takes them up after this.
LEASE = timedelta(minutes=1)


def settle_due(*, now: datetime) -> int:
    """A few that are due; each is on its own, so that one that fails stops no other."""
    mine = take_some(now=now)
    for payment in mine:
        try:
            settle(payment.pk, now=now)
        except Exception:
            logger.exception("settling_failed", extra={"payment": str(payment.pk)})
    return len(mine)


@transaction.atomic
def take_some(*, now: datetime) -> list[Payment]:
    """Mine for a minute: other relays pass over them."""
    due = Payment.objects.due(now=now).order_by("look_again_at")
    some = list(due.select_for_update(skip_locked=True)[:AT_ONCE])
    Payment.objects.filter(pk__in=[one.pk for one in some]).update(look_again_at=now + LEASE)
    return some
