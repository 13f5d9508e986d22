"""What is done with a booking, a ticket, an entry: it asks first, and only who may does it."""

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from accounts.models import Membership
from bookings.admin.deeds import OF_A_BOOKING, OF_A_TICKET
from bookings.domain.door import check_in
from bookings.models import Booking, CheckInList, Device, DoorEntry, Ticket
from events.models import TicketType
from tests.bookings.admin.conftest import LISTS, page
from tests.bookings.doors import listed, scan_of, scanner
from tests.events.factories import EventFactory, QuestionFactory, TicketTypeFactory
from tests.kit.queries import queries_of
from tests.kit.soundness import assert_sound
from ticketing.core.outbox import deliver_all

pytestmark = pytest.mark.django_db


def addresses(booking):
    ticket = booking.tickets.first()
    return [page(booking, deed.name) for deed in OF_A_BOOKING] + [
        page(ticket, deed.name) for deed in OF_A_TICKET
    ]


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Booking, Ticket)]


def do(client, row, deed, /, **typed):
    return client.post(page(row, deed), {"_do": "1", **typed})


def tickets(booking, count=None):
    keys = [str(one.pk) for one in booking.tickets.order_by("number")]
    return keys[:count]


def test_each_asks_and_looking_changes_nothing(owner, booking):
    before = everything()

    assert {owner.get(one).status_code for one in addresses(booking)} == {200}
    assert everything() == before


def test_who_may_look_does_nothing_and_others_find_nothing(viewer, other_team, door, booking):
    before = everything()

    for client, status in ((viewer, 403), (other_team, 404), (door, 302)):
        asked = {client.get(one).status_code for one in addresses(booking)}
        done = {client.post(one, {"_do": "1"}).status_code for one in addresses(booking)}
        assert (asked, done) == ({status}, {status})
    assert {viewer.get(page(one)).status_code for one in (booking, booking.tickets.first())} == {
        200
    }
    assert {
        other_team.get(page(one)).status_code for one in (booking, booking.tickets.first())
    } == {404}
    assert everything() == before


def test_the_page_shows_tickets_answers_mails_and_acts(owner, viewer, event, booking, organizer):
    question = QuestionFactory(event=event, label="What do you eat?")
    booking.answers = {str(question.pk): "Soup"}
    booking.save()
    deliver_all()

    texts = [client.get(page(booking)).text for client in (owner, viewer)]

    for words in (
        f"{booking.reference}-2",
        "What do you eat?",
        "Soup",
        "Confirmation with tickets",
    ):
        assert [words in text for text in texts] == [True, True]
    for words in ("bookings.confirmed", "?token="):
        assert [words in text for text in texts] == [True, False]


def test_the_page_leads_to_what_makes_sense_for_who_may(owner, viewer, paid, book, booking, now):
    held = book(paid, now=now)

    def offered(client, row):
        text = client.get(page(row)).text
        return [deed.name for deed in OF_A_BOOKING if page(row, deed.name) in text]

    assert offered(owner, booking) == [deed.name for deed in OF_A_BOOKING]
    assert offered(owner, held) == ["note", "buyer", "cancel"]
    assert offered(viewer, booking) == []
    ticket = booking.tickets.first()
    assert page(ticket, "reissue") in owner.get(page(ticket)).text
    assert "(&#x27;" not in owner.get(page(booking)).text + owner.get(page(ticket)).text


def test_the_page_costs_the_same_with_more_tickets(owner, free, book, now):
    one, four = book(free, 1, now=now), book(free, 4, now=now)
    deliver_all()
    owner.get(page(one))

    costs = [len(queries_of(lambda row=row: owner.get(page(row)))) for row in (one, four)]

    assert costs[0] == costs[1]


def test_cancelling_some_keeps_the_rest(owner, booking):
    do(owner, booking, "cancel", tickets=tickets(booking, 1), reason="")

    assert [one.status for one in booking.tickets.order_by("number")] == ["void", "valid"]


def test_notes_and_corrections_are_kept(owner, booking):
    do(owner, booking, "note", note="Sits in front")
    do(owner, booking, "buyer", email="bob@example.org", name="Bob", phone="")
    do(owner, booking.tickets.first(), "rename", name="Zoë", email="")

    kept = Booking.objects.get()
    assert (kept.note, kept.buyer_email, kept.buyer_name) == (
        "Sits in front", "bob@example.org", "Bob",
    )  # fmt: skip
    assert Ticket.objects.get(booking=booking, number=1).attendee_name == "Zoë"


