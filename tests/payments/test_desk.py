"""Paid to the team itself: entered with who took it, settled like every payment, owed a fee for."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction

from accounts.domain.permissions import NoSuchOrganizer, RoleMayNot
from accounts.enums import Role
from accounts.notifications.models import Message
from bookings.domain.expiring import expire_hold
from bookings.domain.on_behalf import book_on_behalf
from bookings.domain.wishes import WantedLine
from bookings.models import Booking
from events.models import Event
from payments.domain import desk
from payments.domain.choosing import ways_to_pay
from payments.domain.desk import BuyerIsPaying, NothingToHandOver, PlacesGone, hand_over
from payments.domain.ledger import owed_to
from payments.domain.reconciling import reconcile
from payments.domain.starting import AlreadyPaid
from payments.domain.statements import statement_of
from payments.enums import Channel, DeskWay, RefundStatus
from payments.models import DeskEntry, Invoice, Payment, Refund
from tests.bookings.conftest import ADA
from tests.events.factories import NOW, FeeFactory
from tests.factories import MembershipFactory
from tests.payments.sales import LATER, give_up
from tests.payments.test_ledger import balances
from ticketing.core.money import Money
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db
CASH, BANK = DeskWay.CASH, DeskWay.TRANSFER


@pytest.fixture
def for_ada(paid, organizer):
    """Held for Ada by the team, at 20 euros a ticket."""

    def for_ada(quantity=1, **terms):
        Event.objects.filter(pk=paid.event_id).update(**{"refund_until_days": 7, **terms})
        lines = [WantedLine(ticket_type=paid.pk, quantity=quantity)]
        event = Event.objects.get(pk=paid.event_id)
        return book_on_behalf(event, lines, buyer=ADA, by=organizer, now=NOW)

    return for_ada


def take(booking, by, way=CASH, **facts):
    return desk.take_at_desk(booking, way, by=by, now=facts.pop("now", NOW), **facts)


def test_what_was_paid_at_the_desk_is_settled_and_says_who_took_it(for_ada, organizer):
    booking = for_ada(2)

    payment = take(booking, organizer, note="Receipt 12")
    deliver_all()

    booking.refresh_from_db()
    entry = DeskEntry.objects.get()
    assert (booking.status, payment.status, payment.captured) == ("confirmed", "captured", 4000)
    assert (entry.way, entry.note, entry.entered_by, entry.entered_at, entry.amount) == (
        "cash", "Receipt 12", organizer, NOW, 4000,
    )  # fmt: skip
    assert {one.status for one in booking.tickets.all()} == {"valid"}
    assert Invoice.objects.get().total == 4000


@pytest.mark.parametrize(
    ("role", "refused"),
    [(Role.VIEWER, RoleMayNot), (Role.DOOR, RoleMayNot), (None, NoSuchOrganizer)],
)
def test_who_may_not_take_money_enters_nothing(for_ada, choir, stranger, role, refused):
    if role:
        MembershipFactory(organizer=choir, user=stranger, role=role)

    with pytest.raises(refused):
        take(for_ada(), stranger)

    assert (DeskEntry.objects.count(), Payment.objects.count()) == (0, 0)


def test_pressed_twice_it_is_entered_once(for_ada, organizer):
    booking = for_ada()
    take(booking, organizer)

    with pytest.raises(AlreadyPaid):
        take(booking, organizer)

    assert DeskEntry.objects.count() == 1


def test_an_attempt_online_is_closed_first_and_money_there_is_found(
    for_ada, begin, till, organizer
):
    left, paid_there = begin(for_ada()), begin(for_ada())
    till.pay(paid_there)

    take(left.booking, organizer)
    with pytest.raises(AlreadyPaid):
        take(paid_there.booking, organizer)

    assert till.books(left)["status"] == "closed"
    assert Booking.objects.get(pk=paid_there.booking_id).is_confirmed
    assert [one.payment.booking for one in DeskEntry.objects.all()] == [left.booking]


def test_while_nobody_can_say_whether_it_is_paid_online_no_money_is_taken(
    for_ada, begin, till, organizer
):
    payment = begin(for_ada())
    till.fail("error_before", times=50)

    with pytest.raises(BuyerIsPaying):
        take(payment.booking, organizer)

    assert DeskEntry.objects.count() == 0


def test_who_pays_late_gets_other_places_or_the_team_is_told(for_ada, organizer, book, paid):
    first, second = for_ada(), for_ada()
    late = NOW + timedelta(days=3)
    for one in (first, second):
        expire_hold(one, now=late)
    book(paid, 4, now=late)

    then = late + timedelta(minutes=1)
    take(first, organizer, BANK, now=then)
    with pytest.raises(PlacesGone):
        take(second, organizer, BANK, now=then)

    assert [(one.payment.booking, one.way) for one in DeskEntry.objects.all()] == [
        (first, "bank_transfer")
    ]
    assert Payment.objects.count() == 1


def test_nobody_is_offered_the_desk_and_reconciling_leaves_it_alone(for_ada, organizer):
    booking = for_ada()
    assert {way.gateway.name for one in Channel for way in ways_to_pay(booking, channel=one)} == {
        "simulator"
    }
    payment = take(booking, organizer)

    reconcile(since=NOW - timedelta(hours=1), until=LATER, now=LATER)

    assert list(payment.cases.all()) == []


@pytest.fixture
def with_fee(event):
    """Two euros of each ticket are the platform's."""
    FeeFactory(event=event, organizer=event.organizer, amount=200, percent=0, is_included=True)


