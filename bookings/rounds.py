"""Holds that ran out come back within seconds, whatever else is away."""

from datetime import datetime

from bookings.domain import expiring
from ticketing.core.rounds import every

MOST_BATCHES = 20  # a round's worth: the rest waits for the next


@every(seconds=2)
def release_expired_holds(*, now: datetime) -> int:
    return in_batches(expiring.release_expired_holds, now=now)


@every(seconds=2)
def begin_expiring(*, now: datetime) -> int:
    return in_batches(expiring.begin_expiring, now=now)


def in_batches(act: expiring.Sweep, *, now: datetime) -> int:
    """Until a batch is not full; each is a transaction of its own."""
    done = 0
    for _ in range(MOST_BATCHES):
        done += (some := act(now=now))
        if some < expiring.RELEASED_AT_ONCE:
            break
    return done
