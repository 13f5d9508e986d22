"""Delivering again: what was given up, or whole stretches of what happened.

The delivery key stays the same, so that the other side can tell a repeat from news.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from ticketing.core.enums import DeliveryStatus
from ticketing.core.models import AnnouncedEvent, Delivery
from ticketing.core.outbox.announcing import wake_relay_at_commit
from ticketing.core.outbox.events import event_types
from ticketing.core.outbox.subscribers import Subscriber, subscribers

AT_ONCE = 1000
FINISHED = [DeliveryStatus.DONE, DeliveryStatus.DEAD]


@transaction.atomic
def try_again(deliveries: "QuerySet[Delivery]", *, now: datetime) -> int:
    """Let what was given up or waits for its time be tried at once, with all attempts anew."""
    tried = deliveries.filter(status__in=[DeliveryStatus.DEAD, DeliveryStatus.WAITING]).update(
        status=DeliveryStatus.WAITING, wanted_at=now, due_at=now, failures=0, retries=0
    )
    if tried:
        wake_relay_at_commit()
    return tried


@dataclass(frozen=True)
class Wanted:
    """Which events to deliver again; what is None leaves the choice open."""

    since: datetime | None = None
    until: datetime | None = None
    name: str | None = None
    about: str | None = None
    subscriber: str | None = None

    def events(self) -> "QuerySet[AnnouncedEvent]":
        conditions = {
            "announced_at__gte": self.since,
            "announced_at__lt": self.until,
            "name": self.name,
            "about": self.about,
        }
        given = {name: value for name, value in conditions.items() if value is not None}
        return AnnouncedEvent.objects.filter(**given)

    def subscribers(self) -> list[Subscriber]:
        return [one for one in subscribers.values() if self.subscriber in {None, one.name}]


def replay(wanted: Wanted, *, now: datetime, is_dry_run: bool = False) -> dict[str, int]:
    """Deliver events again to those who listen today; returns how many to each of them.

    What waits or runs anyway is left alone. A subscriber that came later gets what was announced
    before it was there. Thousands are done in several transactions: a replay that was broken off
    is begun anew, and does again what it had done.
    """
    counts = {}
    for subscriber in wanted.subscribers():
        kinds = [key for key, kind in event_types.items() if kind in subscriber.events]
        counts[subscriber.name] = sum(
            replay_kind(wanted, subscriber, kind, now=now, is_dry_run=is_dry_run) for kind in kinds
        )
    return {name: count for name, count in counts.items() if count}


def replay_kind(
    wanted: Wanted,
    subscriber: Subscriber,
    kind: tuple[str, int],
    *,
    now: datetime,
    is_dry_run: bool,
) -> int:
    name, version = kind
    events = wanted.events().filter(name=name, version=version)
    theirs = Delivery.objects.filter(subscriber=subscriber.name)
    is_open = theirs.exclude(status__in=FINISHED).values("event")
    chosen = events.exclude(pk__in=is_open)
    if is_dry_run:
        return chosen.count()
    ids = list(chosen.order_by("announced_at").values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        with transaction.atomic():
            deliver_again(ids[start : start + AT_ONCE], subscriber, now=now)
    return len(ids)


def deliver_again(ids: list[UUID], subscriber: Subscriber, *, now: datetime) -> None:
    finished = Delivery.objects.filter(
        event__in=ids, subscriber=subscriber.name, status__in=FINISHED
    )
    finished.update(status=DeliveryStatus.WAITING, due_at=now, done_at=None, failures=0, retries=0)
    Delivery.objects.bulk_create(
        [
            Delivery(
                event_id=pk,
                subscriber=subscriber.name,
                queue=subscriber.queue or "",
                wanted_at=now,
                due_at=now,
            )
            for pk in ids
        ],
        ignore_conflicts=True,
    )
    wake_relay_at_commit()
