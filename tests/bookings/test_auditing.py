"""Each promise is broken once, and the auditor finds that and nothing else."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, connection, transaction
from django.utils import timezone

from bookings.domain import auditing
from bookings.domain.auditing import audit, looking_only
from bookings.domain.confirming import cancel_booking
from bookings.domain.devices import change_list
from bookings.domain.door import check_in
from bookings.domain.door_desk import undo_entry
from bookings.domain.expiring import release_expired_holds
from bookings.domain.promises import PROMISES
from bookings.enums import BookingStatus, EntryKind, EntryRule
from bookings.models import Booking, CheckInList, Ticket
from events.models import Event, Place, Pool
from tests.bookings.doors import again, scan_of, scanner
from tests.kit.soundness import assert_sound, broken_promises
from ticketing.core.database import as_owner
from ticketing.core.models import AnnouncedEvent, Delivery
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def booking(free, book, now):
    """Confirmed a while ago, with its mail."""
    booking = book(free, 2, now=now - timedelta(hours=1))
    deliver_all()
    return booking


@pytest.fixture
def held(paid, book, now):
    return book(paid, 2, now=now)


def test_what_the_product_does_is_sound(free, paid, book, now):
    book(free, 2, now=now - timedelta(hours=1))
    partly = book(free, 2, now=now - timedelta(hours=1))
    cancel_booking(partly, tickets=[partly.tickets.first().pk], by=None, now=now)
    cancel_booking(book(free, now=now), by=None, now=now)
    book(paid, now=now - timedelta(hours=1))
    release_expired_holds(now=now)
    book(paid, 3, now=now)
    deliver_all()

    assert_sound()


def break_pool(booking, held):
    Pool.objects.filter(pk=booking.tickets.first().ticket_type.pool_id).update(capacity=99)


def break_place(booking, held):
    Place.objects.filter(holder=booking.pk).update(holder=None)


def break_holder(booking, held):
    free = Place.objects.filter(holder=None).first()
    Place.objects.filter(pk=free.pk).update(holder=booking.pk)


def break_unplaced(booking, held):
    ticket = booking.tickets.first()
    Place.objects.filter(pk=ticket.place_id).update(holder=None)
    Ticket.objects.filter(pk=ticket.pk).update(place=None)


def break_void(booking, held):
    place = booking.tickets.last().place_id
    cancel_booking(booking, tickets=[booking.tickets.last().pk], by=None, now=timezone.now())
    Ticket.objects.filter(status="void").update(place=place)


def break_line(booking, held):
    ticket = held.tickets.first()
    Ticket.objects.filter(pk=ticket.pk).update(status="void", voided_at=held.created_at, place=None)
    Place.objects.filter(pk=ticket.place_id).update(holder=None)


def break_status(booking, held):
    held.tickets.update(status="valid")


def break_confirmed(booking, held):
    now = timezone.now()
    booking.tickets.update(status="void", voided_at=now, place=None)
    Place.objects.filter(holder=booking.pk).update(holder=None)


def break_cancelled(booking, held):
    long_ago = timezone.now() - timedelta(minutes=20)
    Event.objects.filter(pk=booking.event_id).update(status="cancelled", cancelled_at=long_ago)


def break_delivery(booking, held):
    Delivery.objects.filter(pk=Delivery.objects.first().pk).update(
        status="waiting", done_at=None, wanted_at=timezone.now() - timedelta(hours=1)
    )


def break_announcement(booking, held):
    AnnouncedEvent.objects.filter(about=f"bookings.booking:{booking.pk}").delete()


def break_mail(booking, held):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_message SET key = 'another' WHERE kind LIKE 'book%'")


def break_direction(booking, held):
    Booking.objects.filter(pk=held.pk).update(
        guarded_until=None, confirmed_at=timezone.now() - timedelta(days=30)
    )


def break_record(booking, held):
    """Somebody writes past the domain."""
    now = timezone.now()
    Booking.objects.filter(pk=held.pk).update(status=BookingStatus.EXPIRED, expired_at=now)
    held.tickets.update(status="void", voided_at=now, place=None)
    Place.objects.filter(holder=held.pk).update(holder=None)


BREACHES = {
    "pool_has_its_places": break_pool,
    "place_is_its_tickets": break_place,
    "place_is_held_for_a_ticket": break_holder,
    "ticket_has_a_place": break_unplaced,
    "void_ticket_has_no_place": break_void,
    "line_has_its_tickets": break_line,
    "ticket_is_as_its_booking": break_status,
    "confirmed_has_a_ticket": break_confirmed,
    "cancelled_event_has_no_booking": break_cancelled,
    "nothing_waits_for_long": break_delivery,
    "confirmed_is_announced": break_announcement,
    "confirmed_has_its_mail": break_mail,
    "nothing_went_back": break_direction,
    "moves_are_recorded": break_record,
}
# Refused by the database itself, or looked for below.
ELSEWHERE = {"guards_stand", "one_entry_per_ticket"}


def test_each_promise_is_broken_by_a_test():
    assert {one.name for one in PROMISES} == BREACHES.keys() | ELSEWHERE


@pytest.mark.parametrize("name", BREACHES)
def test_the_auditor_finds_what_is_not_as_promised(booking, held, name):
    before = broken_promises()

    with transaction.atomic():
        BREACHES[name](booking, held)
        found = broken_promises()
        transaction.set_rollback(True)

    assert (before, found.keys()) == ({}, {name})
    assert found[name]


@pytest.fixture
def gate(event, organizer, now):
    return scanner(event, now=now, by=organizer)


@pytest.fixture
def entrance(gate):
    return CheckInList.objects.get()


def let_in(gate, ticket, now, **facts):
    return check_in(gate, scan_of(ticket, at=now, **facts))


def past_the_guard(ticket, gate):
    """What the database would refuse if its key were there: once more in, as the first time."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX bookings_doorentry_admitted_once_a_turn")
        cursor.execute(
            """
            INSERT INTO bookings_doorentry (organizer_id, event_id, ticket_id, check_in_list_id,
                device_id, gate, kind, nonce, result, reason, is_offline, is_by_hand, scanned_at,
                occurred_at, received_at)
            SELECT organizer_id, event_id, ticket_id, check_in_list_id, device_id, gate, kind,
                'again', result, reason, is_offline, is_by_hand, scanned_at, occurred_at,
                received_at
            FROM bookings_doorentry WHERE ticket_id = %s ORDER BY id DESC LIMIT 1
            """,
            [ticket.pk],
        )


