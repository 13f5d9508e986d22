"""Paid to the team itself: cash, a card terminal of its own, a transfer to its bank.

Whoever of the team took the money enters it; from then on it is a payment like every other, and
`settle` alone confirms what it bought. What goes back is handed over by the team, which enters that.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit.domain.records import record
from accounts.domain.permissions import require
from accounts.models import User
from accounts.permissions import Permission
from bookings.domain.expiring import locked
from bookings.domain.holding import BuyerNeeded
from bookings.domain.selling import EventIsCancelled
from bookings.enums import PAYABLE
from bookings.models import Booking
from events.enums import EventStatus
from payments.domain.locking import locked_refund
from payments.domain.settling import close_at_gateway, settle
from payments.domain.starting import AlreadyPaid, NothingToPay
from payments.enums import DeskKind, DeskWay, RefundStatus
from payments.gateways.base import Closing
from payments.gateways.desk import DESK
from payments.models import DeskEntry, Payment, Refund
from ticketing.core.errors import Conflict
from ticketing.core.ids import new_id

TO_HAND_OVER = {RefundStatus.REQUESTED, RefundStatus.UNKNOWN, RefundStatus.SENT}


class NotWaitingForMoney(Conflict):
    code = "not_waiting_for_money"
    message = _("This booking does not wait for money any more.")


class BuyerIsPaying(Conflict):
    code = "buyer_is_paying"
    message = _(
        "The buyer is paying online at this moment. Take no money yet, and look again in a minute."
    )


class PlacesGone(Conflict):
    code = "places_gone"
    message = _(
        "The time for these places ran out, and others have them. Do not take the money, or give"
        " it back; nothing was entered."
    )


class NothingToHandOver(Conflict):
    code = "nothing_to_hand_over"
    message = _("This refund is not one that you hand over, or it was done already.")


def can_be_paid_at_desk(booking: Booking) -> bool:
    return booking.status in PAYABLE and not booking.costs_nothing


def take_at_desk(
    booking: Booking, way: DeskWay, *, note: str = "", by: User, now: datetime
) -> Payment:
    """All of it was paid to the team: the booking is confirmed, with its places or others of the
    same kind. In no transaction, since an attempt to pay online is closed first, at its gateway.

    Raises RoleMayNot, NoSuchOrganizer, NotWaitingForMoney, NothingToPay, AlreadyPaid,
    BuyerNeeded, EventIsCancelled, BuyerIsPaying, PlacesGone; then nothing was entered.
    """
    require(by, Permission.TAKE_MONEY, booking.organizer)
    close_attempts(booking, now=now)
    return enter(booking, way, note=note, by=by, now=now)


def close_attempts(booking: Booking, *, now: datetime) -> None:
    for payment in Payment.objects.open().filter(booking=booking):
        answer = close_at_gateway(payment, now=now)
        if answer == Closing.PAID:
            raise AlreadyPaid
        if answer != Closing.CLOSED:
            raise BuyerIsPaying


@transaction.atomic
def enter(booking: Booking, way: DeskWay, *, note: str, by: User, now: datetime) -> Payment:
    """Entry, payment and what it bought, or none of them. Locks booking, payment, then places."""
    locked(booking)
    require_waiting(booking)
    key = new_id()
    payment = Payment.objects.create(
        id=key,
        booking=booking,
        gateway=DESK,
        reference=str(key),
        method=way,
        currency=booking.currency,
        amount=booking.total,
        created_at=now,
        expires_at=now,
    )
    write(payment, DeskKind.TAKEN, way, amount=payment.amount, note=note, by=by, now=now)
    payment = settle(payment.pk, now=now)
    if not payment.booking.is_confirmed:
        raise PlacesGone
    return payment


def require_waiting(booking: Booking) -> None:
    if booking.costs_nothing:
        raise NothingToPay
    known = Payment.objects.filter(booking=booking)
    if known.taken().exists():
        raise AlreadyPaid
    if known.open().exists():
        raise BuyerIsPaying
    if booking.status not in PAYABLE:
        raise NotWaitingForMoney
    if booking.event.status == EventStatus.CANCELLED:
        raise EventIsCancelled
    if not booking.buyer_email:
        raise BuyerNeeded


def is_to_hand_over(refund: Refund) -> bool:
    return refund.payment.gateway == DESK and refund.status in TO_HAND_OVER


@transaction.atomic
def hand_over(refund: Refund, way: DeskWay, *, note: str = "", by: User, now: datetime) -> Payment:
    """The team gave it back itself. Locks booking and payment.

    Raises RoleMayNot, NoSuchOrganizer, NothingToHandOver.
    """
    require(by, Permission.REFUND, refund.organizer)
    refund = locked_refund(refund)
    payment = refund.payment
    if not is_to_hand_over(refund):
        raise NothingToHandOver
    write(
        payment, DeskKind.GIVEN_BACK, way,
        amount=refund.amount, note=note, refund=refund, by=by, now=now,
    )  # fmt: skip
    return settle(payment.pk, now=now)


def write(  # noqa: PLR0913 - each is a fact of the row
    payment: Payment,
    kind: DeskKind,
    way: DeskWay,
    *,
    amount: int,
    note: str,
    refund: Refund | None = None,
    by: User,
    now: datetime,
) -> None:
    DeskEntry.objects.create(
        payment=payment,
        refund=refund,
        kind=kind,
        way=way,
        amount=amount,
        currency=payment.currency,
        note=note.strip(),
        entered_by=by,
        entered_at=now,
    )
    record(
        action=f"payments.{kind}_at_desk",
        by=by,
        on=payment,
        organizer=payment.organizer_id,
        after={"way": way, "amount": amount, "currency": payment.currency, "note": note.strip()},
        now=now,
    )
