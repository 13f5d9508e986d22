"""Everybody's money back for an event that will not be, a batch after the other.

Each batch is a transaction that says how far it came and calls the next, so that whoever dies in
between is followed by somebody who goes on there; and each booking's refund is one for good.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from bookings.models import Booking
from events.models import Event
from payments.announcements import MassRefundDue
from payments.domain.giving_back import give_back_of_cancelled_event
from payments.enums import RefundReason
from payments.models import MassRefund, Payment, Refund
from ticketing.core.failpoints import failpoint
from ticketing.core.outbox import announce

AT_ONCE = 50


@transaction.atomic
def begin_mass_refund(event_id: UUID, *, now: datetime) -> MassRefund | None:
    """For an event that is cancelled. Again: goes on, where it had been given up; else no effect."""
    event = Event.objects.get(pk=event_id)
    if event.cancelled_at is None:
        return None
    total = bookings_to_give_back(event_id).count()
    if not total:
        return None
    job, is_new = MassRefund.objects.get_or_create(
        event=event, defaults={"organizer_id": event.organizer_id, "total": total}
    )
    if is_new or job.finished_at is not None:
        MassRefund.objects.filter(pk=job.pk).update(
            total=total, looked_at_so_far=0, asked_for=0, reached=None, finished_at=None
        )
    announce(MassRefundDue(mass_refund_id=job.pk), about=job, organizer=job.organizer_id)
    return job


@transaction.atomic
def give_back_batch(mass_refund_id: UUID, *, now: datetime) -> None:
    """The next bookings; then the batch after them is called, or it is finished."""
    job = MassRefund.objects.select_for_update().get(pk=mass_refund_id)
    if job.finished_at is not None:
        return
    rows = bookings_to_give_back(job.event_id).order_by("pk")
    if job.reached is not None:
        rows = rows.filter(pk__gt=job.reached)
    batch = list(rows.values_list("pk", flat=True)[:AT_ONCE])
    for key in batch:
        give_back_of_cancelled_event(key, now=now)
    # Who gave a booking up because of it may have asked before this did.
    asked = Refund.objects.filter(
        payment__booking__in=batch, reason=RefundReason.EVENT_CANCELLED
    ).count()
    failpoint("refunds.batch_asked")
    MassRefund.objects.filter(pk=job.pk).update(
        reached=batch[-1] if batch else job.reached,
        looked_at_so_far=F("looked_at_so_far") + len(batch),
        asked_for=F("asked_for") + asked,
        finished_at=None if len(batch) == AT_ONCE else now,
    )
    if len(batch) == AT_ONCE:
        announce(MassRefundDue(mass_refund_id=job.pk), about=job, organizer=job.organizer_id)


def bookings_to_give_back(event_id: UUID) -> QuerySet[Booking]:
    """Which somebody paid for, whether or not they were given up since."""
    paid = Booking.objects.filter(event=event_id, confirmed_at__isnull=False)
    return paid.filter(payments__in=Payment.objects.taken()).distinct()