@pytest.mark.parametrize("rule", ["once", "reentry"])
@pytest.mark.django_db(transaction=True)
def test_the_auditor_finds_who_came_in_twice(booking, gate, entrance, now, rule):
    CheckInList.objects.update(entries=rule)
    ticket = booking.tickets.select_related("event").first()
    let_in(gate, ticket, now)
    before = broken_promises()

    with as_owner(), transaction.atomic():
        past_the_guard(ticket, gate)
        found = broken_promises(with_chain=False)  # the owner's chain is another matter
        transaction.set_rollback(True)

    assert before == {}
    assert found == {
        "guards_stand": ["key bookings_doorentry_admitted_once_a_turn"],
        "one_entry_per_ticket": [f"ticket {ticket.pk} at list {entrance.pk}"],
    }


@pytest.mark.parametrize("rule", EntryRule)
def test_who_comes_in_as_often_as_the_list_allows_is_no_finding(
    booking, gate, entrance, now, organizer, rule
):
    CheckInList.objects.update(entries=rule)
    gate = again(gate, now=now)
    one, other = booking.tickets.select_related("event")
    let_in(gate, one, now)
    undo_entry(gate, one.pk, check_in_list=None, nonce="undo", pin="", now=now)
    let_in(gate, one, now)
    let_in(gate, other, now)
    let_in(gate, other, now, direction=EntryKind.OUT)
    if rule != EntryRule.ONCE:
        let_in(gate, other, now)
    if rule == EntryRule.MANY:
        let_in(gate, other, now)

    assert_sound()


def test_who_came_in_oftener_before_a_list_became_stricter_is_no_finding(
    booking, gate, entrance, now, organizer
):
    CheckInList.objects.update(entries=EntryRule.MANY)
    ticket = booking.tickets.select_related("event").first()
    for _ in range(3):
        let_in(again(gate, now=now), ticket, now)

    change_list(
        CheckInList.objects.get(), {"entries": EntryRule.ONCE}, by=organizer, now=timezone.now()
    )

    assert_sound()


@pytest.mark.django_db(transaction=True)
def test_the_auditor_finds_a_guard_that_was_taken_away():
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE bookings_ticket DISABLE TRIGGER bookings_ticket_moves")
        cursor.execute("DROP INDEX bookings_ticket_place_once")
        found = broken_promises(with_chain=False)
        transaction.set_rollback(True)

    assert found == {
        "guards_stand": ["key bookings_ticket_place_once", "trigger bookings_ticket_moves"]
    }


def test_the_auditor_finds_a_record_that_does_not_fit(booking, monkeypatch):
    def torn():
        findings = auditing_verify()
        findings.add("The end was cut off.")
        return findings

    auditing_verify = auditing.verify
    monkeypatch.setattr(auditing, "verify", torn)

    assert broken_promises() == {"record_is_whole": ["The end was cut off."]}


def test_the_command_says_what_is_broken_and_fails(booking, held):
    break_status(booking, held)
    told = StringIO()

    with pytest.raises(CommandError) as error:
        call_command("audit_invariants", stdout=told)

    assert "ticket_is_as_its_booking" in str(error.value)
    assert "BROKEN I4  Tickets are reserved while they are held" in told.getvalue()
    assert f"ticket {held.tickets.first().pk} is valid, its booking held" in told.getvalue()


def test_the_command_says_that_all_is_well(booking):
    told = StringIO()

    call_command("audit_invariants", "--without-chain", stdout=told)

    kept = len(audit(now=timezone.now(), with_chain=False))
    assert told.getvalue().splitlines()[-1] == f"All {kept} are kept."
    assert "BROKEN" not in told.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_auditor_can_write_nothing(free, book):
    booking = book(free, now=timezone.now())

    with pytest.raises(InternalError), looking_only():
        Booking.objects.filter(pk=booking.pk).update(note="touched")
