"""Making it certain, changing who comes, giving tickets up, and what may not go backwards."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, transaction

from accounts.audit.models import Entry
from bookings.domain.confirming import (
    HoldExpired,
    NoSuchTicket,
    NotConfirmed,
    NothingToChange,
    PaymentNeeded,
    TooLateToCancel,
    cancel_booking,
    change_booking,
    confirm_free_booking,
    finish_free_booking,
    reissue_ticket,
    reseat_booking,
)
from bookings.domain.expiring import (
    begin_expiring,
    expire_hold,
    release_expired_holds,
)
from bookings.domain.holding import BuyerNeeded, book_places
from bookings.domain.selling import LimitExceeded
from bookings.domain.wishes import Attendee, Buyer, Wanted, WantedLine
from bookings.enums import BOOKING_MOVES, TICKET_MOVES, BookingStatus, TicketStatus
from bookings.models import Booking, Ticket
from events.domain.places import SoldOut
from events.enums import TicketKind
from events.models import CodeUse, Place
from tests.bookings.conftest import ADA, sale_of
from tests.bookings.factories import guard_hold
from tests.events.factories import NOW, CodeFactory, QuestionFactory, TicketTypeFactory
from tests.kit.queries import queries_of
from ticketing.core.models import AnnouncedEvent

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=16)


def announced() -> list[str]:
    return list(AnnouncedEvent.objects.order_by("pk").values_list("name", flat=True))


def held_places(booking: Booking) -> int:
    return Place.objects.filter(holder=booking.pk).count()


# --- Confirm -----------------------------------------------------------------------------------


def test_a_free_hold_is_confirmed_and_its_tickets_become_valid(free, book):
    booking = book(free, 2, is_hold_only=True)

    confirm_free_booking(booking, by=None, now=NOW)
    confirm_free_booking(booking, by=None, now=NOW)

    assert booking.status == "confirmed"
    assert set(booking.tickets.values_list("status", flat=True)) == {"valid"}
    assert announced() == ["bookings.places_held", "bookings.booking_confirmed"]


def test_57_what_costs_something_is_not_confirmed_as_free(paid, book):
    with pytest.raises(PaymentNeeded):
        confirm_free_booking(book(paid), by=None, now=NOW)


def test_a_hold_that_ran_out_is_not_confirmed_even_before_the_sweeper_came(free, book):
    with pytest.raises(HoldExpired):
        confirm_free_booking(book(free, is_hold_only=True), by=None, now=LATER)


def test_a_booking_for_nobody_is_not_confirmed(free, book):
    with pytest.raises(BuyerNeeded):
        confirm_free_booking(book(free, buyer=None), by=None, now=NOW)


def finish(booking, *, attendees=None, now=NOW):
    finish_free_booking(
        booking, buyer=ADA, attendees=attendees or {}, answers={}, has_accepted_terms=False,
        by=None, now=now,
    )  # fmt: skip
    return booking


def test_what_was_typed_and_that_it_is_certain_is_written_in_one_go(free, book):
    booking = book(free, buyer=None)

    statements = queries_of(lambda: finish(booking))

    booking.refresh_from_db()
    assert (booking.status, booking.buyer_email) == ("confirmed", ADA.email)
    assert sum("FOR UPDATE" in one for one in statements) == 1
    assert announced() == ["bookings.places_held", "bookings.booking_confirmed"]
    finish(booking)  # sent twice
    assert announced()[2:] == ["bookings.booking_changed"]


def test_what_was_typed_is_kept_where_it_is_not_confirmed(free, paid, book):
    for booking, now, why in [
        (book(free, buyer=None), LATER, HoldExpired),
        (book(paid, buyer=None), NOW, PaymentNeeded),
    ]:
        with pytest.raises(why):
            finish(booking, now=now)

        booking.refresh_from_db()
        assert (booking.status, booking.buyer_email) == ("held", ADA.email)


def test_nothing_is_certain_where_what_was_typed_cannot_be_kept(free, book):
    booking, other = book(free, buyer=None), book(free)

    with pytest.raises(NoSuchTicket):
        finish(booking, attendees={other.tickets.get().pk: Attendee(name="Eve")})

    booking.refresh_from_db()
    assert (booking.status, booking.buyer_email) == ("held", "")


# --- Run out -----------------------------------------------------------------------------------


def test_the_sweeper_gives_back_places_and_codes_of_what_ran_out_and_of_nothing_else(paid, book):
    code = CodeFactory(event=paid.event, percent=10, uses=1)
    over = book(paid, 2, discount_code=code.code)
    running = book(paid, 1, now=NOW + timedelta(minutes=5))

    assert release_expired_holds(now=LATER) == 1
    assert release_expired_holds(now=LATER) == 0

    over.refresh_from_db()
    running.refresh_from_db()
    assert (over.status, over.expired_at, held_places(over)) == ("expired", LATER, 0)
    assert (running.status, held_places(running)) == ("held", 1)
    assert CodeUse.objects.get().holder is None
    assert announced()[-1] == "bookings.booking_expired"


def test_who_is_paying_too_long_is_closed_there_first_and_keeps_the_places_until_then(paid, book):
    booking = book(paid)
    guard_hold(booking, until=NOW + timedelta(minutes=20))

    assert release_expired_holds(now=LATER) == 0
    assert begin_expiring(now=LATER) == 0
    assert begin_expiring(now=NOW + timedelta(minutes=20)) == 1

    booking.refresh_from_db()
    assert (booking.status, held_places(booking)) == ("expiring", 1)
    assert expire_hold(booking, now=NOW + timedelta(minutes=21)) is True
    assert (booking.status, held_places(booking)) == ("expired", 0)
    assert expire_hold(booking, now=NOW + timedelta(minutes=22)) is False


def test_a_guard_is_never_shortened(paid, book):
    booking = book(paid)
    guard_hold(booking, until=NOW + timedelta(minutes=20))

    guard_hold(booking, until=NOW + timedelta(minutes=10))

    assert booking.guarded_until == NOW + timedelta(minutes=20)


def test_who_paid_after_the_hold_ran_out_gets_as_many_places_again(paid, book):
    booking = book(paid, 2, attendees=[Attendee(name="Ada"), Attendee(name="Bob")])
    release_expired_holds(now=LATER)

    reseat_booking(booking, now=LATER)

    assert (booking.status, held_places(booking)) == ("confirmed", 2)
    valid = booking.tickets.filter(status="valid").order_by("number")
    assert [(one.number, one.attendee_name) for one in valid] == [(3, "Ada"), (4, "Bob")]


def test_who_paid_after_the_places_went_to_others_is_not_seated(paid, book):
    booking = book(paid, 2)
    release_expired_holds(now=LATER)
    other = book(paid, 5, now=LATER)
    guard_hold(other, until=LATER + timedelta(hours=1))
    Booking.objects.filter(pk=other.pk).update(status="confirmed", confirmed_at=LATER)

    with pytest.raises(SoldOut):
        reseat_booking(booking, now=LATER)

    booking.refresh_from_db()
    assert booking.status == "expired"


# --- Change ------------------------------------------------------------------------------------


def test_who_comes_may_be_said_later(free, book):
    question = QuestionFactory(event=free.event, scope="ticket")
    booking = book(free)
    ticket = booking.tickets.get()
    bob = Attendee(name="Bob", email="bob@example.org", answers={str(question.pk): "Rice"})

    change_booking(
        booking,
        buyer=Buyer(email="new@example.org", name="Ada"),
        attendees={ticket.pk: bob},
        by=None,
        now=NOW,
    )

    booking.refresh_from_db()
    ticket.refresh_from_db()
    assert (booking.buyer_email, booking.mailbox) == ("new@example.org", "new@example.org")
    assert (ticket.attendee_name, ticket.answers) == ("Bob", {str(question.pk): "Rice"})


def test_a_ticket_of_another_booking_is_not_changed_through_this_one(free, book):
    one, other = book(free), book(free)

    with pytest.raises(NoSuchTicket):
        change_booking(
            one, attendees={other.tickets.get().pk: Attendee(name="x")}, by=None, now=NOW
        )


def test_53_naming_oneself_after_the_hold_meets_the_same_limit(event, book):
    limited = TicketTypeFactory(event=event, kind=TicketKind.FREE, max_per_person=1)
    book(limited)
    second = book(limited, buyer=None)

    with pytest.raises(LimitExceeded):
        change_booking(second, buyer=ADA, by=None, now=NOW)


def test_53_two_lines_of_one_type_count_together_when_a_hold_gets_its_name(event):
    limited = TicketTypeFactory(event=event, kind=TicketKind.FREE, max_per_person=1)
    line = WantedLine(ticket_type=limited.pk, quantity=1)
    held = book_places(sale_of(limited), Wanted(lines=[line, line], buyer=None), by=None, now=NOW)

    with pytest.raises(LimitExceeded):
        change_booking(held, buyer=ADA, by=None, now=NOW)


def test_53_tickets_given_up_do_not_count_against_their_own_booking(event, book):
    limited = TicketTypeFactory(event=event, kind=TicketKind.FREE, max_per_person=2)
    booking = book(limited, 2)
    cancel_booking(booking, tickets=[booking.tickets.first().pk], by=None, now=NOW)
    book(limited)

    change_booking(booking, buyer=Buyer(email=ADA.email, name="Ada A."), by=None, now=NOW)

    assert booking.buyer_name == "Ada A."


def test_what_is_closed_does_not_change(paid, book):
    booking = book(paid)
    release_expired_holds(now=LATER)

    with pytest.raises(NothingToChange):
        change_booking(booking, buyer=ADA, by=None, now=LATER)


# --- Cancel ------------------------------------------------------------------------------------


def test_a_booking_that_is_given_up_frees_its_places_at_once(free, book):
    booking = book(free, 2)

    cancel_booking(booking, reason="ill", by=None, now=NOW)
    cancel_booking(booking, reason="again", by=None, now=LATER)

    assert (booking.status, booking.cancelled_at, booking.cancel_reason) == (
        "cancelled", NOW, "ill",
    )  # fmt: skip
    assert held_places(booking) == 0
    assert set(booking.tickets.values_list("status", flat=True)) == {"void"}
    assert announced().count("bookings.booking_cancelled") == 1


def test_some_tickets_are_given_up_and_the_others_stand(free, book):
    booking = book(free, 3)
    first, *others = booking.tickets.all()

    cancel_booking(booking, tickets=[first.pk], by=None, now=NOW)

    assert (booking.status, held_places(booking)) == ("confirmed", 2)
    assert announced()[-1] == "bookings.tickets_cancelled"

    cancel_booking(booking, tickets=[one.pk for one in others], by=None, now=NOW)
    assert booking.status == "cancelled"


def test_a_ticket_of_another_booking_is_not_given_up_through_this_one(free, book):
    one, other = book(free), book(free)

    with pytest.raises(NoSuchTicket):
        cancel_booking(one, tickets=[other.tickets.get().pk], by=None, now=NOW)


def test_after_the_event_began_the_organizer_alone_gives_tickets_back(free, book):
    booking = book(free)
    began = free.event.starts_at

    with pytest.raises(TooLateToCancel):
        cancel_booking(booking, by=None, now=began)
    cancel_booking(booking, is_organizer=True, by=None, now=began)
    assert booking.status == "cancelled"


def test_what_ran_out_is_not_cancelled_as_well(paid, book):
    booking = book(paid)
    release_expired_holds(now=LATER)

    with pytest.raises(NotConfirmed):
        cancel_booking(booking, by=None, now=LATER)


def test_a_hold_that_is_being_paid_for_is_not_given_up(paid, book):
    booking = book(paid)
    guard_hold(booking, until=LATER)

    cancel_booking(booking, by=None, now=NOW)

    assert booking.status == "held"


# --- Codes -------------------------------------------------------------------------------------


def test_a_reissued_ticket_is_another_generation(free, book):
    ticket = book(free).tickets.get()

    reissue_ticket(ticket, by=None, now=NOW)

    assert ticket.generation == 2
    assert Entry.objects.filter(action="tickets.reissued").count() == 1


def test_a_void_ticket_is_not_reissued(free, book):
    booking = book(free)
    cancel_booking(booking, by=None, now=NOW)

    with pytest.raises(NoSuchTicket):
        reissue_ticket(booking.tickets.get(), by=None, now=NOW)


# --- The database forbids ----------------------------------------------------------------------


@pytest.mark.parametrize("status", BookingStatus)
@pytest.mark.parametrize("then", BookingStatus)
def test_a_booking_goes_only_the_ways_that_are_named(paid, book, status, then):
    booking = book(paid)
    moments = {"confirmed_at": NOW, "cancelled_at": NOW, "expired_at": NOW}
    for step in WAY_TO[status]:
        Booking.objects.filter(pk=booking.pk).update(status=step, **moments)
    if then == status:
        return

    move = Booking.objects.filter(pk=booking.pk)
    if then in BOOKING_MOVES[status]:
        assert move.update(status=then, **moments) == 1
    else:
        with pytest.raises(IntegrityError, match="cannot become"), transaction.atomic():
            move.update(status=then, **moments)


B = BookingStatus
WAY_TO = {
    B.HELD: [],
    B.EXPIRING: [B.EXPIRING],
    B.CONFIRMED: [B.CONFIRMED],
    B.CANCELLED: [B.CANCELLED],
    B.EXPIRED: [B.EXPIRED],
}


@pytest.mark.parametrize("status", TicketStatus)
@pytest.mark.parametrize("then", TicketStatus)
def test_a_ticket_goes_only_the_ways_that_are_named(paid, book, status, then):
    ticket = Ticket.objects.filter(pk=book(paid).tickets.get().pk)

    def move(step):
        return ticket.update(status=step, voided_at=NOW if step == TicketStatus.VOID else None)

    if status != TicketStatus.RESERVED:
        move(status)
    if then == status:
        return
    if then in TICKET_MOVES[status]:
        assert move(then) == 1
    else:
        with pytest.raises(IntegrityError, match="cannot become"), transaction.atomic():
            move(then)


def test_a_ticket_never_goes_back_to_a_dead_code(free, book):
    ticket = book(free).tickets.get()
    reissue_ticket(ticket, by=None, now=NOW)

    with pytest.raises(IntegrityError, match="dead"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(generation=1)


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"status": "held", "expires_at": None}, "held_until_a_moment"),
        ({"status": "confirmed"}, "confirmed_at_a_moment"),
        ({"status": "cancelled"}, "cancelled_at_a_moment"),
        ({"status": "expired"}, "expired_at_a_moment"),
        ({"status": "confirmed", "confirmed_at": NOW, "buyer_email": ""}, "confirmed_for_somebody"),
        ({"fees": 99_999}, "parts_within_the_total"),
        ({"tax": 99_999}, "parts_within_the_total"),
        ({"reference": "O" * 8}, "reference_spelled"),
        ({"channel": "fax"}, "channel_known"),
    ],
)
def test_what_must_never_be_is_refused_by_its_name(paid, book, facts, constraint):
    booking = book(paid)

    with (
        pytest.raises(IntegrityError, match=f"bookings_booking_{constraint}"),
        transaction.atomic(),
    ):
        Booking.objects.filter(pk=booking.pk).update(**facts)


def test_the_moves_of_the_migration_are_those_of_the_code():
    written = import_module("bookings.migrations.0002_moves").MOVES

    for moves in (BOOKING_MOVES, TICKET_MOVES):
        for status, nexts in moves.items():
            for then in nexts:
                assert f"('{status}', '{then}')" in written