def test_the_organizer_keeps_the_money_and_owes_the_fee(with_fee, for_ada, choir, organizer):
    take(for_ada(2), organizer)
    deliver_all()

    assert balances() == {"payable": 400, "platform_fees": -400}
    assert owed_to(choir.pk, "EUR") == Money(-400, "EUR")
    shown = statement_of(choir, "EUR", since=NOW - timedelta(days=1), until=LATER)
    assert [(one.kind, one.net.minor, one.gross.minor) for one in shown.movements] == [
        ("sold", 3600, 4000),
        ("kept", -4000, -4000),
    ]


def test_tax_stays_with_who_took_it(for_ada, organizer):
    booking = for_ada(2)
    Booking.objects.filter(pk=booking.pk).update(tax=640)

    take(booking, organizer)
    deliver_all()

    assert balances() == {}


def test_what_goes_back_is_handed_over_by_the_team_and_the_fee_with_it(
    with_fee, for_ada, organizer
):
    booking = for_ada(2)
    payment = take(booking, organizer)
    deliver_all()
    give_up(booking, 1)
    refund = Refund.objects.get()
    assert (refund.status, refund.amount) == (RefundStatus.SENT, 2000)

    hand_over(refund, BANK, note="IBAN", by=organizer, now=LATER)
    deliver_all()

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.status, payment.status, payment.refunded) == (
        "done", "partially_refunded", 2000,
    )  # fmt: skip
    assert balances() == {"payable": 200, "platform_fees": -200}
    assert [one.total for one in Invoice.objects.order_by("pk")] == [4000, 2000]
    told = Message.objects.filter(kind__startswith="refund")
    assert [one.kind for one in told] == ["refund_handed_over"]
    with pytest.raises(NothingToHandOver):
        hand_over(refund, CASH, by=organizer, now=LATER)


def test_only_who_may_give_money_back_hands_it_over(for_ada, choir, organizer, stranger):
    booking = for_ada()
    take(booking, organizer)
    give_up(booking)
    MembershipFactory(organizer=choir, user=stranger, role=Role.MANAGER)

    with pytest.raises(RoleMayNot):
        hand_over(Refund.objects.get(), CASH, by=stranger, now=LATER)


def test_a_refund_online_is_not_handed_over(sold, organizer):
    give_up(sold())

    with pytest.raises(NothingToHandOver):
        hand_over(Refund.objects.get(), CASH, by=organizer, now=LATER)


def test_the_book_of_the_desk_is_only_written_on(for_ada, organizer):
    take(for_ada(), organizer)

    with pytest.raises(ProgrammingError), transaction.atomic():
        DeskEntry.objects.update(amount=1)
