"""Places for somebody, for a while: all that were wanted, or none.

Nothing that many buyers share is locked: the places are taken by one statement that passes over
what others are taking, a code's uses the same way, and a limit per person locks that person alone.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from bookings.domain.announcing import announce_booked
from bookings.domain.answers import kept_answers, questions_of, require_answered
from bookings.domain.expiring import BookingHolds, give_up_hold, locked, note
from bookings.domain.limits import require_within_limits
from bookings.domain.references import new_reference
from bookings.domain.selling import discount_for, price_of, require_sellable
from bookings.domain.wishes import Attendee, Wanted
from bookings.enums import BookingStatus, TicketStatus
from bookings.models import Booking, BookingLine, Ticket
from bookings.queries.bookings import in_hand
from bookings.queries.sales import Sale
from bookings.rules import same_mailbox
from events.domain.codes import claim_code_use
from events.domain.places import claim_in_pools
from events.domain.prices import Discount, Price
from events.enums import QuestionScope
from events.models import Pool, Question, TicketType
from ticketing.core.errors import Conflict, InvalidInput
from ticketing.core.failpoints import failpoint
from ticketing.core.idempotency import undoes_all
from ticketing.core.ids import new_id
from ticketing.core.writing import insert_at_once

TRIES_FOR_A_REFERENCE = 3
EXTENSION = timedelta(minutes=10)


class BuyerNeeded(InvalidInput):
    code = "buyer_needed"
    message = _("Please give an e-mail address: that is where the tickets go.")


class AskAgain(Conflict):
    code = "try_again"
    message = _("This did not work out. Please try once more.")
    retry_after = 1


class NotToBeExtended(Conflict):
    code = "not_to_be_extended"
    message = _("These places were kept longer once already, or are not held any more.")


def book_places(
    sale: Sale,
    wanted: Wanted,
    *,
    by: User | None,
    now: datetime,
    instead_of: Booking | None = None,
) -> Booking:
    """Hold what is wanted; what costs nothing and names a buyer is confirmed at once.

    `instead_of` is the same person's unfinished hold: its places come back first, so that nobody
    is told "sold out" because of themselves. Raises what selling.py names, SoldOut with what is
    `available`, AllHeld, DiscountInvalid and its kin, LimitExceeded, AnswerUnclear, AskAgain.
    """
    discount = discount_for(sale, wanted)
    require_sellable(sale, wanted, discount)
    price = price_of(sale, wanted, discount)
    questions = questions_of(sale.event.pk) if sale.has_questions else []
    answers = kept_answers(questions, wanted.answers, scope=QuestionScope.ORDER, where="answers")
    # Two references are the same once in a million million; then it is all done again.
    for left in reversed(range(TRIES_FOR_A_REFERENCE)):
        booking = new_booking(sale, wanted, price, discount, by=by, now=now)
        booking.answers = answers
        try:
            with transaction.atomic(savepoint=not undoes_all.get()):
                take(
                    booking,
                    sale,
                    wanted,
                    price,
                    discount,
                    questions,
                    by=by,
                    instead_of=instead_of,
                    now=now,
                )
        except IntegrityError as error:
            if left == 0 or "bookings_booking_reference" not in str(error):
                raise
            if undoes_all.get():
                raise AskAgain from error
        else:
            return booking
    raise AssertionError("the last try returns or raises")


def take(  # noqa: PLR0913 - what was computed before anything is taken
    booking: Booking,
    sale: Sale,
    wanted: Wanted,
    price: Price,
    discount: Discount | None,
    questions: Sequence[Question],
    *,
    by: User | None,
    instead_of: Booking | None,
    now: datetime,
) -> None:
    if instead_of is not None:
        give_up_hold(instead_of, now=now)
    types = Counter[TicketType]()
    for line in wanted.lines:
        types[sale.ticket_types[line.ticket_type]] += line.quantity
    require_within_limits(sale.event, types, mailbox=booking.mailbox)
    places = claim(booking, types, now=now)
    failpoint("bookings.claimed")
    write(booking, wanted, price, places, questions)
    if discount is not None:
        claim_code_use(discount.code, holder=booking.pk, spent=price.discount)
    tell(booking, questions, by=by, now=now)


def new_booking(
    sale: Sale,
    wanted: Wanted,
    price: Price,
    discount: Discount | None,
    *,
    by: User | None,
    now: datetime,
) -> Booking:
    buyer = wanted.buyer
    is_confirmed = price.total == 0 and buyer is not None and not wanted.is_hold_only
    return Booking(
        reference=new_reference(),
        event=sale.event,
        organizer_id=sale.event.organizer_id,
        user=by,
        status=BookingStatus.CONFIRMED if is_confirmed else BookingStatus.HELD,
        channel=wanted.channel,
        language=wanted.language,
        buyer_email=buyer.email if buyer else "",
        buyer_name=buyer.name if buyer else "",
        buyer_phone=buyer.phone if buyer else "",
        mailbox=same_mailbox(buyer.email) if buyer else "",
        billing=dict(wanted.billing),
        terms_accepted_at=now if wanted.has_accepted_terms else None,
        currency=price.currency,
        total=price.total,
        fees=price.fees,
        tax=price.tax,
        discount=price.discount,
        code=discount.code if discount else None,
        created_at=now,
        expires_at=None if is_confirmed else now + sale.event.hold_time,
        confirmed_at=now if is_confirmed else None,
    )


def claim(booking: Booking, types: Counter[TicketType], *, now: datetime) -> dict[Pool, list[int]]:
    wanted = Counter[Pool]()
    for ticket_type, count in types.items():
        wanted[ticket_type.pool] += count
    return claim_in_pools(wanted, holder=booking.pk, now=now, holds=BookingHolds())


def write(
    booking: Booking,
    wanted: Wanted,
    price: Price,
    places: dict[Pool, list[int]],
    questions: Sequence[Question],
) -> None:
    lines = [
        BookingLine(
            booking=booking,
            ticket_type=line.ticket_type,
            position=position,
            name=line.ticket_type.name,
            quantity=line.quantity,
            unit_price=line.unit_price,
            fees=line.fees,
            tax=line.tax,
            discount=line.discount,
            total=line.total,
        )
        for position, line in enumerate(price.lines)
    ]
    insert_at_once([booking], lines)
    free = {pool: iter(ids) for pool, ids in places.items()}
    tickets = tickets_of(booking, lines, wanted, free, questions)
    insert_at_once(tickets)
    in_hand(booking, lines, tickets)


def tickets_of(
    booking: Booking,
    lines: Sequence[BookingLine],
    wanted: Wanted,
    free: dict[Pool, Iterator[int]],
    questions: Sequence[Question],
) -> list[Ticket]:
    status = TicketStatus.VALID if booking.is_confirmed else TicketStatus.RESERVED
    tickets: list[Ticket] = []
    for line, asked in zip(lines, wanted.lines, strict=True):
        for index in range(line.quantity):
            attendee = asked.attendees[index] if index < len(asked.attendees) else Attendee()
            where = f"lines.{line.position}.attendees.{index}.answers"
            answers = kept_answers(
                questions, attendee.answers, scope=QuestionScope.TICKET, where=where
            )
            tickets.append(
                Ticket(
                    id=new_id(),
                    booking=booking,
                    organizer_id=booking.organizer_id,
                    line=line,
                    event=booking.event,
                    ticket_type=line.ticket_type,
                    place_id=next(free[line.ticket_type.pool], None),
                    number=len(tickets) + 1,
                    status=status,
                    attendee_name=attendee.name,
                    attendee_email=attendee.email,
                    answers=answers,
                )
            )
    return tickets


def tell(
    booking: Booking, questions: Sequence[Question], *, by: User | None, now: datetime
) -> None:
    if booking.is_confirmed and questions:
        require_answered(questions, booking)
    announce_booked(booking)
    after = {"status": booking.status, "total": booking.total, "currency": booking.currency}
    note(booking, f"bookings.{booking.status}", by=by, now=now, after=after)


@transaction.atomic
def extend_hold(booking: Booking, *, by: User | None, now: datetime) -> None:
    """Ten minutes more, once. Locks the booking. Raises NotToBeExtended."""
    locked(booking)
    is_held = booking.status == BookingStatus.HELD and not booking.has_run_out(now=now)
    if not is_held or booking.extended_at is not None or booking.expires_at is None:
        raise NotToBeExtended
    before, booking.expires_at = booking.expires_at, booking.expires_at + EXTENSION
    booking.extended_at = now
    booking.save(update_fields=["expires_at", "extended_at"])
    note(
        booking,
        "bookings.extended",
        by=by,
        now=now,
        before={"expires_at": before},
        after={"expires_at": booking.expires_at},
    )
