"""What each thing that happens to money is in the ledger.

Announcements come in no order: each posting first sees to it that those it stands on are there,
and all are written once, by their keys.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from bookings.models import Booking
from payments.domain.ledger import Leg, legs_of, post
from payments.enums import PARTS, AccountKind, PostingKind, RefundReason
from payments.gateways.base import DisputeStatus
from payments.gateways.desk import DESK
from payments.models import Entry, Payment, Refund
from ticketing.core.money import Money
from ticketing.core.turns import take_turn

# Money that bought nothing goes back under these occasions (settling.give_back).
WITHOUT_PLACE = {
    RefundReason.NO_PLACE,
    RefundReason.PAID_TWICE,
    RefundReason.EVENT_CANCELLED,
}


@transaction.atomic
def post_captured(payment_id: UUID, *, now: datetime) -> None:
    """Money came; until it has bought something it is nobody's."""
    payment = payment_of(payment_id)
    money = payment.captured_money
    occurred_at = payment.captured_at or now
    post(
        PostingKind.CAPTURED,
        clearing(payment, money),
        late(payment, -money),
        key=f"captured:{payment.pk}",
        payment=payment,
        occurred_at=occurred_at,
        now=now,
    )
    if payment.gateway_fee:
        post_fee(payment, Money(payment.gateway_fee, payment.currency), now=now)


def post_fee(payment: Payment, fee: Money, *, now: datetime) -> None:
    """What the gateway keeps, whenever it says so."""
    post(
        PostingKind.FEE,
        Leg(AccountKind.GATEWAY_FEES, fee, payment.organizer_id, payment.gateway),
        clearing(payment, -fee),
        key=f"fee:{payment.pk}",
        payment=payment,
        occurred_at=payment.captured_at or now,
        now=now,
    )


@transaction.atomic
def post_sales_of(booking_id: UUID, *, now: datetime) -> None:
    """A booking is confirmed: the money that bought it is the organizer's, the platform's, a tax."""
    for payment in Payment.objects.taken().filter(booking=booking_id).order_by("captured_at"):
        if has_place(payment):
            post_sale(payment, now=now)


def post_sale(payment: Payment, *, now: datetime) -> None:
    post_captured(payment.pk, now=now)
    net, fees, tax = parts_of(payment)
    post(
        PostingKind.SOLD,
        late(payment, payment.captured_money),
        *(-one for one in part_legs(payment, net, fees, tax)),
        key=f"sold:{payment.pk}",
        payment=payment,
        occurred_at=payment.captured_at or now,
        now=now,
    )
    if is_at_desk(payment):
        post(
            PostingKind.KEPT,
            *kept_legs(payment, net, fees, tax),
            key=f"kept:{payment.pk}",
            payment=payment,
            occurred_at=payment.captured_at or now,
            now=now,
        )


@transaction.atomic
def post_refund_asked(refund_id: UUID, *, now: datetime) -> None:
    """What goes back is taken from whom it was given to, in the same parts."""
    refund = refund_of(refund_id)
    payment = refund.payment
    take_turn(f"ledger:{payment.pk}".encode())
    if has_place(payment):
        post_sale(payment, now=now)
        legs = part_legs(payment, *next_parts(payment, refund.money))
    else:
        post_captured(payment.pk, now=now)
        legs = [late(payment, refund.money)]
    post(
        PostingKind.REFUND_ASKED,
        *legs,
        in_transit(refund, -refund.money),
        key=f"refund_asked:{refund.pk}",
        payment=payment,
        occurred_at=refund.decided_at or refund.created_at,
        now=now,
    )


@transaction.atomic
def post_refund_done(refund_id: UUID, *, now: datetime) -> None:
    refund = refund_of(refund_id)
    post_refund_asked(refund_id, now=now)
    post(
        PostingKind.REFUND_DONE,
        in_transit(refund, refund.money),
        clearing(refund.payment, -refund.money),
        key=f"refund_done:{refund.pk}",
        payment=refund.payment,
        occurred_at=refund.done_at or now,
        now=now,
    )
    if is_at_desk(refund.payment):
        parts = {one.kind: one.money for one in legs_of([f"refund_asked:{refund.pk}"])}
        nothing = Money.zero(refund.currency)
        net, fees, tax = (parts.get(kind, nothing) for kind in PARTS)
        post(
            PostingKind.HANDED_BACK,
            *(-one for one in kept_legs(refund.payment, net, fees, tax)),
            key=f"handed_back:{refund.pk}",
            payment=refund.payment,
            occurred_at=refund.done_at or now,
            now=now,
        )


@transaction.atomic
def post_refund_failed(refund_id: UUID, *, now: datetime) -> None:
    """All that was written of it the other way round; a bank may send back what had arrived."""
    refund = refund_of(refund_id)
    post_refund_asked(refund_id, now=now)
    if refund.done_at is not None:
        post_refund_done(refund_id, now=now)
    take_turn(f"ledger:{refund.payment_id}".encode())
    written = legs_of(
        [f"{what}:{refund.pk}" for what in ("refund_asked", "refund_done", "handed_back")]
    )
    post(
        PostingKind.REFUND_FAILED,
        *(-one for one in written),
        key=f"refund_failed:{refund.pk}",
        payment=refund.payment,
        occurred_at=now,
        now=now,
    )


