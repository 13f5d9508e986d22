"""How an event sells, live; its files; and booking for somebody at the desk."""

import pytest
from django.urls import reverse

from bookings.models import Booking
from events.models import Event
from tests.events.factories import EventFactory, QuestionFactory, TicketTypeFactory
from tests.kit.queries import assert_cost_is_constant

pytestmark = pytest.mark.django_db
PAGES = ["sales", "figures"]


@pytest.fixture(autouse=True)
def published(event, now):
    Event.objects.filter(pk=event.pk).update(published_at=now)


def at(name, event, **more):
    return reverse(f"admin:bookings_booking_{name}", kwargs={"event": event.pk, **more})


def addresses(event):
    return [
        *(at(name, event) for name in PAGES),
        *(at("export", event, kind=kind) for kind in ("csv", "xlsx")),
    ]


def status_of(client, address):
    answer = client.get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)  # to its end, which closes the file
    return answer.status_code


def test_who_sees_bookings_sees_how_it_sells_and_others_find_nothing(
    owner, viewer, other_team, door, event, booking
):
    answers = {
        client: {status_of(client, one) for one in addresses(event)}
        for client in (owner, viewer, other_team, door)
    }

    assert list(answers.values()) == [{200}, {200}, {404}, {302}]
    assert owner.get(at("export", event, kind="doc")).status_code == 404


def test_the_page_says_what_is_sold_and_what_it_brought(
    owner, viewer, event, booking, paid, book, now
):
    book(paid, 3, now=now)

    texts = [client.get(at("sales", event)).text for client in (owner, viewer)]

    for text in texts:
        assert "2 / 5" in text
        assert "3 / 5" in text
        assert f'hx-get="{at("figures", event)}"' in text
    assert ["€0.00" in text for text in texts] == [True, False]


def test_the_card_and_the_page_cost_the_same_however_much_is_on(owner, choir, now):
    def one_more():
        later = EventFactory(
            organizer=choir, status="published", starts_at=now.replace(year=now.year + 2)
        )
        Event.objects.filter(pk=later.pk).update(published_at=now)
        TicketTypeFactory(event=later)

    assert_cost_is_constant(one_more, lambda: owner.get(reverse("admin:bookings_booking_card")))


def test_the_front_page_has_the_card_for_who_sees_bookings(owner, other_team, event, booking):
    assert at("sales", event) in owner.get("/admin/").text
    assert at("sales", event) not in other_team.get("/admin/").text


def test_the_event_s_page_leads_to_its_sales(owner, event):
    assert at("sales", event) in owner.get(f"/admin/events/event/{event.pk}/change/").text


# --- For somebody ------------------------------------------------------------------------------


def order(free, count=2, **facts):
    return {
        f"type_{free.pk}": count, "email": "bob@example.org", "name": "Bob", "phone": "",
        "attendees": "Bob\nEve", "language": "en", "note": "Met at the fair", **facts,
    }  # fmt: skip


def test_booking_for_somebody_begins_with_the_event(owner, event, free):
    shown = owner.get("/admin/bookings/booking/add/").text

    assert at("book", event) in shown
    assert owner.get(at("book", event)).status_code == 200


def test_a_booking_for_somebody_has_names_answers_and_a_note(owner, event, free, organizer):
    question = QuestionFactory(event=event, scope="order")

    answer = owner.post(at("book", event), order(free, **{f"answer_{question.pk}": "Soup"}))

    booking = Booking.objects.get()
    assert answer["Location"] == f"/admin/bookings/booking/{booking.pk}/change/"
    assert (booking.booked_by, booking.note, booking.answers, booking.is_comp) == (
        organizer, "Met at the fair", {str(question.pk): "Soup"}, False,
    )  # fmt: skip
    assert [one.attendee_name for one in booking.tickets.order_by("number")] == ["Bob", "Eve"]


def test_a_comp_is_given_at_the_desk(owner, event, paid):
    owner.post(at("book", event), order(paid, is_comp="on"))

    assert Booking.objects.get(is_comp=True, status="confirmed").total == 0


def test_sold_out_is_said_and_nothing_typed_is_lost(owner, event, free):
    answer = owner.post(at("book", event), order(free, count=6))

    assert "There are not that many places left." in answer.text
    assert 'value="bob@example.org"' in answer.text
    assert Booking.objects.count() == 0


def test_who_may_look_books_for_nobody(viewer, other_team, door, event, free):
    assert viewer.get("/admin/bookings/booking/add/").status_code == 403
    assert [
        client.post(at("book", event), order(free)).status_code
        for client in (viewer, other_team, door)
    ] == [403, 404, 302]
    assert Booking.objects.count() == 0
