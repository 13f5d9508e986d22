"""From "pay" to where the buyer pays: one attempt at a time, each with keys of its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.audit.domain.records import record
from accounts.models import User
from bookings.domain.confirming import begin_paying
from bookings.domain.expiring import GUARD, locked
from bookings.models import Booking
from payments.announcements import PaymentFailed
from payments.domain.choosing import NoWayToPay, Way, ways_to_pay
from payments.domain.locking import locked_payment
from payments.enums import OPEN, Channel, PaymentStatus
from payments.gateways import gateway_named
from payments.gateways.base import Action, Asked, Created, Qr, Redirect, Refused, Sdk, Unknown
from payments.models import Payment
from ticketing.core.errors import Conflict, TryLater
from ticketing.core.failpoints import failpoint
from ticketing.core.ids import new_id
from ticketing.core.money import Money
from ticketing.core.outbox import announce

# So many tries for one hold: more is somebody who tries cards.
MOST_ATTEMPTS = 10
FIRST_LOOK = timedelta(seconds=5)


class NothingToPay(Conflict):
    code = "nothing_to_pay"
    message = _("There is nothing to pay for this booking.")


class AlreadyPaid(Conflict):
    code = "already_paid"
    message = _("This booking is paid.")


class AnotherAttemptRuns(Conflict):
    code = "another_attempt_runs"
    message = _("You are paying in another way already. Finish that, or try again in a moment.")
    retry_after = 5


class TooManyAttempts(Conflict):
    code = "too_many_attempts"
    message = _("That was tried too often for this booking. Please begin a new one.")


class GatewayAway(TryLater):
    code = "gateway_away"
    message = _(
        "We cannot reach who takes the payment. Nothing was charged, and your places are kept. "
        "Please try again in a moment."
    )


@dataclass(frozen=True)
class Wanted:
    """How somebody wants to pay."""

    channel: Channel
    return_url: str
    """Where the buyer comes back to; `{payment}` in it becomes the payment's id."""
    gateway: str = ""
    """Which one, where there are several; the first choice if empty."""
    method: str = ""


def start_payment(booking: Booking, wanted: Wanted, *, by: User | None, now: datetime) -> Payment:
    """An attempt to pay, with what the buyer has to do next. Again: the same attempt.

    What is held is kept while somebody pays. The gateway is asked without a lock and outside of
    any transaction; where its answer does not come the attempt is `unknown`, and found out about
    later. Raises HoldExpired, BuyerNeeded, TermsNotAccepted, AnswerNeeded, NothingToPay,
    AlreadyPaid, NoWayToPay, AnotherAttemptRuns, TooManyAttempts, GatewayAway.
    """
    ways = [
        one
        for one in ways_to_pay(booking, channel=wanted.channel)
        if wanted.gateway in ("", one.gateway.name)
    ]
    if not ways:
        raise NoWayToPay
    for way in ways:
        payment = open_attempt(booking, wanted, way, by=by, now=now)
        failpoint("payments.opened")
        if payment.reference:
            return payment
        answer = gateway_named(payment.gateway).create(asked(payment), key=payment.key("create"))
        failpoint("payments.created_at_gateway")
        if isinstance(answer, Unknown) and not answer.was_sent:
            write_not_sent(payment, now=now)
            continue
        return write_answer(payment, answer, now=now)
    raise GatewayAway


