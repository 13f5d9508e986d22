"""Booking for somebody: by the team, past sale times and hidden tickets, never past the places.

What is given as complimentary costs nothing whatever its price, and counts for no limit per
person. What costs something is held for the buyer, who gets the link to it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.domain.permissions import require
from accounts.models import User
from accounts.notifications.domain.addresses import checked_address
from accounts.notifications.enums import Channel as MailChannel
from accounts.permissions import Permission
from bookings.domain.announcing import announce_booked
from bookings.domain.answers import kept_answers, questions_of
from bookings.domain.expiring import note
from bookings.domain.finding_again import write_links
from bookings.domain.holding import BuyerNeeded, claim, new_booking, write
from bookings.domain.limits import require_within_limits
from bookings.domain.selling import EventIsCancelled, SaleOver, price_of, require_lines
from bookings.domain.wishes import Buyer, Wanted, WantedLine
from bookings.enums import Channel
from bookings.models import Booking
from bookings.queries.office import office_sale
from bookings.queries.sales import Sale
from events.domain.prices import Price, PricedLine
from events.enums import OPEN_STATUSES, EventStatus, QuestionScope
from events.models import Event, TicketType

# Whoever is sent a link needs the time to read their mail.
HELD_FOR = timedelta(days=2)


@transaction.atomic
def book_on_behalf(  # noqa: PLR0913 - each is asked of the team, and all are named
    event: Event,
    lines: Sequence[WantedLine],
    *,
    buyer: Buyer,
    answers: Mapping[str, Any] | None = None,
    language: str = "",
    is_comp: bool = False,
    remark: str = "",
    by: User,
    now: datetime,
) -> Booking:
    """Places for somebody: confirmed at once if they cost nothing, else held for two days.

    A name without an address is enough for what costs nothing. Raises RoleMayNot,
    NoSuchOrganizer, EventIsCancelled, SaleOver, NothingWanted, NoSuchTickets, LimitExceeded,
    BuyerNeeded, InvalidAddress, SoldOut, AllHeld, AnswerUnclear.
    """
    require(by, Permission.EDIT_BOOKINGS, event.organizer)
    sale = office_sale(event, now=now)
    require_open_for_team(sale.event, now=now)
    wanted = wish(sale, lines, buyer=buyer, answers=answers or {}, language=language)
    return take_for(sale, wanted, is_comp=is_comp, remark=remark, by=by, now=now)


def take_for(
    sale: Sale,
    wanted: Wanted,
    *,
    is_comp: bool,
    is_paid_elsewhere: bool = False,
    remark: str = "",
    by: User,
    now: datetime,
) -> Booking:
    """The permission was asked for. In a transaction."""
    price, is_for_nothing = price_of(sale, wanted, None), is_comp or is_paid_elsewhere
    if is_for_nothing:
        price = given_away(price)
    booking = new_booking(sale, wanted, price, None, by=None, now=now)
    if not booking.buyer_email and (price.total or not booking.buyer_name):
        raise BuyerNeeded(field="email")
    if not booking.buyer_email:
        booking.mailbox = ""
    booking.booked_by, booking.is_comp, booking.note = by, is_comp, remark
    if booking.expires_at is not None:
        booking.expires_at = now + HELD_FOR
    questions = questions_of(sale.event.pk) if sale.has_questions else []
    booking.answers = kept_answers(
        questions, wanted.answers, scope=QuestionScope.ORDER, where="answers"
    )
    types = Counter[TicketType]()
    for line in wanted.lines:
        types[sale.ticket_types[line.ticket_type]] += line.quantity
    if not is_for_nothing:
        require_within_limits(sale.event, types, mailbox=booking.mailbox)
    places = claim(booking, types, now=now)
    write(booking, wanted, price, places, questions)
    tell(booking, by=by, now=now)
    return booking


def tell(booking: Booking, *, by: User, now: datetime) -> None:
    announce_booked(booking)
    if booking.is_held:
        write_links([booking], key=f"booking-held:{booking.pk}", now=now)
    after = {
        "status": booking.status,
        "total": booking.total,
        "currency": booking.currency,
        "on_behalf": True,
        "is_comp": booking.is_comp,
    }
    note(booking, f"bookings.{booking.status}", by=by, now=now, after=after)


def wish(
    sale: Sale,
    lines: Sequence[WantedLine],
    *,
    buyer: Buyer,
    answers: Mapping[str, Any],
    language: str,
) -> Wanted:
    """Raises NothingWanted, NoSuchTickets, LimitExceeded, InvalidAddress."""
    email = buyer.email.strip()
    address = checked_address(email, MailChannel.EMAIL) if email else ""
    wanted = Wanted(
        lines=lines,
        buyer=replace(buyer, email=address, name=buyer.name.strip()),
        answers=answers,
        has_accepted_terms=False,
        language=language or sale.event.language,
        channel=Channel.OFFICE,
    )
    require_lines(sale, wanted)
    return wanted


def require_open_for_team(event: Event, *, now: datetime) -> None:
    """Whether or not it is on sale: it takes place, and is not over."""
    if event.status == EventStatus.CANCELLED:
        raise EventIsCancelled
    is_past = event.ends_at is not None and event.ends_at <= now
    if is_past or event.status == EventStatus.DRAFT or event.status not in OPEN_STATUSES:
        raise SaleOver


def given_away(price: Price) -> Price:
    """For nothing; what it would have cost stands as what was taken off."""
    return Price(price.currency, [nothing_for(line) for line in price.lines])


def nothing_for(line: PricedLine) -> PricedLine:
    off = line.total + line.discount
    return replace(line, unit_price=0, discount=off, fees=0, tax=0, total=0)
