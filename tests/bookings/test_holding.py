"""Holding places: all that is wanted or none, at our own price, and nothing held twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import Entry
from bookings.domain import holding
from bookings.domain.answers import AnswerNeeded, AnswerUnclear
from bookings.domain.holding import NotToBeExtended, book_places, extend_hold
from bookings.domain.selling import (
    EventIsCancelled,
    LimitExceeded,
    NoSuchTickets,
    NothingWanted,
    SaleNotOpen,
    SaleOver,
    SalesPaused,
    TermsNotAccepted,
    TooFewWanted,
    TooManyAttendees,
)
from bookings.domain.wishes import Attendee, Buyer, Wanted, WantedLine
from bookings.models import Booking, Ticket
from bookings.queries.sales import sale
from events.domain.codes import CodeUsedUp, DiscountInvalid
from events.domain.lifecycle import cancel_event, pause_sales, unpublish_event
from events.domain.places import AllHeld, SoldOut
from events.enums import CodeKind, QuestionKind, TicketKind
from events.models import CodeUse, Event, Place
from tests.bookings.conftest import ADA, sale_of, wanted
from tests.bookings.factories import guard_hold
from tests.events.factories import (
    NOW,
    CodeFactory,
    FeeFactory,
    PoolFactory,
    QuestionFactory,
    TicketTypeFactory,
)
from ticketing.core.models import AnnouncedEvent

pytestmark = pytest.mark.django_db


def test_what_costs_something_is_held_for_the_event_s_time(paid, book):
    booking = book(paid, 2)

    assert (booking.status, booking.total) == ("held", 4000)
    assert booking.expires_at == NOW + timedelta(minutes=15)
    assert Place.objects.filter(pool=paid.pool, holder=booking.pk).count() == 2
    tickets = Ticket.objects.filter(booking=booking)
    assert [one.status for one in tickets] == ["reserved", "reserved"]
    assert len({one.place_id for one in tickets} - {None}) == 2


def test_what_costs_nothing_and_names_a_buyer_is_confirmed_at_once(free, book):
    booking = book(free, 2, attendees=[Attendee(name="Ada"), Attendee(name="Bob")])

    assert booking.status == "confirmed"
    assert list(booking.tickets.values_list("number", "attendee_name", "status")) == [
        (1, "Ada", "valid"),
        (2, "Bob", "valid"),
    ]
    assert list(AnnouncedEvent.objects.values_list("name", flat=True)) == [
        "bookings.booking_confirmed"
    ]
    assert Entry.objects.get().action == "bookings.confirmed"


@pytest.mark.parametrize("facts", [{"is_hold_only": True}, {"buyer": None}])
def test_what_costs_nothing_is_only_held_when_asked_or_for_nobody(free, book, facts):
    assert book(free, **facts).status == "held"


def test_49_what_the_client_believes_of_prices_counts_for_nothing(paid, book):
    assert book(paid, price=1).total == 2000


def test_people_may_choose_a_price_where_they_pay_what_they_want(event, book):
    own = TicketTypeFactory(event=event, kind=TicketKind.OWN_PRICE, price=1000, min_price=500)

    assert book(own, price=700).total == 700


def test_a_booking_keeps_what_was_computed(paid, book):
    FeeFactory(event=paid.event, amount=150)
    booking = book(paid, 2)

    line = booking.lines.get()
    assert (line.unit_price, line.fees, line.total) == (2150, 300, 4300)
    assert (booking.fees, booking.total) == (300, 4300)


def test_when_there_are_not_enough_nothing_is_held(paid, book):
    with pytest.raises(SoldOut) as error:
        book(paid, 6)

    assert error.value.facts["available"] == 5
    assert Booking.objects.count() == 0
    assert Place.objects.exclude(holder=None).count() == 0


def test_when_the_last_places_are_only_held_it_is_not_sold_out(paid, book):
    book(paid, 5)

    with pytest.raises(AllHeld):
        book(paid)


def test_when_the_last_places_are_sold_it_is_sold_out(free, book):
    book(free, 5)

    with pytest.raises(SoldOut):
        book(free)


def test_a_hold_that_ran_out_gives_way_without_waiting_for_the_sweeper(paid, book):
    former = book(paid, 5)

    booking = book(paid, 5, now=NOW + timedelta(minutes=16))

    former.refresh_from_db()
    assert (former.status, booking.status) == ("expired", "held")
    assert set(former.tickets.values_list("status", flat=True)) == {"void"}


def test_a_hold_that_is_being_paid_for_gives_way_to_nobody(paid, book):
    former = book(paid, 5)
    guard_hold(former, until=NOW + timedelta(minutes=25))

    with pytest.raises(AllHeld):
        book(paid, now=NOW + timedelta(minutes=30))


def test_one_s_own_unfinished_hold_is_never_the_reason_for_sold_out(paid, book):
    former = book(paid, 5)

    booking = book(paid, 4, instead_of=former)

    former.refresh_from_db()
    assert (former.status, booking.status) == ("cancelled", "held")


def test_one_s_own_hold_stays_when_the_new_one_cannot_be_had(paid, book):
    former = book(paid, 3)

    with pytest.raises(SoldOut):
        book(paid, 6, instead_of=former)

    former.refresh_from_db()
    assert former.status == "held"
    assert Place.objects.filter(holder=former.pk).count() == 3


def test_several_pools_are_had_together_or_not_at_all(event, paid):
    other = TicketTypeFactory(event=event, pool=PoolFactory(event=event, capacity=1))
    lines = [WantedLine(ticket_type=one.pk, quantity=2) for one in (paid, other)]
    found = sale(event.slug)

    with pytest.raises(SoldOut):
        book_places(found, Wanted(lines=lines, buyer=ADA), by=None, now=NOW)

    assert Place.objects.exclude(holder=None).count() == 0


def test_without_a_limit_of_places_tickets_have_none(event, book):
    endless = TicketTypeFactory(
        event=event, kind=TicketKind.FREE, pool=PoolFactory(event=event, capacity=None)
    )

    assert list(book(endless, 3).tickets.values_list("place", flat=True)) == [None] * 3


def test_two_bookings_cannot_have_one_place_whatever_the_code_does(paid, book):
    one, two = book(paid).tickets.get(), book(paid).tickets.get()

    with pytest.raises(IntegrityError, match="bookings_ticket_place_once"), transaction.atomic():
        Ticket.objects.filter(pk=two.pk).update(place=one.place_id)


def test_two_references_that_are_the_same_by_chance_become_two(free, book, monkeypatch):
    first = book(free)
    chances = iter([first.reference, first.reference, "23456789"])
    monkeypatch.setattr(holding, "new_reference", lambda: next(chances))

    assert book(free).reference == "23456789"


# --- What is in the way ----------------------------------------------------------------------


def test_a_cancelled_event_sells_nothing(paid, book, organizer):
    cancel_event(paid.event, by=organizer, now=NOW)

    with pytest.raises(EventIsCancelled):
        book(paid)


def test_an_event_that_is_off_the_site_is_not_there_to_book_from(paid, organizer):
    unpublish_event(paid.event, by=organizer, now=NOW)

    assert sale(paid.event.slug) is None


def test_paused_sales_say_so(paid, book, organizer):
    pause_sales(paid.event, by=organizer, now=NOW)

    with pytest.raises(SalesPaused):
        book(paid)


@pytest.mark.parametrize(
    ("window", "error"),
    [
        ({"sale_starts_at": NOW + timedelta(days=36500)}, SaleNotOpen),
        ({"sale_ends_at": NOW - timedelta(days=3650)}, SaleOver),
        ({"withdrawn_at": NOW}, NoSuchTickets),
    ],
)
def test_tickets_are_sold_in_their_time_alone(event, book, window, error):
    with pytest.raises(error):
        book(TicketTypeFactory(event=event, **window))


def test_tickets_of_another_event_are_none_of_this_one(paid):
    other = TicketTypeFactory(event__status="published")

    with pytest.raises(NoSuchTickets) as error:
        book_places(sale_of(paid), wanted(other), by=None, now=NOW)

    assert error.value.field == "lines.0.ticket_type"


@pytest.mark.parametrize(
    ("quantity", "error"),
    [(0, NothingWanted), (-1, NothingWanted), (1, TooFewWanted), (5, LimitExceeded)],
)
def test_one_booking_has_as_many_as_its_type_allows(event, book, quantity, error):
    pairs = TicketTypeFactory(event=event, min_per_order=2, max_per_order=4)

    with pytest.raises(error):
        book(pairs, quantity)


def test_more_names_than_tickets_are_not_dropped_silently(free, book):
    with pytest.raises(TooManyAttendees):
        book(free, 1, attendees=[Attendee(name="Ada"), Attendee(name="Bob")])


def test_nothing_wanted_is_an_error(free):
    with pytest.raises(NothingWanted):
        book_places(sale_of(free), Wanted(lines=[], buyer=ADA), by=None, now=NOW)


def test_terms_are_accepted_before_a_booking_and_not_before_a_hold(free, book):
    Event.objects.filter(pk=free.event_id).update(terms="Be kind.")

    with pytest.raises(TermsNotAccepted):
        book(free)
    assert book(free, is_hold_only=True).terms_accepted_at is None
    assert book(free, has_accepted_terms=True).terms_accepted_at == NOW


# --- Codes -----------------------------------------------------------------------------------


def test_a_code_makes_it_cheaper_and_is_used(paid, book):
    code = CodeFactory(event=paid.event, percent=50, uses=1)

    booking = book(paid, discount_code=code.code.lower())

    assert (booking.total, booking.discount, booking.code) == (1000, 1000, code)
    assert CodeUse.objects.get(code=code).holder == booking.pk
    with pytest.raises(CodeUsedUp):
        book(paid, discount_code=code.code)


def test_57_a_code_that_takes_everything_off_confirms_like_a_free_ticket(paid, book):
    code = CodeFactory(event=paid.event, percent=100)

    assert book(paid, discount_code=code.code).status == "confirmed"


def test_a_code_that_is_none_is_refused(paid, book):
    with pytest.raises(DiscountInvalid):
        book(paid, discount_code="NOPE")


def test_hidden_tickets_are_not_there_without_their_code(event, book):
    hidden = TicketTypeFactory(event=event, is_hidden=True)
    CodeFactory(event=event, code="FRIENDS", kind=CodeKind.ACCESS)

    with pytest.raises(NoSuchTickets):
        book(hidden)
    assert book(hidden, access_code="friends").status == "held"


def test_what_waits_for_another_to_be_sold_out_is_not_sold_before(event, free, book):
    after = TicketTypeFactory(event=event, kind=TicketKind.FREE, shown_after=free)

    with pytest.raises(SaleNotOpen):
        book(after)
    book(free, 5)
    assert book(after).status == "confirmed"


# --- One person ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "email", ["ada@example.org", "ADA@example.org", "ada+2@example.org", " ada@example.org"]
)
def test_53_one_person_has_no_more_for_spelling_the_address_otherwise(event, book, email):
    limited = TicketTypeFactory(event=event, kind=TicketKind.FREE, max_per_person=2)
    book(limited)

    with pytest.raises(LimitExceeded):
        book(limited, 2, buyer=Buyer(email=email))
    assert book(limited, buyer=Buyer(email=email)).status == "confirmed"


def test_53_points_in_a_gmail_address_make_no_other_person(event, book):
    limited = TicketTypeFactory(event=event, kind=TicketKind.FREE, max_per_person=1)
    book(limited, buyer=Buyer(email="a.da@gmail.com"))

    with pytest.raises(LimitExceeded):
        book(limited, buyer=Buyer(email="ada+x@googlemail.com"))


def test_53_what_is_held_counts_and_what_was_given_up_does_not(event, book):
    limited = TicketTypeFactory(event=event, max_per_person=1)
    former = book(limited)

    with pytest.raises(LimitExceeded):
        book(limited)
    assert book(limited, instead_of=former).status == "held"


# --- Questions -------------------------------------------------------------------------------


def test_answers_are_kept_with_the_booking_and_with_each_ticket(event, free, book):
    once = QuestionFactory(event=event, scope="order", label="How did you hear of us?")
    each = QuestionFactory(
        event=event, scope="ticket", kind=QuestionKind.CHOICE, options=["a", "b"]
    )

    booking = book(
        free,
        answers={str(once.pk): " From Bob "},
        attendees=[Attendee(answers={str(each.pk): "a"})],
    )

    booking.refresh_from_db()
    assert booking.answers == {str(once.pk): "From Bob"}
    assert booking.tickets.get().answers == {str(each.pk): "a"}


@pytest.mark.parametrize(
    ("kind", "options", "answer"),
    [
        ("choice", ["a", "b"], "c"),
        ("choices", ["a", "b"], ["a", "c"]),
        ("choices", ["a", "b"], "a"),
        ("number", [], "many"),
        ("date", [], "tomorrow"),
        ("country", [], "XX"),
        ("phone", [], "call me"),
        ("yes_no", [], "perhaps"),
        ("line", [], "x" * 301),
        ("line", [], {"a": 1}),
    ],
)
def test_an_answer_that_cannot_be_one_is_refused_at_its_field(
    event, free, book, kind, options, answer
):
    question = QuestionFactory(event=event, scope="order", kind=kind, options=options)

    with pytest.raises(AnswerUnclear) as error:
        book(free, answers={str(question.pk): answer})

    assert error.value.field == f"answers.{question.pk}"


def test_what_must_be_answered_is_answered_before_it_is_certain_and_not_before_a_hold(
    event, free, book
):
    QuestionFactory(event=event, scope="order", is_required=True)

    with pytest.raises(AnswerNeeded):
        book(free)
    assert book(free, is_hold_only=True).status == "held"


def test_a_question_that_is_asked_only_after_an_answer_is_needed_only_then(event, free, book):
    first = QuestionFactory(event=event, scope="order", kind=QuestionKind.YES_NO)
    QuestionFactory(
        event=event, scope="order", shown_if=first, shown_if_answer="yes", is_required=True
    )

    assert book(free, answers={str(first.pk): "no"}).status == "confirmed"
    with pytest.raises(AnswerNeeded):
        book(free, answers={str(first.pk): True})


# --- Time ------------------------------------------------------------------------------------


def test_a_hold_is_kept_ten_minutes_longer_once(paid, book):
    booking = book(paid)

    extend_hold(booking, by=None, now=NOW)

    assert booking.expires_at == NOW + timedelta(minutes=25)
    with pytest.raises(NotToBeExtended):
        extend_hold(booking, by=None, now=NOW)


def test_a_hold_that_ran_out_is_not_kept_longer(paid, book):
    booking = book(paid)

    with pytest.raises(NotToBeExtended):
        extend_hold(booking, by=None, now=NOW + timedelta(minutes=15))


# --- Work ------------------------------------------------------------------------------------


@pytest.mark.parametrize("quantity", [1, 4])
def test_a_free_booking_costs_seven_statements_however_many_tickets(event, quantity):
    free = TicketTypeFactory(
        event=event, kind=TicketKind.FREE, pool=PoolFactory(event=event, capacity=None)
    )
    limited = TicketTypeFactory(event=event, kind=TicketKind.FREE, pool__capacity=1)

    for ticket_type, statements in [(free, 6), (limited, 7)]:
        with CaptureQueriesContext(connection) as asked:
            count = quantity if ticket_type is free else 1
            book_places(sale_of(ticket_type), wanted(ticket_type, count), by=None, now=NOW)
        told = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
        assert len(told) == statements