def test_a_new_code_and_sending_again(owner, booking):
    do(owner, booking.tickets.first(), "reissue")
    answer = do(owner, booking, "send")

    assert Ticket.objects.get(booking=booking, number=1).generation == 2
    assert [str(one) for one in get_messages(answer.wsgi_request)] == [
        f"{booking.tickets.first().serial}: It has a new code, and the former opens nothing.",
        f"{booking.reference}: The tickets are sent once more.",
    ]


def test_moving_and_swapping(owner, choir, event, free, booking):
    later = EventFactory(organizer=choir, status="published", starts_at=event.starts_at)
    there = TicketTypeFactory(event=later, kind="free")
    child = TicketTypeFactory(event=event, kind="free", name="Child")

    do(owner, booking, "swap", tickets=tickets(booking, 1), ticket_type=str(child.pk))
    typed = {f"type_{one.pk}": str(there.pk) for one in (free, child)}
    do(owner, booking, "move", tickets=tickets(booking), **typed)
    deliver_all()

    assert Booking.objects.get().event == later
    assert set(Ticket.objects.values_list("ticket_type", flat=True)) == {there.pk}
    assert_sound()


def test_a_refusal_is_said_on_the_page(owner, event, booking):
    full = TicketTypeFactory(event=event, kind="free", pool__capacity=0)

    answer = do(owner, booking, "swap", tickets=tickets(booking), ticket_type=str(full.pk))

    assert answer.status_code == 200
    assert "There are not that many places left." in answer.text
    assert TicketType.objects.filter(tickets__booking=booking).distinct().count() == 1


def test_another_organizer_s_events_cannot_be_chosen(owner, booking, free):
    other = TicketTypeFactory(event=EventFactory(status="published"))

    answer = do(
        owner, booking, "move", tickets=tickets(booking), **{f"type_{free.pk}": str(other.pk)}
    )

    assert answer.status_code == 200
    assert Booking.objects.get().event != other.event


def test_an_entry_is_taken_back_once_by_who_may(owner, viewer, event, booking, organizer, now):
    door = scanner(event, now=now, by=organizer)
    ticket = booking.tickets.first()
    check_in(door, scan_of(ticket, at=now))
    entry = DoorEntry.objects.get()

    assert viewer.post(page(entry, "undo"), {"_do": "1"}).status_code == 403
    do(owner, entry, "undo")
    do(owner, entry, "undo")

    assert list(DoorEntry.objects.order_by("pk").values_list("kind", flat=True)) == ["in", "undone"]
    check_in(door, scan_of(ticket, at=now))
    assert len(owner.get(f"{LISTS['ticket']}?in=yes").context["cl"].result_list) == 1


def test_lists_and_scanners_are_set_up_and_taken_away(owner, event, free):
    owner.post(
        f"{LISTS['checkinlist']}add/",
        {"event": str(event.pk), "name": "Stage door", "entries": "many", "pin": "1234"},
    )
    row = CheckInList.objects.get()
    owner.post(page(row), {"name": "Back door", "entries": "once", "types": [str(free.pk)]})
    answer = owner.post(
        f"{LISTS['device']}add/", {"event": str(event.pk), "name": "North", "gate": ""}, follow=True
    )
    device = Device.objects.get()
    owner.post(page(device, "delete"), {"post": "yes"})
    owner.post(page(row, "delete"), {"post": "yes"})

    row.refresh_from_db()
    device.refresh_from_db()
    assert (row.name, row.entries, bool(row.pin_digest)) == ("Back door", "once", True)
    assert [one.ticket_type_id for one in row.lets_in.all()] == [free.pk]
    assert "#door_" in answer.text
    assert (bool(device.revoked_at), bool(row.withdrawn_at)) == (True, True)


def test_who_may_look_sets_up_nothing(viewer, event):
    row = listed(event)

    assert viewer.get(f"{LISTS['device']}add/").status_code == 403
    assert viewer.post(page(row), {"name": "Mine"}).status_code == 403
    assert viewer.post(page(row, "delete"), {"post": "yes"}).status_code == 403
    assert Membership.objects.count() == 2
    assert row.created_at <= timezone.now()