@transaction.atomic
def open_attempt(
    booking: Booking, wanted: Wanted, way: Way, *, by: User | None, now: datetime
) -> Payment:
    """The row, committed before anybody is asked anything: whatever happens then, it is known."""
    locked(booking)
    earlier = list(Payment.objects.filter(booking=booking).order_by("-id")[: MOST_ATTEMPTS + 1])
    if any(one.is_taken for one in earlier):
        raise AlreadyPaid
    if booking.costs_nothing:
        raise NothingToPay
    begin_paying(booking, until=guard_of(booking, now=now), now=now)
    for one in earlier:
        if one.is_open:
            if one.channel != wanted.channel or wanted.gateway not in ("", one.gateway):
                raise AnotherAttemptRuns
            return one
    if len(earlier) >= MOST_ATTEMPTS:
        raise TooManyAttempts
    key = new_id()
    payment = Payment.objects.create(
        id=key,
        booking=booking,
        gateway=way.gateway.name,
        account=way.account,
        channel=wanted.channel,
        method=wanted.method,
        return_url=wanted.return_url.replace("{payment}", str(key)),
        currency=booking.currency,
        amount=booking.total,
        platform_fee=booking.fees if way.account else 0,
        created_at=now,
        expires_at=guard_of(booking, now=now),
        look_again_at=now + FIRST_LOOK,
    )
    record(
        action="payments.begun",
        by=by,
        on=payment,
        organizer=payment.organizer_id,
        after={"gateway": payment.gateway, "amount": payment.amount, "currency": payment.currency},
        now=now,
    )
    return payment


def guard_of(booking: Booking, *, now: datetime) -> datetime:
    """Ten minutes to pay, and however often somebody tries, no more than that after the hold."""
    assert booking.expires_at is not None
    return min(now, booking.expires_at) + GUARD


def asked(payment: Payment) -> Asked:
    """Out of the row alone, so that asking again is asking the same."""
    booking = payment.booking
    with override(booking.language):
        description = _translated("Tickets: %(event)s (%(reference)s)") % {
            "event": booking.event.title,
            "reference": booking.reference,
        }
    return Asked(
        payment=payment.pk,
        amount=payment.money,
        description=description,
        email=booking.buyer_email,
        language=booking.language,
        return_url=payment.return_url,
        channel=Channel(payment.channel),
        expires_at=payment.expires_at,
        captures_later=captures_later(payment),
        account=payment.account,
        platform_fee=platform_fee_of(payment),
        methods=[payment.method] if payment.method else [],
    )


def platform_fee_of(payment: Payment) -> Money | None:
    """What the platform keeps of money that goes to an organizer's own account."""
    is_theirs = payment.account and payment.platform_fee
    return Money(payment.platform_fee, payment.currency) if is_theirs else None


def captures_later(payment: Payment) -> bool:
    """In an app the money is reserved first: a place that was lost is then given up, not paid."""
    can = gateway_named(payment.gateway).capabilities()
    return payment.channel == Channel.MOBILE and can.can_capture_later


@transaction.atomic
def write_answer(
    payment: Payment, answer: Created | Refused | Unknown, *, now: datetime
) -> Payment:
    """What the gateway made of it. Somebody else may know more by now: then that stays."""
    payment = locked_payment(payment)
    if payment.reference or payment.status not in {PaymentStatus.CREATED, PaymentStatus.UNKNOWN}:
        return payment
    match answer:
        case Created():
            payment.reference = answer.reference
            payment.action = written(answer.action)
            payment.status = PaymentStatus.REQUIRES_ACTION
        case Refused():
            payment.decline, payment.status = answer.code, PaymentStatus.FAILED
            payment.look_again_at = None
            announce(
                PaymentFailed(payment_id=payment.pk),
                about=payment,
                organizer=payment.organizer_id,
            )
        case Unknown():
            payment.status = PaymentStatus.UNKNOWN
    payment.save()
    failpoint("payments.reference_written")
    return payment


@transaction.atomic
def write_not_sent(payment: Payment, *, now: datetime) -> None:
    """Nothing left this house: the attempt is over, and another gateway may be asked."""
    payment = locked_payment(payment)
    if payment.status in OPEN and not payment.reference:
        payment.status, payment.decline = PaymentStatus.CANCELLED, "gateway_away"
        payment.look_again_at = None
        payment.save()


def written(action: Action | None) -> dict[str, str]:
    """As the API says it, and as the row keeps it."""
    match action:
        case None:
            return {"type": "none"}
        case Redirect():
            return {"type": "redirect", "url": action.url}
        case Sdk():
            return {
                "type": "sdk",
                "client_secret": action.client_secret,
                "publishable_key": action.publishable_key,
            }
        case Qr():
            return {"type": "qr", "data": action.data}
