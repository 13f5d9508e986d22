"""Tickets for others: of another event, or of another type. Who cannot have the new keeps the old."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.audit.models import Entry
from accounts.audit.queries import differences_of
from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import Role
from accounts.notifications.models import Message
from bookings.domain import exchanging
from bookings.domain.confirming import NoSuchTicket, NotConfirmed, cancel_booking, confirm
from bookings.domain.differences import PriceDiffers, TaxDiffers
from bookings.domain.door import Revoked, check_in
from bookings.domain.exchanging import (
    AlreadyIn,
    NothingToExchange,
    NotOfThisOrganizer,
    PaidAsOne,
    SameEvent,
    move_booking,
    swap_tickets,
)
from bookings.domain.selling import EventIsCancelled, NoSuchTickets
from bookings.models import Booking, BookingLine, Revocation, Ticket
from events.domain.places import SoldOut
from events.models import Event, Place, TaxRate, TicketType
from payments.models import Payment, Refund
from tests.bookings.doors import code_of, scan_of, scanner
from tests.events.factories import NOW, EventFactory, PoolFactory, TaxRateFactory, TicketTypeFactory
from tests.factories import MembershipFactory
from tests.kit.races import race
from tests.kit.soundness import assert_sound
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def later(choir):
    """The next evening of the choir."""
    return EventFactory(
        organizer=choir, status="published", starts_at=NOW + timedelta(days=3657), slug="later"
    )


@pytest.fixture
def later_free(later):
    return TicketTypeFactory(
        event=later, kind="free", name="Stalls", pool=PoolFactory(event=later, capacity=5)
    )


@pytest.fixture
def later_paid(later):
    return TicketTypeFactory(
        event=later, price=2000, name="Seat", pool=PoolFactory(event=later, capacity=5)
    )


@pytest.fixture
def booking(free, book, now):
    return book(free, 3, now=now - timedelta(hours=1))


@pytest.fixture
def bought(paid, book, now):
    """Paid for, as payments do it."""
    booking = book(paid, 2, now=now - timedelta(minutes=5))
    Payment.objects.create(
        booking=booking, gateway="simulator", channel="web", currency="EUR", amount=4000,
        captured=4000, status="captured", expires_at=now, captured_at=now - timedelta(days=30),
    )  # fmt: skip
    with transaction.atomic():
        confirm(booking, by=None, now=now)
    return booking


def held_by(booking):
    return sorted(Place.objects.filter(holder=booking.pk).values_list("pool", flat=True))


def everything():
    return [
        list(model.objects.order_by("pk").values()) for model in (Booking, BookingLine, Ticket)
    ] + [list(Place.objects.order_by("pk").values())]


def test_a_whole_booking_moves_with_its_reference_places_and_mail(
    booking, free, later, later_free, organizer, now
):
    deliver_all()

    move_booking(booking, later, {free.pk: later_free}, by=organizer, now=now)
    deliver_all()

    kept = Booking.objects.get()
    assert (kept.event, kept.reference) == (later, booking.reference)
    assert held_by(booking) == [later_free.pool_id] * 3
    assert set(Ticket.objects.values_list("event", "ticket_type", "generation", "status")) == {
        (later.pk, later_free.pk, 2, "valid")
    }
    assert list(BookingLine.objects.values_list("ticket_type", "name", "quantity")) == [
        (later_free.pk, "Stalls", 3)
    ]
    assert Message.objects.filter(kind="booking_confirmed").count() == 2
    assert_sound()


def test_the_former_event_s_scanners_are_told_and_refuse_the_old_code(
    booking, event, free, later, later_free, organizer, now
):
    ticket, door = booking.tickets.first(), scanner(event, now=now, by=organizer)
    old = code_of(ticket)

    move_booking(booking, later, {free.pk: later_free}, by=organizer, now=now)

    assert set(Revocation.objects.values_list("event", "generation", "reason")) == {
        (event.pk, 1, "reissued")
    }
    with pytest.raises(Revoked):
        check_in(door, scan_of(code=old, at=now))
    ticket = Ticket.objects.get(pk=ticket.pk)
    there = scanner(later, now=now, by=organizer)
    assert check_in(there, scan_of(ticket, at=now)).result == "admitted"


def test_what_was_paid_moves_at_the_same_price_and_stays_what_it_was(
    bought, paid, later, later_paid, organizer, now
):
    move_booking(bought, later, {paid.pk: later_paid}, by=organizer, now=now)
    deliver_all()

    kept = Booking.objects.get()
    assert (kept.event, kept.total, kept.status) == (later, 4000, "confirmed")
    assert_sound()


def test_what_was_paid_does_not_move_to_another_price(bought, paid, later, organizer, now):
    dearer = TicketTypeFactory(event=later, price=2500)
    before = everything()

    with pytest.raises(PriceDiffers):
        move_booking(bought, later, {paid.pk: dearer}, by=organizer, now=now)

    assert everything() == before


def test_dearer_tickets_are_given_without_the_difference_where_somebody_says_so(
    bought, paid, later, organizer, now
):
    dearer = TicketTypeFactory(event=later, price=2500)

    move_booking(bought, later, {paid.pk: dearer}, is_waived=True, by=organizer, now=now)
    deliver_all()

    kept = Booking.objects.get()
    assert (kept.event, kept.total, Refund.objects.count()) == (later, 4000, 0)
    assert list(kept.lines.values_list("ticket_type", "unit_price")) == [(dearer.pk, 2000)]
    moved = Entry.objects.get(action="bookings.moved")
    assert [one.after for one in differences_of(moved) if one.name == "not_charged"] == ["1000"]
    assert_sound()


@pytest.mark.parametrize("what", ["tax", "region", "currency"])
def test_what_was_paid_is_not_exchanged_where_its_tax_or_currency_would_not_be_true(
    bought, paid, choir, organizer, now, what
):
    taxed = {"tax_country": "DE"} if what != "currency" else {"currency": "GBP"}
    other = EventFactory(organizer=choir, status="published", starts_at=NOW + timedelta(days=3657),
                         **taxed)  # fmt: skip
    if what != "currency":
        for country, percent in (("DE", 7), ("FR", 7 if what == "region" else 20)):
            TaxRate.objects.filter(country=country).delete()
            TaxRateFactory(country=country, percent=percent, valid_from=date(2020, 1, 1))
        Event.objects.filter(pk=paid.event_id).update(tax_country="FR")
        TicketType.objects.filter(pk=paid.pk).update(tax_kind="standard")
    there = TicketTypeFactory(event=other, price=2000, tax_kind="standard")

    with pytest.raises(TaxDiffers):
        move_booking(bought, other, {paid.pk: there}, is_waived=True, by=organizer, now=now)


def test_sold_out_leaves_everything_as_it_was(booking, free, later, book, organizer, now):
    full = TicketTypeFactory(event=later, kind="free", pool=PoolFactory(event=later, capacity=2))
    before = everything()

    with pytest.raises(SoldOut):
        move_booking(booking, later, {free.pk: full}, by=organizer, now=now)

    assert everything() == before
    deliver_all()
    assert_sound()


def test_a_crash_in_between_leaves_everything_as_it_was(
    booking, free, later, later_free, organizer, now, monkeypatch
):
    before = everything()

    def die(*_args, **_facts):
        raise RuntimeError

    monkeypatch.setattr(exchanging, "release_places", die)
    with pytest.raises(RuntimeError):
        move_booking(booking, later, {free.pk: later_free}, by=organizer, now=now)

    assert everything() == before
    assert Revocation.objects.count() == 0


def test_another_organizer_s_event_is_refused(booking, free, organizer, now):
    other = EventFactory(status="published")

    with pytest.raises(NotOfThisOrganizer):
        move_booking(
            booking, other, {free.pk: TicketTypeFactory(event=other)}, by=organizer, now=now
        )


def test_the_same_cancelled_or_mixed_up_events_are_refused(
    booking, event, free, later, later_free, organizer, now
):
    gone = EventFactory(organizer=event.organizer, status="cancelled")
    refused = [
        (event, {free.pk: free}, SameEvent),
        (gone, {free.pk: TicketTypeFactory(event=gone)}, EventIsCancelled),
        (later, {free.pk: free}, NoSuchTickets),
        (later, {}, NoSuchTickets),
    ]

    for to, types, error in refused:
        with pytest.raises(error):
            move_booking(booking, to, types, by=organizer, now=now)
    with pytest.raises(NothingToExchange):
        move_booking(booking, later, {free.pk: later_free}, tickets=[], by=organizer, now=now)


def test_some_tickets_that_cost_nothing_become_a_booking_of_their_own(
    booking, free, later, later_free, organizer, now
):
    deliver_all()
    one = booking.tickets.order_by("number").last()

    made = move_booking(
        booking, later, {free.pk: later_free}, tickets=[one.pk], by=organizer, now=now
    )
    deliver_all()

    one.refresh_from_db()
    assert (one.booking, one.number, one.event, one.generation) == (made, 1, later, 2)
    assert (made.event, made.buyer_email) == (later, booking.buyer_email)
    assert held_by(made) == [later_free.pool_id]
    assert held_by(booking) == [free.pool_id] * 2
    assert booking.lines.get().quantity == 2
    assert_sound()


def test_some_tickets_of_what_was_paid_do_not_leave_it(
    bought, paid, later, later_paid, organizer, now
):
    with pytest.raises(PaidAsOne):
        move_booking(
            bought,
            later,
            {paid.pk: later_paid},
            tickets=[bought.tickets.first().pk],
            by=organizer,
            now=now,
        )


def test_a_booking_of_which_a_part_was_given_up_moves_with_the_rest(
    booking, free, later, later_free, organizer, now
):
    cancel_booking(booking, tickets=[booking.tickets.first().pk], by=None, now=now)

    move_booking(booking, later, {free.pk: later_free}, by=organizer, now=now)
    deliver_all()

    assert held_by(booking) == [later_free.pool_id] * 2
    assert_sound()


def test_who_came_in_already_does_not_move(booking, event, free, later, later_free, organizer, now):
    door = scanner(event, now=now, by=organizer)
    check_in(door, scan_of(booking.tickets.first(), at=now))

    with pytest.raises(AlreadyIn):
        move_booking(booking, later, {free.pk: later_free}, by=organizer, now=now)


def test_what_is_only_held_is_not_exchanged(paid, book, later, later_paid, organizer, now):
    held = book(paid, now=now)

    with pytest.raises(NotConfirmed):
        move_booking(held, later, {paid.pk: later_paid}, by=organizer, now=now)
    with pytest.raises(NotConfirmed):
        swap_tickets(held, [held.tickets.get().pk], paid, by=organizer, now=now)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.FINANCE, Role.DOOR])
def test_who_may_not_edit_bookings_exchanges_nothing(
    choir, booking, free, later, later_free, stranger, role, now
):
    with pytest.raises(NoSuchOrganizer):
        swap_tickets(booking, [], free, by=stranger, now=now)
    MembershipFactory(organizer=choir, user=stranger, role=role)

    with pytest.raises(RoleMayNot):
        swap_tickets(booking, [], free, by=stranger, now=now)
    with pytest.raises(RoleMayNot):
        move_booking(booking, later, {free.pk: later_free}, by=stranger, now=now)


def test_a_swap_takes_a_place_of_the_other_pool_and_leaves_its_own(
    booking, event, free, organizer, now
):
    balcony = TicketTypeFactory(event=event, kind="free", name="Balcony")
    one = booking.tickets.first()

    swap_tickets(booking, [one.pk], balcony, by=organizer, now=now)
    deliver_all()

    one.refresh_from_db()
    assert (one.ticket_type, one.generation, one.line.name) == (balcony, 2, "Balcony")
    assert sorted(held_by(booking)) == sorted([free.pool_id] * 2 + [balcony.pool_id])
    assert list(booking.lines.values_list("name", "quantity")) == [(free.name, 2), ("Balcony", 1)]
    assert_sound()


def test_a_swap_within_a_pool_keeps_the_place_though_it_is_full(event, free, book, organizer, now):
    booking = book(free, 5, now=now - timedelta(hours=1))
    child = TicketTypeFactory(event=event, kind="free", name="Child", pool=free.pool)
    places = list(booking.tickets.values_list("place", flat=True))

    swap_tickets(
        booking, booking.tickets.values_list("pk", flat=True), child, by=organizer, now=now
    )
    deliver_all()

    assert list(booking.tickets.values_list("place", flat=True)) == places
    assert list(booking.lines.values_list("name", "quantity")) == [("Child", 5)]
    assert_sound()


def test_a_swap_of_what_was_paid_keeps_the_sum(bought, event, paid, organizer, now):
    same = TicketTypeFactory(event=event, price=2000, name="Aisle")
    dearer = TicketTypeFactory(event=event, price=3000)
    one = bought.tickets.first()

    with pytest.raises(PriceDiffers):
        swap_tickets(bought, [one.pk], dearer, by=organizer, now=now)
    swap_tickets(bought, [one.pk], same, by=organizer, now=now)
    deliver_all()

    assert list(bought.lines.values_list("quantity", "unit_price", "total")) == [
        (1, 2000, 2000), (1, 2000, 2000),
    ]  # fmt: skip
    assert sum(line.tax for line in bought.lines.all()) == bought.tax
    assert_sound()


def test_a_swap_into_what_is_sold_out_changes_nothing(booking, event, organizer, now):
    full = TicketTypeFactory(event=event, kind="free", pool=PoolFactory(event=event, capacity=0))
    before = everything()

    with pytest.raises(SoldOut):
        swap_tickets(booking, [booking.tickets.first().pk], full, by=organizer, now=now)

    assert everything() == before


def test_a_swap_of_others_tickets_or_to_another_event_is_refused(
    booking, free, later_free, book, organizer, now
):
    other = book(free, now=now)

    with pytest.raises(NoSuchTicket):
        swap_tickets(booking, [other.tickets.get().pk], free, by=organizer, now=now)
    with pytest.raises(NoSuchTickets):
        swap_tickets(booking, [booking.tickets.first().pk], later_free, by=organizer, now=now)
    with pytest.raises(NothingToExchange):
        swap_tickets(booking, [booking.tickets.first().pk], free, by=organizer, now=now)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_to_the_last_place_one_moves(free, later, book, organizer, now):
    full = TicketTypeFactory(event=later, kind="free", pool=PoolFactory(event=later, capacity=1))
    bookings = [book(free, now=now - timedelta(hours=1)) for _ in range(2)]

    answers = race(
        2,
        lambda number: (
            move_booking(bookings[number], later, {free.pk: full}, by=organizer, now=now).pk
        ),
    )

    assert sum(isinstance(one, Exception) for one in answers) == 1
    assert Event.objects.get(pk=later.pk).bookings.count() == 1
    assert Place.objects.filter(holder__isnull=False).count() == 2
    deliver_all()
    assert_sound()