@transaction.atomic
def post_dispute(
    payment_id: UUID, dispute: str, status: str, amount: int, *, now: datetime
) -> None:
    """The gateway takes the sum at once; it comes back if it is won, else the organizer bears it."""
    payment, kind = payment_of(payment_id), DisputeStatus(status)
    if kind == DisputeStatus.INQUIRY:
        return
    money = Money(amount, payment.currency)
    disputed = Leg(AccountKind.CHARGEBACKS, money, payment.organizer_id)
    key = f"{payment.pk}:{dispute}"
    post(
        PostingKind.DISPUTE_OPENED,
        disputed,
        clearing(payment, -money),
        key=f"dispute_opened:{key}",
        payment=payment,
        occurred_at=now,
        now=now,
    )
    if kind == DisputeStatus.WON:
        post(
            PostingKind.DISPUTE_WON,
            *(-one for one in legs_of([f"dispute_opened:{key}"])),
            key=f"dispute_won:{key}",
            payment=payment,
            occurred_at=now,
            now=now,
        )
    if kind == DisputeStatus.LOST:
        post(
            PostingKind.DISPUTE_LOST,
            Leg(AccountKind.PAYABLE, money, payment.organizer_id),
            -disputed,
            key=f"dispute_lost:{key}",
            payment=payment,
            occurred_at=now,
            now=now,
        )


# --- What it is made of ------------------------------------------------------------------------


def payment_of(payment_id: UUID) -> Payment:
    return Payment.objects.select_related("booking__event__venue").get(pk=payment_id)


def refund_of(refund_id: UUID) -> Refund:
    refund = Refund.objects.get(pk=refund_id)
    refund.payment = payment_of(refund.payment_id)
    return refund


def has_place(payment: Payment) -> bool:
    """Whether this money bought the booking."""
    is_spare = payment.refunds.filter(occasion__in=sorted(WITHOUT_PLACE)).exists()
    return payment.booking.confirmed_at is not None and not is_spare


def parts_of(payment: Payment) -> tuple[Money, Money, Money]:
    """Of a sale: the organizer's, the platform's fee, the tax. They sum up to what was paid."""
    booking, paid = payment.booking, payment.captured
    fees = min(booking.fees, paid)
    tax = min(booking.tax, paid - fees)
    money = [Money(one, payment.currency) for one in (paid - fees - tax, fees, tax)]
    return money[0], money[1], money[2]


def next_parts(payment: Payment, amount: Money) -> list[Money]:
    """Of a refund: together with those before, in proportion to the sale and to the last unit."""
    before = [given_back_of(payment, kind) for kind in PARTS]
    so_far = sum(before, Money.zero(amount.currency)) + amount
    weights = [one.minor for one in parts_of(payment)]
    return [now - then for now, then in zip(so_far.split(weights), before, strict=True)]


def given_back_of(payment: Payment, kind: AccountKind) -> Money:
    rows = Entry.objects.filter(
        posting__payment=payment,
        posting__kind__in=[PostingKind.REFUND_ASKED, PostingKind.REFUND_FAILED],
        account__kind=kind,
    )
    return Money(rows.aggregate(sum=Sum("amount"))["sum"] or 0, payment.currency)


def part_legs(payment: Payment, net: Money, fees: Money, tax: Money) -> list[Leg]:
    owner = payment.organizer_id
    return [
        Leg(AccountKind.PAYABLE, net, owner),
        Leg(AccountKind.PLATFORM_FEES, fees, owner),
        Leg(AccountKind.TAX, tax, owner, region=region_of(payment.booking)),
    ]


def region_of(booking: Booking) -> str:
    """`FR`, `CA-ON`."""
    return "-".join(part for part in booking.event.taxed_in if part)


def is_at_desk(payment: Payment) -> bool:
    return payment.gateway == DESK


def kept_legs(payment: Payment, net: Money, fees: Money, tax: Money) -> list[Leg]:
    """The organizer has the whole sum in hand, the tax in it too, and so is owed nothing of it:
    what is left to settle is the platform's fee, which the organizer owes."""
    due = part_legs(payment, net + fees, Money.zero(net.currency), tax)
    return [*due, clearing(payment, -(net + fees + tax))]


def clearing(payment: Payment, money: Money) -> Leg:
    """At the gateway: with the platform's money, or in the organizer's own account there; at the
    desk, in the organizer's hands."""
    if is_at_desk(payment):
        return Leg(AccountKind.AT_DESK, money, payment.organizer_id)
    owner = payment.organizer_id if payment.account else None
    return Leg(AccountKind.CLEARING, money, owner, payment.gateway)


def late(payment: Payment, money: Money) -> Leg:
    return Leg(AccountKind.LATE_MONEY, money, payment.organizer_id)


def in_transit(refund: Refund, money: Money) -> Leg:
    return Leg(AccountKind.IN_TRANSIT, money, refund.organizer_id, refund.payment.gateway)
