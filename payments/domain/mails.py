"""What is written to buyers about their money; each once, however often it is asked for."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import translation

from bookings import words
from bookings.domain.mails import booking_to_tell, buyer_of, facts_of, write
from bookings.models import Booking
from events.showing.moments import locale_of
from payments.enums import RefundStatus
from payments.gateways.desk import DESK
from payments.models import Payment, Refund
from payments.words import because
from ticketing.core.money import Money


def tell_given_back(refund_id: UUID, *, now: datetime) -> None:
    is_by_hand = Refund.objects.filter(pk=refund_id, payment__gateway=DESK).exists()
    kind = "refund_handed_over" if is_by_hand else "refund_done"
    tell_of_refund(kind, refund_id, RefundStatus.DONE, now=now)


def tell_failed(refund_id: UUID, *, now: datetime) -> None:
    tell_of_refund("refund_failed", refund_id, RefundStatus.FAILED, now=now)


def tell_rejected(refund_id: UUID, *, now: datetime) -> None:
    tell_of_refund("refund_rejected", refund_id, RefundStatus.REJECTED, now=now)


@transaction.atomic
def tell_of_refund(kind: str, refund_id: UUID, status: RefundStatus, *, now: datetime) -> None:
    """What was true when it was announced and is not any more is told by another mail."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    booking = booking_to_tell(refund.payment.booking_id)
    if booking is None or refund.status != status:
        return
    language = words.language_of(booking)
    with translation.override(language):
        reason = refund.words if status == RefundStatus.REJECTED else because(refund.reason)
    tell(kind, booking, refund.money, reason, key=f"{kind}:{refund.pk}", now=now)


@transaction.atomic
def tell_without_place(payment_id: UUID, refund_id: UUID, *, now: datetime) -> None:
    """Somebody paid, and there was nothing left to have: the money is on its way back."""
    payment = Payment.objects.get(pk=payment_id)
    refund = Refund.objects.get(pk=refund_id)
    booking = booking_to_tell(payment.booking_id)
    if booking is None:
        return
    with translation.override(words.language_of(booking)):
        reason = because(refund.reason)
    key = f"paid_without_place:{payment.pk}"
    tell("paid_without_place", booking, refund.money, reason, key=key, now=now)


def tell(
    kind: str, booking: Booking, money: Money, reason: str, *, key: str, now: datetime
) -> None:
    reader = buyer_of(booking)
    facts = {
        **facts_of(booking),
        "reference": booking.reference,
        "link": reader.link,
        "amount": money.format(locale_of(words.language_of(booking))),
        "reason": reason,
    }
    write(kind, booking, reader, facts, key=key, now=now)
