"""Running one delivery, whoever runs it: the relay, a worker, a test."""

import json
import logging
import random
import traceback
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from ticketing.core.enums import DeliveryStatus
from ticketing.core.failpoints import failpoint
from ticketing.core.logs import redact, request_id
from ticketing.core.models import Delivery
from ticketing.core.outbox.claims import Claim, claim_this, is_done, is_still_ours
from ticketing.core.outbox.events import NotKnownYet, Unreadable, event_type
from ticketing.core.outbox.subscribers import Retry, Subscriber, subscribers

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WORDS = 2000
MOST_ROUNDS = 1000


class Overtaken(Exception):
    """The lease ran out while the handler worked, and somebody else has the delivery now."""


class LostItsProcess(Exception):
    """Said of deliveries whose process died or overslept as often as may be."""


@dataclass(frozen=True)
class Outcome:
    status: DeliveryStatus | None
    """None: somebody else had taken over."""
    error: Exception | None = None


def run(claim: Claim, *, now: datetime | None = None) -> Outcome:
    """Call the handler and write down what came of it.

    Errors of the handler are its outcome. Those of the database while the outcome is written
    are raised: then the lease runs out, and the delivery is made again.
    """
    failpoint("outbox.claimed")
    subscriber = subscribers[claim.subscriber]
    token = request_id.set(claim.request_id)
    try:
        call(subscriber, claim, now=now)
    except Overtaken:
        logger.warning("delivery_overtaken", extra=facts_of(claim))
        return Outcome(None)
    except Retry as retry:
        is_last = claim.retries + 1 >= subscriber.most_retries
        again = {"retries": claim.retries + 1}
        return put_off(claim, retry, again, is_last=is_last, after=retry.after, now=now)
    except Exception as error:  # noqa: BLE001 - whatever breaks one delivery must not stop the others
        is_hopeless = isinstance(error, Unreadable) and not isinstance(error, NotKnownYet)
        # A lost process was counted when its lease ran out.
        failures = claim.failures + (not isinstance(error, LostItsProcess))
        is_last = failures >= subscriber.most_failures
        again = {"failures": failures}
        return put_off(claim, error, again, is_last=is_last or is_hopeless, now=now)
    else:
        return Outcome(DeliveryStatus.DONE)
    finally:
        request_id.reset(token)


def call(subscriber: Subscriber, claim: Claim, *, now: datetime | None) -> None:
    if claim.failures >= subscriber.most_failures:
        raise LostItsProcess(
            f"{claim.failures} times its process died or took longer than the lease allows."
        )
    event = event_type(claim.name, claim.version).from_body(json.loads(claim.body))
    also = {"delivery_key": claim.key} if subscriber.wants_key else {}
    # Within a test's transaction a broken statement must not spoil what follows.
    is_guarded = subscriber.is_atomic or connection.in_atomic_block
    with transaction.atomic() if is_guarded else nullcontext():
        subscriber.handler(event, now=claim.now, **also)
        failpoint("outbox.handled")
        if not is_done(claim, now=now):
            raise Overtaken
        failpoint("outbox.marked")


def put_off(
    claim: Claim,
    error: Exception,
    counted: dict[str, int],
    *,
    is_last: bool,
    after: timedelta | None = None,
    now: datetime | None,
) -> Outcome:
    """Let it wait for another attempt, or give it up with an alert."""
    tries = sum(counted.values())
    status = DeliveryStatus.DEAD if is_last else DeliveryStatus.WAITING
    due: Any = (now or Now()) + (after or wait_before(tries))
    words = words_of(error)
    moments = {"due_at": due, "wanted_at": due}
    if not is_still_ours(claim, status=status, last_error=words, **moments, **counted):
        logger.warning("delivery_overtaken", extra=facts_of(claim))
        return Outcome(None, error)
    is_foreseen = isinstance(error, Retry)
    if is_last:
        # The alert: operators watch for lines of this level, for the metric, and `doctor` tells.
        logger.error("delivery_given_up", extra=facts_of(claim), exc_info=error)
    else:
        about_error = {"reason": redact(error.reason)} if isinstance(error, Retry) else {}
        logger.warning(
            "delivery_put_off",
            extra=facts_of(claim) | about_error,
            exc_info=None if is_foreseen else error,
        )
    return Outcome(status, error)


def wait_before(tries: int) -> timedelta:
    """Exponential, and anywhere below it: those that failed together do not return together."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * float(2 ** min(tries - 1, 20)))
    return max(SHORTEST_WAIT, longest * random.random())  # noqa: S311 - no secret


def words_of(error: Exception) -> str:
    """What staff read of it: the sentence and the place, without what is private."""
    if isinstance(error, Retry | Unreadable | LostItsProcess):
        return redact(str(error))[:LONGEST_WORDS]
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({place[0].filename.rpartition('/')[2]}:{place[0].lineno})" if place else ""
    return redact(f"{type(error).__name__}: {error}{where}")[:LONGEST_WORDS]


def facts_of(claim: Claim) -> dict[str, object]:
    return {
        "event": f"{claim.name}.{claim.version}",
        "delivery": claim.key,
        "attempt": claim.attempts,
    }


def deliver_all(*, now: datetime | None = None, raise_errors: bool = True) -> list[Outcome]:
    """For tests: run everything that waits, here and at once, whatever its queue.

    What was never tried is due; what was put off, when its time has come. A handler's unforeseen
    error is raised after everything has been run; a `Retry` is not.
    """
    now = now or timezone.now()
    outcomes = []
    for _ in range(MOST_ROUNDS):
        waiting = Delivery.objects.filter(
            Q(attempts=0) | Q(due_at__lte=now), status=DeliveryStatus.WAITING
        )
        claims = [
            claim_this(pk, now=now, anytime=True)
            for pk in waiting.order_by("pk").values_list("pk", flat=True)
        ]
        if not any(claims):
            break
        outcomes += [run(claim, now=now) for claim in claims if claim]
    for outcome in outcomes:
        if raise_errors and outcome.error and not isinstance(outcome.error, Retry):
            raise outcome.error
    return outcomes
